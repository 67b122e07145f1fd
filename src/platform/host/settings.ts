import { type Disposable, workspace } from 'vscode';
import { type ChatAccess, chatAccesses, type SettingId, settingDefaults } from '../../contributions.ts';
import type { Limits } from '../../core/findings/rules.ts';
import { Secret } from '../../core/model/secret.ts';
import { day } from '../../core/model/time.ts';
import type { TransportLimits } from '../../core/ports.ts';
import type { ProxySettings } from '../network/proxy.ts';
import type { NetworkOptions } from '../network/transport.ts';

const maxAnswerBytes = 8 * 1024 * 1024;

/** The user's settings, read when asked for. A value of another type than the default counts as unset. */
export const settings = {
  isStatusBarVisible: (): boolean => read('oauthTokens.statusBar.visible'),
  expiringWithinMs: (): number => Math.max(0, read('oauthTokens.expiringWithinDays')) * day,
  warningThresholdsMs: (): readonly number[] =>
    numbers('oauthTokens.expiryWarnings.days')
      .filter((days) => days > 0)
      .map((days) => days * day),
  refreshIntervalMs: (): number => Math.max(0, read('oauthTokens.refresh.intervalMinutes')) * 60_000,
  /** What rules about rows go by; 0 is off. */
  findingLimits: (): Limits => ({
    issuer: Number(read('oauthTokens.findings.issuer')),
    tooBroad: Number(read('oauthTokens.findings.broadAccess')),
    ownTooBroad: Number(read('oauthTokens.findings.ownBroadAccess')),
    owner: Number(read('oauthTokens.findings.owner')),
    neverExpires: Number(read('oauthTokens.findings.neverExpires')),
    longLived: whole('oauthTokens.findings.longLivedDays'),
    unused: whole('oauthTokens.findings.unusedDays'),
    neverUsed: whole('oauthTokens.findings.neverUsedDays'),
    notRotated: whole('oauthTokens.findings.notRotatedDays'),
    duplicate: whole('oauthTokens.findings.duplicates'),
    endsInUse: whole('oauthTokens.findings.endsInUseDays'),
    expired: Number(read('oauthTokens.findings.expired')),
  }),
  transportLimits: (): TransportLimits => ({
    connectMs: seconds('oauthTokens.network.connectTimeoutSeconds'),
    headersMs: seconds('oauthTokens.network.answerTimeoutSeconds'),
    bodyMs: seconds('oauthTokens.network.bodyTimeoutSeconds'),
    maxBytes: maxAnswerBytes,
  }),
  network: (): NetworkOptions => ({
    stack: usersOwn('oauthTokens.network.stack') === 'vscode' ? 'vscode' : 'undici',
    connectMs: seconds('oauthTokens.network.connectTimeoutSeconds'),
    proxy: proxySettings(),
  }),
  /** Only the user's own: a description decides where a credential is sent. */
  services: (): readonly unknown[] => {
    const services = usersOwn('oauthTokens.services');
    return Array.isArray(services) ? services : [];
  },
  /** Only the user's own: a folder must not hand what is here to a chat. */
  chatTools: (): ChatAccess => {
    const value = usersOwn('oauthTokens.chatTools');
    return chatAccesses.find((access) => access === value) ?? 'off';
  },
  /** Only the user's own: a folder must not bring tokens closer to its programs. */
  copiesTokens: (): boolean => usersOwn('oauthTokens.copyToken.enabled') === true,
  onDidChangeServices: (listener: () => void): Disposable => onDidChange(['oauthTokens.services'], listener),
  onDidChange: (listener: () => void): Disposable => onDidChange(['oauthTokens'], listener),
  onDidChangeNetwork: (listener: () => void): Disposable =>
    onDidChange(['oauthTokens.network', 'http'], listener),
};

export type Settings = typeof settings;

/** What is asked for with every row or request: asking VS Code each time takes longer than all the rest of a row. */
export class Remembered<T> implements Disposable {
  readonly #read: () => T;
  readonly #subscription: Disposable;
  #value: { readonly is: T } | undefined;

  constructor(read: () => T) {
    this.#read = read;
    this.#subscription = settings.onDidChange(() => {
      this.#value = undefined;
    });
  }

  readonly get = (): T => {
    this.#value ??= { is: this.#read() };
    return this.#value.is;
  };

  dispose(): void {
    this.#subscription.dispose();
  }
}

function onDidChange(sections: readonly string[], listener: () => void): Disposable {
  return workspace.onDidChangeConfiguration((event) => {
    if (sections.some((section) => event.affectsConfiguration(section))) {
      listener();
    }
  });
}

function proxySettings(): ProxySettings {
  const noProxy = usersOwn('http.noProxy');
  return {
    isOff: usersOwn('http.proxySupport') === 'off',
    proxy: new Secret(text(usersOwn('http.proxy'))),
    noProxy: Array.isArray(noProxy) ? noProxy.filter((entry) => typeof entry === 'string') : [],
    authorization: secret(usersOwn('http.proxyAuthorization')),
    checksCertificate: usersOwn('http.proxyStrictSSL') !== false,
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function secret(value: unknown): Secret | undefined {
  return text(value) === '' ? undefined : new Secret(text(value));
}

/** What the user (or a policy) chose for all windows. A workspace must not decide where credentials travel. */
function usersOwn(id: string): unknown {
  const configuration = workspace.getConfiguration();
  const found = configuration.inspect<unknown>(id);
  return found?.workspaceValue === undefined && found?.workspaceFolderValue === undefined
    ? configuration.get<unknown>(id)
    : (found.globalValue ?? found.defaultValue);
}

function whole(id: NumberSettingId): number {
  return Math.max(0, Math.round(read(id)));
}

function seconds(id: NumberSettingId): number {
  return Math.max(1, read(id)) * 1000;
}

/** What is no number is left out; no list at all counts as unset. */
function numbers(id: IdOf<readonly number[]>): readonly number[] {
  const value: unknown = workspace.getConfiguration().get(id);
  return Array.isArray(value)
    ? value.filter((entry) => typeof entry === 'number' && Number.isFinite(entry))
    : settingDefaults[id];
}

type IdOf<T> = { [Id in SettingId]: (typeof settingDefaults)[Id] extends T ? Id : never }[SettingId];
type NumberSettingId = IdOf<number>;

function read(id: NumberSettingId): number;
function read(id: IdOf<boolean>): boolean;
function read(id: NumberSettingId | IdOf<boolean>): number | boolean {
  const value: unknown = workspace.getConfiguration().get(id);
  const fallback = settingDefaults[id];
  if (typeof fallback === 'number') {
    return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
  }
  return typeof value === 'boolean' ? value : fallback;
}
