import assert from 'node:assert/strict';
import { shelfAdapter, textsOf } from '../../../../src/adapters/shelf/adapter.ts';
import { shelfEntries } from '../../../../src/adapters/shelf/index.ts';
import { localize as formatted } from '../../fakes.ts';

const marked = (text: string) => `«${text}»`;

describe('a service that ships as a description', () => {
  for (const entry of shelfEntries) {
    it(`is asked for in the user’s language: ${entry.description.name}`, () => {
      const { form } = shelfAdapter(entry, marked);
      for (const { title, prompt } of form) {
        assert.match(title, /^«.*»$/);
        assert.match(prompt, /^«.*»$/s);
      }
    });
  }

  it('says that it was not tried, or with which release', () => {
    const said = shelfEntries.map((entry) => {
      const { description, form } = shelfAdapter(entry, formatted);
      const prompt = form.find(({ id }) => id === 'credential')?.prompt ?? '';
      return [entry.facts.ran, /not tried/.test(description), /not tried/.test(prompt), prompt] as const;
    });
    for (const [ran, isSaidOfIt, isSaidInTheForm, prompt] of said) {
      assert.deepEqual([isSaidOfIt, isSaidInTheForm], [ran === undefined, ran === undefined], prompt);
      assert(ran === undefined || prompt.includes(ran), prompt);
    }
    assert(said.some(([ran]) => ran?.startsWith('JupyterHub')));
  });

  it('hands over what it needs, labels and reach for translation, and no name of a service', () => {
    const texts = shelfEntries.flatMap(textsOf);
    for (const text of ['an administrator’s token', 'Last address', 'Authorized apps', 'API token']) {
      assert(texts.includes(text), text);
    }
    assert(texts.some((text) => text.startsWith('The key is archived')));
    assert(!texts.includes('Cloudflare'));
    assert(!texts.includes('account:read_write'), 'the name of an access is no sentence');
  });
});
