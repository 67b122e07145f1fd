import type { FormIo } from '../../core/adapter/contract.ts';
import type { AuthorizationRequest, DeviceCode, SignInUser, WayBack } from '../../core/adapter/signInUser.ts';
import { displayText } from '../../core/model/displayText.ts';
import { type IoDeps, invalidRequest } from './io.ts';
import { property } from './sanitize.ts';

const mostAddresses = 10;
const ways: readonly WayBack[] = ['editor', 'loopback'];

/** What the extension may ask the user who signs in: to agree to addresses, and to sign in at pages below them. */
export function guardedUser(user: SignInUser, io: FormIo, { activity, assertOpen }: IoDeps): SignInUser {
  return Object.freeze({
    trust: (addresses: unknown, signal: unknown) => {
      assertOpen();
      const checked = addressesOf(addresses);
      return activity.during(() => user.trust(checked, signalOf(signal)));
    },
    authorize: async (request: unknown, signal: unknown) => {
      assertOpen();
      const checked = requestOf(request, io);
      return activity.during(() => user.authorize(checked, signalOf(signal)));
    },
    showDeviceCode: (code: unknown) => {
      assertOpen();
      user.showDeviceCode(deviceCodeOf(code, io));
    },
  });
}

function addressesOf(value: unknown): readonly string[] {
  if (!Array.isArray(value) || value.length > mostAddresses) {
    throw invalidRequest('addresses');
  }
  return Array.from({ length: value.length }, (_, index) => textOf(value[index], 'addresses'));
}

function requestOf(value: unknown, io: FormIo): AuthorizationRequest {
  const wayBack = ways.find((way) => way === property(value, 'wayBack'));
  const page = property(value, 'page');
  if (!wayBack || typeof page !== 'function') {
    throw invalidRequest('authorize');
  }
  return {
    wayBack,
    isWayFixed: property(value, 'isWayFixed') === true,
    state: textOf(property(value, 'state'), 'state'),
    page: async (redirectUri) => pageOf(await Reflect.apply(page, value, [redirectUri]), io),
  };
}

function deviceCodeOf(value: unknown, io: FormIo): DeviceCode {
  const expiresAt = property(value, 'expiresAt');
  const complete = property(value, 'completePage');
  if (typeof expiresAt !== 'number' || Number.isNaN(new Date(expiresAt).getTime())) {
    throw invalidRequest('expiresAt');
  }
  return {
    code: displayText(textOf(property(value, 'code'), 'code'), 60),
    page: pageOf(property(value, 'page'), io),
    ...(complete !== undefined && { completePage: pageOf(complete, io) }),
    expiresAt,
  };
}

/** @throws `configuration` for a page elsewhere than at the connection's addresses */
function pageOf(value: unknown, io: FormIo): string {
  const url = URL.parse(textOf(value, 'page'));
  if (!url) {
    throw invalidRequest('page');
  }
  io.http(url.origin);
  return url.href;
}

function signalOf(value: unknown): AbortSignal {
  return value instanceof AbortSignal ? value : fail('signal');
}

function textOf(value: unknown, place: string): string {
  return typeof value === 'string' ? value : fail(place);
}

function fail(place: string): never {
  throw invalidRequest(place);
}
