import assert from 'node:assert/strict';
import type * as oauth from '../../../../api/oauth-token-manager.d.ts';
import type {
  AuthorizationRequest,
  DeviceCode,
  SignInUser,
} from '../../../../src/core/adapter/signInUser.ts';
import { ApiBench } from '../../publicApi/apiBench.ts';
import { adapterWith } from '../../publicApi/sampleAdapter.ts';

const draft = { settings: { url: 'https://service.example' }, secrets: {} };

/** Signs in to another extension's adapter whose sign-in is this, as a user who agrees to everything. */
async function signingIn(
  signIn: (io: oauth.FormIo, signal: AbortSignal) => Promise<unknown>,
): Promise<{ readonly asked: readonly string[]; readonly shown: readonly DeviceCode[] }> {
  const bench = new ApiBench();
  const asked: string[] = [];
  const shown: DeviceCode[] = [];
  const user: SignInUser = {
    trust: async (addresses) => {
      asked.push(...addresses);
    },
    authorize: async (request: AuthorizationRequest) => {
      const page = await request.page('http://127.0.0.1:1/back');
      return `http://127.0.0.1:1/back?from=${new URL(page).host}&state=${request.state}`;
    },
    showDeviceCode: (code) => {
      shown.push(code);
    },
  };
  const adapter = adapterWith(() => ({}), {
    signIn: async (given: oauth.Draft, io: oauth.FormIo, signal: AbortSignal) => {
      await signIn(io, signal);
      return { ...given, account: { id: '1', name: 'me' } };
    },
  });
  bench.apiOf('some.guest').registerAdapter(adapter);
  const ours = await bench.registry.get('some.guest/sample');
  const io = bench.sessions.signInIo(ours, draft, user);
  await ours.signIn(draft, io, new AbortController().signal);
  return { asked, shown };
}

/** The way to a page, and back. */
function authorizing(page: string): (io: oauth.FormIo, signal: AbortSignal) => Promise<string | undefined> {
  return async (io, signal) =>
    io.user?.authorize(
      { wayBack: 'loopback', isWayFixed: false, state: 'x', page: async () => page },
      signal,
    );
}

describe('A sign-in to another extension’s service', () => {
  it('sends the user to a page at the address that they have entered, and back', async () => {
    let back: string | undefined;
    await signingIn(async (io, signal) => {
      back = await authorizing('https://service.example/authorize')(io, signal);
    });
    assert.equal(back, 'http://127.0.0.1:1/back?from=service.example&state=x');
  });

  it('sends the user nowhere else, unless they have agreed', async () => {
    const elsewhere = authorizing('https://elsewhere.example/authorize');
    await assert.rejects(signingIn(elsewhere), { kind: 'configuration' });
    const { asked } = await signingIn(async (io, signal) => {
      await io.user?.trust(['https://elsewhere.example'], signal);
      await elsewhere(io, signal);
    });
    assert.deepEqual(asked, ['https://elsewhere.example']);
  });

  it('shows a code as text, with a page at the address that the user has entered', async () => {
    const code = (page: string) => async (io: oauth.FormIo) =>
      io.user?.showDeviceCode({ code: 'AB\u202E-12\n3', page, expiresAt: 5 });
    const { shown } = await signingIn(code('https://service.example/device'));
    assert.deepEqual(
      shown.map((each) => [each.code, each.page, each.expiresAt]),
      [['AB-12 3', 'https://service.example/device', 5]],
    );
    await assert.rejects(signingIn(code('https://elsewhere.example/device')), { kind: 'configuration' });
  });

  it('is told what it asks wrongly', async () => {
    const wrongly: readonly ((user: oauth.SignInUser, signal: AbortSignal) => unknown)[] = [
      (user, signal) => Reflect.apply(user.trust, user, ['all', signal]),
      (user) => Reflect.apply(user.trust, user, [['https://x.example'], undefined]),
      (user, signal) => Reflect.apply(user.authorize, user, [{ wayBack: 'pigeon' }, signal]),
      (user) => Reflect.apply(user.showDeviceCode, user, [{ code: 7 }]),
    ];
    for (const ask of wrongly) {
      await assert.rejects(
        signingIn(async ({ user }, signal) => user && ask(user, signal)),
        { kind: 'internal', code: 'guest-failed' },
      );
    }
  });
});
