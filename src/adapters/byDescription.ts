// The entry of byDescription.cjs, which is loaded for services that a description is enough for.
export { readDescription } from './declarative/parse.ts';
export { gitlab } from './gitlab/description.ts';
export { shelfAdapter } from './shelf/adapter.ts';
