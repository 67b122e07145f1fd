/** A file of the bundle by itself: zod's compiler, loaded for lists of very many pages. */
export { compile } from 'zod/v4/core';
