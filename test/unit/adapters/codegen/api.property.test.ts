import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { CodegenApi } from '../../../../src/adapters/codegen/api.ts';
import { Secret } from '../../../../src/core/model/secret.ts';
import { localize } from '../../fakes.ts';
import { answerWith, isTokenManagerError, property, wellFormedText } from '../../property.ts';

function statusOf(body: unknown): Promise<ReadonlyMap<string, boolean>> {
  const response = answerWith(JSON.stringify(body));
  const http = { baseUrl: 'https://example.com/', request: async () => response };
  return new CodegenApi(http, new Secret('t'), localize).status('1', new AbortController().signal);
}

describe('properties of api', () => {
  property(
    'Codegen’s status is a map of names or a protocol error, whatever the body is',
    async (body: unknown) => {
      const outcome = await statusOf(body).catch((thrown: unknown) => thrown);
      if (outcome instanceof Map) {
        assert([...outcome].every(([name, active]) => name !== '' && typeof active === 'boolean'));
        assert(outcome.size > 0 || JSON.stringify(body).includes('[]'), 'no provider out of nothing');
      } else {
        assert(isTokenManagerError('protocol')(outcome), inspect(outcome));
      }
    },
    fc.jsonValue(),
  );

  property(
    'Codegen’s status is read from every shape that was ever seen, and names none twice',
    async (names: string[]) => {
      const expected = new Map(names.map((name) => [name, true]));
      for (const body of [
        names,
        { providers: names },
        names.map((provider) => ({ provider, active: true })),
        names.map((name) => ({ name, is_active: true })),
        { tokens: names.map((provider) => ({ provider })), total: names.length },
      ]) {
        assert.deepEqual(await statusOf(body), expected);
      }
    },
    fc.array(wellFormedText),
  );
});
