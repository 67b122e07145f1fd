import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import * as z from 'zod';
import { json, parsed } from '../../../../src/adapters/support/answers.ts';
import { errorBody } from '../../../../src/adapters/support/errorBody.ts';
import { answerWith, anyText, isTokenManagerError, property } from '../../property.ts';

describe('properties of answers', () => {
  property(
    'an answer is JSON or a protocol error that does not quote it',
    (body: string) => {
      for (const text of [body, `canary${body}`]) {
        try {
          assert.deepEqual(json(answerWith(text)), JSON.parse(text));
        } catch (thrown) {
          assert(isTokenManagerError('protocol')(thrown), inspect(thrown));
          assert(!inspect(thrown).includes('canary'));
        }
      }
    },
    fc.oneof(
      anyText,
      fc.json(),
      fc.json().map((text) => text.slice(0, -1)),
    ),
  );

  property(
    'a value that does not fit its schema is named by its place and never quoted',
    (value: unknown) => {
      assert.throws(
        () => parsed(z.object({ token: z.strictObject({ id: z.literal('never') }) }), value),
        (thrown: unknown) => isTokenManagerError('protocol')(thrown) && !String(thrown).includes('canary'),
      );
    },
    fc.oneof(
      fc.jsonValue(),
      fc.string().map((text) => ({ token: { id: `canary${text}`, other: 'canary' } })),
      fc.string().map((text) => ({ token: `canary${text}` })),
    ),
  );

  property(
    'the body of a refusal is what is documented or nothing',
    (body: string) => {
      const found = errorBody(answerWith(body), z.object({ message: z.string() }));
      assert(found === undefined || typeof found.message === 'string');
    },
    fc.oneof(
      anyText,
      fc.json(),
      fc.string().map((message) => JSON.stringify({ message })),
    ),
  );
});
