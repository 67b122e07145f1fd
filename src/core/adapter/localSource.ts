/** Values that the vendor's own tools use, by the form step they answer. */
export type LocalSource =
  /** The first of a step's variables that is set counts. */
  | { readonly kind: 'environment'; readonly variables: Readonly<Record<string, readonly string[]>> }
  | {
      readonly kind: 'files';
      /** The program that writes them. */
      readonly name: string;
      /** Below the user's configuration folder (`~/.config`), a path a file, from the outside in. */
      readonly paths: readonly (readonly string[])[];
      /** @param texts of the files, in the same order; `undefined` for one that is not there */
      read(texts: readonly (string | undefined)[]): Readonly<Record<string, string | undefined>>;
    };
