import type { Secret } from '../../core/model/secret.ts';
import type { FoundSignIn } from './find.ts';

/**
 * A file may have several tokens for the same account, and their order changes when a program adds or removes one:
 * Git does so when a server refuses a token. As long as a window is open such a token keeps its number, and none
 * gets the number of another.
 */
export class RowIds {
  readonly #numbered = new Map<string, Secret[]>();

  /** In the order of the sign-ins. */
  of(programId: string, signIns: readonly FoundSignIn[]): readonly string[] {
    const named = signIns.map((signIn) => `${signIn.place.name}#${signIn.key}`);
    const given = new Set<string>();
    return signIns.map((signIn, index) => {
      const name = named[index] ?? '';
      const known = this.#known(`${programId}\n${name}`);
      const idOf = (number: number) => (number === 0 ? name : `${name} (${number + 1})`);
      const value = signIn.refresh ?? signIn.access;
      let number = known.findIndex((one, at) => value?.equals(one) && !given.has(idOf(at)));
      if (number < 0 && value) {
        const isAlone = named.indexOf(name) === named.lastIndexOf(name);
        // Alone it is the same row, in which a program has signed in anew.
        number = isAlone && known.length <= 1 ? 0 : known.length;
        known[number] = value;
      }
      given.add(idOf(number));
      return idOf(number);
    });
  }

  #known(key: string): Secret[] {
    const known = this.#numbered.get(key) ?? [];
    this.#numbered.set(key, known);
    return known;
  }
}
