import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as api from '../../../api/oauth-token-manager.d.ts';
import type * as adapter from '../../../src/core/adapter/contract.ts';
import type * as http from '../../../src/core/http/client.ts';
import type * as errors from '../../../src/core/model/errors.ts';
import type * as model from '../../../src/core/model/item.ts';
import { projectRoot } from '../../host/places.ts';

/** A type as plain data, every member with its own type and none of them optional, so that one too few shows. */
type Outline<T> = T extends api.Secret
  ? 'secret'
  : T extends AbortSignal
    ? 'signal'
    : T extends (...args: infer A) => infer R
      ? { readonly args: Outline<A>; readonly result: Outline<R> }
      : T extends object
        ? { readonly [K in keyof T]-?: Outline<T[K]> }
        : T;

type Same<Ours, Published> = [Outline<Ours>] extends [Outline<Published>]
  ? [Outline<Published>] extends [Outline<Ours>]
    ? true
    : 'the published type lacks something'
  : 'the published type has more';

/**
 * Not for other extensions: what lies on the user's computer they can look for themselves, and in their own name, so that
 * they name no file to be read; and the icon, which says that a service comes from another extension.
 */
type ForGuests = Omit<
  adapter.ProviderAdapter,
  | 'localSources'
  | 'icon'
  | 'open'
  | 'addressChoices'
  | 'clientCertificate'
  | 'keyMakers'
  | 'keptSecrets'
  | 'filePaths'
> & {
  open(config: adapter.ConnectionConfig, io: adapter.AdapterIo): SessionForGuests;
};

/**
 * Nor is another extension asked whether it knows a value, which may be a token of anything else, or told of a timer; and it
 * has commands of its own to hand over to.
 */
type SessionForGuests = Omit<
  adapter.AdapterSession,
  'find' | 'renew' | 'leftBehind' | 'heldTokens' | 'handOvers'
> & {
  renew?(target: model.ItemPath, signal: AbortSignal): Promise<adapter.RenewOutcome>;
};

/** The type checker is the test: one of these is not `true` when the published types and ours drift apart. */
const same: Readonly<{
  adapter: Same<ForGuests, api.ProviderAdapter>;
  session: Same<SessionForGuests, api.AdapterSession>;
  io: Same<adapter.AdapterIo, api.AdapterIo>;
  formIo: Same<adapter.FormIo, api.FormIo>;
  step: Same<adapter.FormStep, api.FormStep>;
  signIn: Same<adapter.SignIn, api.SignIn>;
  page: Same<adapter.Page, api.Page>;
  item: Same<model.Item, api.Item>;
  request: Same<http.HttpRequest, api.HttpRequest>;
  response: Same<http.HttpResponse, api.HttpResponse>;
  kind: Same<errors.ErrorKind, api.ErrorKind>;
  details: Same<errors.ErrorDetails, api.ErrorDetails>;
}> = {
  adapter: true,
  session: true,
  io: true,
  formIo: true,
  step: true,
  signIn: true,
  page: true,
  item: true,
  request: true,
  response: true,
  kind: true,
  details: true,
};

/** Ours can be handed out as what is published. */
type Handed = readonly [
  adapter.ProviderAdapter extends api.ProviderAdapter ? true : false,
  adapter.AdapterIo extends api.AdapterIo ? true : false,
  errors.TokenManagerError extends api.ApiError ? true : false,
];
const handed: Handed = [true, true, true];

/** And one type that must not fit, so that the comparison is known to compare. */
type Lacking = Omit<model.Item, 'remark'>;
const lacking: Same<Lacking, api.Item> extends true ? 'blind' : 'sees it' = 'sees it';

describe('the published types', () => {
  const folder = join(projectRoot, 'out', 'public-types');

  beforeEach(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  });

  it('say what our own say', () => {
    assert(Object.values(same).every(Boolean) && handed.every(Boolean) && lacking === 'sees it');
  });

  it('need nothing but the types of VS Code', function () {
    this.timeout(60_000);
    compile('a consumer’s own folder', {});
  });

  it('fit the platform’s own types where those are there', function () {
    this.timeout(60_000);
    compile(
      'with Node’s types',
      { types: ['vscode', 'node'] },
      'const signal: AbortSignal = new AbortController().signal;',
    );
  });

  it('refuse what would not work', function () {
    this.timeout(60_000);
    const { status, stdout } = compiled({}, 'const wrong: oauth.ItemKind = "tokn";');
    assert.notEqual(status, 0);
    assert.match(stdout, /tokn/);
  });

  function compile(what: string, options: object, more = ''): void {
    const { status, stdout } = compiled(options, more);
    assert.equal(status, 0, `${what}: ${stdout}`);
  }

  /** The sample extension as a consumer has it: its sources and the one file of ours, beside each other. */
  function compiled(options: object, more: string) {
    for (const file of ['adapter.ts', 'extension.ts']) {
      const source = readFileSync(join(projectRoot, 'test', 'sample-extension', file), 'utf8');
      const own = source.replace('../../api/oauth-token-manager.d.ts', './oauth-token-manager.d.ts');
      assert.notEqual(own, source);
      writeFileSync(join(folder, file), file === 'adapter.ts' ? `${own}\n${more}\n` : own);
    }
    cpSync(join(projectRoot, 'api', 'oauth-token-manager.d.ts'), join(folder, 'oauth-token-manager.d.ts'));
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          target: 'es2022',
          lib: ['es2022'],
          module: 'nodenext',
          types: ['vscode'],
          strict: true,
          exactOptionalPropertyTypes: true,
          noUncheckedIndexedAccess: true,
          allowImportingTsExtensions: true,
          noEmit: true,
          ...options,
        },
        include: ['*.ts'],
      }),
    );
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    const tsc = join(projectRoot, 'node_modules', 'typescript', 'bin', 'tsc');
    return spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  }
});
