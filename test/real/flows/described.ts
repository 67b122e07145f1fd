import { readDescription } from '../../../src/adapters/declarative/parse.ts';
import type { AdapterFactory } from '../../../src/core/adapter/contract.ts';

/** The adapter that a description makes, read as a user's would be. */
export function describedFactory(description: { readonly name: string }): AdapterFactory {
  return (localize) => {
    const read = readDescription(description, localize);
    if (read.kind !== 'usable') {
      throw new Error(`the description of ${description.name} cannot be used: ${JSON.stringify(read)}`);
    }
    return read.adapter;
  };
}
