import assert from 'node:assert/strict';
import { build } from 'esbuild';
import { TokenManagerError } from '../../../src/core/model/errors.ts';
import { Secret } from '../../../src/core/model/secret.ts';

describe('a class that is in the bundle twice', () => {
  it('is recognized by its other copy', async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `
          import { TokenManagerError } from './src/core/model/errors.ts';
          import { Secret } from './src/core/model/secret.ts';
          export const error = new TokenManagerError('forbidden', 'why');
          export const secret = new Secret('value');`,
        resolveDir: process.cwd(),
      },
      bundle: true,
      format: 'esm',
      write: false,
    });
    const code = outputFiles[0]?.text ?? '';
    const copy: { error: TokenManagerError; secret: Secret } = await import(
      `data:text/javascript,${encodeURIComponent(code)}`
    );
    assert(copy.error instanceof TokenManagerError);
    assert.equal(TokenManagerError.from(copy.error), copy.error);
    assert(copy.secret instanceof Secret);
    assert(copy.secret.equals(new Secret('value')));
    assert(!((new Error('x') as unknown) instanceof TokenManagerError));
  });
});
