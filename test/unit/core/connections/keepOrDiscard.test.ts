import assert from 'node:assert/strict';
import { signInAndKeep, unlessLeft } from '../../../../src/core/connections/keepOrDiscard.ts';

const leaves = async () => undefined;

describe('what a sign-in made at the service', () => {
  const done: string[] = [];
  const signedIn = {
    discard: async () => {
      done.push('discarded');
    },
  };
  const leftBehind = () => {
    done.push('left behind');
  };

  beforeEach(() => {
    done.length = 0;
  });

  const keeping = <T extends object>(
    made: { discard?(): Promise<void> },
    keep: () => Promise<T | undefined>,
  ) =>
    signInAndKeep({
      signIn: async () => made,
      keep,
      isToDiscard: async () => true,
      onLeftBehind: leftBehind,
    });

  it('stays when the connection is kept', async () => {
    const kept = { id: 'a connection' };
    assert.equal(await keeping(signedIn, async () => kept), kept);
    assert.deepEqual(done, []);
  });

  it('is ended when the user leaves', async () => {
    assert.equal(await keeping(signedIn, leaves), undefined);
    assert.deepEqual(done, ['discarded']);
  });

  it('is ended when storing fails, and the failure is told', async () => {
    const fails = async () => {
      throw new Error('no keyring');
    };
    await assert.rejects(keeping(signedIn, fails), /no keyring/);
    assert.deepEqual(done, ['discarded']);
  });

  it('is told when it cannot be ended', async () => {
    const stuck = { discard: async () => Promise.reject(new Error('refused')) };
    await keeping(stuck, leaves);
    assert.deepEqual(done, ['left behind']);
  });

  it('is nothing where signing in makes nothing', async () => {
    await keeping({}, leaves);
    assert.deepEqual(done, []);
  });
});

describe('a sign-in that the user leaves while it is under way', () => {
  it('is ended when it comes to an end all the same', async () => {
    const leaving = new AbortController();
    const done: string[] = [];
    const signing = Promise.withResolvers<{ discard(): Promise<void> }>();
    const waiting = unlessLeft(signing.promise, leaving.signal, () => done.push('left behind'));
    leaving.abort();
    signing.resolve({ discard: async () => void done.push('ended') });
    await assert.rejects(waiting, { kind: 'cancelled' });
    assert.deepEqual(done, ['ended']);
  });

  it('is what it was made for when they stay', async () => {
    const signedIn = { discard: () => assert.fail('ended') };
    const { signal } = new AbortController();
    assert.equal(await unlessLeft(Promise.resolve(signedIn), signal, () => undefined), signedIn);
  });
});

describe('a finished sign-in', () => {
  /** Plays a user: what each question is answered with, in order, and what was done meanwhile. */
  async function played(script: readonly string[]) {
    const done: string[] = [];
    const rest = [...script];
    const signIns = new Map<string, { readonly name: string; discard(): Promise<void> }>();
    const next = (question: string) => {
      const answer = rest.shift();
      done.push(`${question}: ${answer}`);
      return answer ?? assert.fail(`${question} after the end of the script`);
    };
    const signedIn = (name: string) => {
      const known = signIns.get(name) ?? { name, discard: async () => void done.push(`ended ${name}`) };
      signIns.set(name, known);
      return known;
    };
    const kept = await signInAndKeep({
      signIn: async () => {
        const answer = next('form');
        return answer === 'escape' ? undefined : signedIn(answer);
      },
      keep: async ({ name }) => {
        const answer = next(`name ${name}`);
        return answer === 'back' ? 'back' : answer === 'escape' ? undefined : { answer };
      },
      isToDiscard: async ({ name }) => next(`discard ${name}`) === 'yes',
      onLeftBehind: () => assert.fail('left behind'),
    });
    assert.deepEqual(rest, []);
    return { kept: kept?.answer, ended: done.filter((one) => one.startsWith('ended')) };
  }

  const stories: readonly [string, readonly string[], string | undefined, readonly string[]][] = [
    ['is kept under its name', ['a', 'home'], 'home', []],
    ['is held while the user looks at the form again', ['a', 'back', 'a', 'home'], 'home', []],
    ['is ended when other answers make another', ['a', 'back', 'b', 'home'], 'home', ['ended a']],
    ['is not thrown away by one Escape', ['a', 'escape', 'no', 'home'], 'home', []],
    ['is not thrown away by Escape in the form', ['a', 'back', 'escape', 'no', 'home'], 'home', []],
    ['is ended when the user says so', ['a', 'escape', 'yes'], undefined, ['ended a']],
    ['is ended when the user says so in the form', ['a', 'back', 'escape', 'yes'], undefined, ['ended a']],
    ['is not there when the user leaves before', ['escape'], undefined, []],
  ];
  for (const [title, script, name, ended] of stories) {
    it(title, async () => {
      assert.deepEqual(await played(script), { kept: name, ended });
    });
  }
});
