import type { Draft, FormIo, SignIn } from '../../../core/adapter/contract.ts';
import type { Settings } from '../../../core/model/item.ts';
import type { Localize, Secrets } from '../../../core/ports.ts';
import type { Client } from '../client/authentication.ts';
import { type Management, RegistrationManager, storedManagement } from '../client/management.ts';
import type { KnownClient } from './registration.ts';

/** What of a client is stored with its connection. */

/** With the client that was registered, which a second try uses instead of another. */
export function withRegistration(
  { settings, secrets }: Draft,
  { client, management, settings: more }: KnownClient,
): Draft {
  const { registrationUntil: _, registrationDue: __, ...others } = secrets;
  return {
    settings: { ...withoutOldRegistration(settings), ...more },
    secrets: { ...others, ...secretOf(client), ...managing(management) },
  };
}

export function secretOf(client: Client | undefined): Secrets {
  return client?.secret
    ? { [client.auth === 'private_key_jwt' ? 'clientKey' : 'clientSecret']: client.secret }
    : {};
}

export function managing(management: Management | undefined): Secrets {
  const { registrationUntil, registrationDue, ...kept } = management ? storedManagement(management) : {};
  return {
    ...kept,
    ...(registrationUntil && { registrationUntil }),
    ...(registrationDue && { registrationDue }),
  };
}

/** A client that nothing here would ever use again. */
export function discarding(
  { isNew, management }: KnownClient,
  io: FormIo,
  localize: Localize,
): Pick<SignIn, 'discard'> {
  return isNew && management
    ? {
        discard: async (signal) => {
          await new RegistrationManager(io, localize).unregister(management, signal);
        },
      }
    : {};
}

/** What was true of a client that has been replaced, or of its secret, need not be of the next. */
export function withoutOldRegistration(settings: Settings): Settings {
  const { '.registeredUntil': _, '.registeredDue': __, '.registeredSigning': ___, ...others } = settings;
  return others;
}
