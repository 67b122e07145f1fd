import { noAdapter } from '../../core/adapter/registry.ts';
import { KnownSecrets } from '../../core/model/knownSecrets.ts';
import type { Localize } from '../../core/ports.ts';
import { Activity, type CallDeps, type ThirdPartyCalls } from './calls.ts';
import type { ThirdPartyErrors } from './errors.ts';
import { FormSanitizer } from './form.ts';
import type { IoDeps } from './io.ts';
import { RowSanitizer } from './rows.ts';
import { property, Sanitizer } from './sanitize.ts';

export interface ThirdPartyDeps extends CallDeps {
  readonly localize: Localize;
}

/** What the parts of a guarded adapter have in common. */
export interface Guard {
  readonly id: string;
  readonly adapter: unknown;
  readonly end: AbortSignal;
  readonly calls: ThirdPartyCalls;
  readonly errors: ThirdPartyErrors;
  readonly deps: ThirdPartyDeps;
}

/** What one form or one session has for itself. */
export interface Parts {
  readonly known: KnownSecrets;
  readonly activity: Activity;
  readonly sanitizer: Sanitizer;
  readonly rows: RowSanitizer;
  readonly forms: FormSanitizer;
  readonly ioDeps: IoDeps;
  close(): void;
}

export function partsFor({ id, end, calls, errors, deps }: Guard): Parts {
  const known = new KnownSecrets();
  const activity = new Activity(deps.clock);
  const sanitizer = new Sanitizer(errors, known);
  const rows = new RowSanitizer(errors, known, sanitizer);
  let isClosed = false;
  const assertOpen = () => {
    if (end.aborted || isClosed) {
      throw noAdapter(id);
    }
  };
  const ioDeps: IoDeps = { known, activity, assertOpen };
  const forms = new FormSanitizer({ sanitizer, errors, calls, localize: deps.localize, ...ioDeps });
  const close = () => {
    isClosed = true;
  };
  return { known, activity, sanitizer, rows, forms, ioDeps, close };
}

type Callable = (...args: readonly unknown[]) => unknown;

/** @throws what {@link ThirdPartyErrors} makes a defect of, when it is no function */
export function method(owner: unknown, name: string): Callable {
  const found = property(owner, name);
  if (typeof found !== 'function') {
    throw new TypeError(`${name} is not a function`);
  }
  return (...args) => Reflect.apply(found, owner, args);
}
