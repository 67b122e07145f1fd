import assert from 'node:assert/strict';
import { readDescription } from '../../../../src/adapters/declarative/parse.ts';
import { shelfEntries } from '../../../../src/adapters/shelf/index.ts';
import { localize } from '../../fakes.ts';

/** What the form of a described service asks for first. */
function addressStep(description: unknown) {
  const read = readDescription(description, localize);
  assert(read.kind === 'usable');
  const [step] = read.adapter.form;
  assert(step?.kind === 'url');
  return step;
}

describe('the address of a described service', () => {
  for (const { description } of shelfEntries) {
    it(`of ${description.name} is filled in only where it is the service's own`, () => {
      const { default: filledIn, prompt } = addressStep(description);
      const isExample = /\bexample\b/.test(
        `${JSON.stringify(description).match(/"baseUrl":"([^"]*)"/)?.[1]}`,
      );
      assert.equal(filledIn === '', isExample);
      assert.equal(/such as https?:/.test(prompt ?? ''), isExample);
    });
  }
});
