import { catch as caught, minLength, nullish, string, type ZodMiniObject, ZodMiniType } from 'zod/mini';
import { $constructor, type $strip, $ZodObjectJIT, type $ZodShape, type $ZodType } from 'zod/v4/core';
import { lazy } from './lazy.ts';

/**
 * zod without its methods, which would keep all of it in the bundle. What reads an object is written for its schema
 * and compiled, as in `zod`: what `zod/mini` has instead takes two thirds longer for a page.
 */
export * from 'zod/mini';

const CompiledObject = $constructor<ZodMiniObject>('ZodMiniObject', (made, definition) => {
  $ZodObjectJIT.init(made, definition);
  ZodMiniType.init(made, definition);
  made.shape = definition.shape;
});

/** Other members are left out. */
export function object<Shape extends $ZodShape>(shape: Shape): ZodMiniObject<Shape, $strip>;
export function object(shape: $ZodShape): ZodMiniObject {
  return new CompiledObject({ type: 'object', shape });
}

/** A text with something in it. */
export const filled = lazy(() => string().check(minLength(1)));

/** What may be left out or `null`. What does not fit is as if it were left out: no row is lost over it. */
export function orNone<Schema extends $ZodType>(schema: Schema) {
  return caught(nullish(schema), undefined);
}
