import { services } from '../../../src/adapters/index.ts';
import { localize } from '../fakes.ts';

const factories = await Promise.all(services.map(({ load }) => load()));

/** The adapters of all services that we bring. */
export const adapters = factories.map((create) => create(localize));
