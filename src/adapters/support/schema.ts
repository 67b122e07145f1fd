import { type ZodMiniObject, ZodMiniType } from 'zod/mini';
import { $constructor, type $strip, $ZodObjectJIT, type $ZodShape } from 'zod/v4/core';

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
