import { BlockList, isIP } from 'node:net';
import { isLoopback } from '../../core/http/client.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import { Secret } from '../../core/model/secret.ts';

/** What VS Code's `http.*` settings say, as far as the user (never a workspace) has set them. */
export interface ProxySettings {
  /** `http.proxySupport` is `off`: no proxy at all, not even the environment's. */
  readonly isOff: boolean;
  /** `http.proxy`; empty when it is not set. May hold a user name and a password. */
  readonly proxy: Secret;
  /** `http.noProxy`. */
  readonly noProxy: readonly string[];
  /** `http.proxyAuthorization`: a whole `Proxy-Authorization` value. */
  readonly authorization: Secret | undefined;
  /** `http.proxyStrictSSL`: whether an https proxy must show a trusted certificate. Services always must. */
  readonly checksCertificate: boolean;
}

export interface ProxyServer {
  /** Without user name and password. */
  readonly url: URL;
  readonly authorization: Secret | undefined;
  readonly checksCertificate: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Chromium's word in a list of exceptions for "loopback addresses are no exception". */
const notLoopback = '<-loopback>';

/**
 * The proxy on the way to `target`, in VS Code's own order: this computer is never reached through one
 * (unless `http.noProxy` holds `<-loopback>`), then the settings count, then the environment.
 * @throws `proxy` when a proxy is set that cannot be used
 */
export function proxyFor(
  target: URL,
  settings: ProxySettings,
  environment: Environment,
): ProxyServer | undefined {
  if (settings.isOff || (isLoopback(target.hostname) && !settings.noProxy.includes(notLoopback))) {
    return undefined;
  }
  if (isExcepted(target, settings.noProxy)) {
    return undefined;
  }
  if (settings.proxy.reveal() !== '') {
    return parsedProxy(settings.proxy.reveal(), settings);
  }
  const fromEnvironment = environmentProxy(target, environment);
  return fromEnvironment === undefined ? undefined : parsedProxy(fromEnvironment, settings);
}

function environmentProxy(target: URL, environment: Environment): string | undefined {
  const value = (name: string) => environment[name] || environment[name.toLowerCase()] || undefined;
  if (isExcepted(target, (value('NO_PROXY') ?? '').split(/[\s,]+/))) {
    return undefined;
  }
  const plain = value('HTTP_PROXY');
  return target.protocol === 'https:' ? (value('HTTPS_PROXY') ?? plain) : plain;
}

function parsedProxy(text: string, { authorization, checksCertificate }: ProxySettings): ProxyServer {
  const url = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  // Others (SOCKS, say) are left to VS Code's own network stack. The address itself may hold a password.
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new TokenManagerError('proxy', '', { code: 'unusable-proxy' });
  }
  return {
    url: new URL(url.origin),
    authorization: authorization ?? basic(url),
    checksCertificate,
  };
}

function basic({ username, password }: URL): Secret | undefined {
  if (username === '' && password === '') {
    return undefined;
  }
  const clear = new Secret(`${unescaped(username)}:${unescaped(password)}`);
  return clear.map((value) => `Basic ${Buffer.from(value).toString('base64')}`);
}

/** People write passwords with a bare `%` in them. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isExcepted(target: URL, exceptions: readonly string[]): boolean {
  return exceptions.some((exception) => excepts(exception.trim().toLowerCase(), target));
}

/** `*`, a host (its subdomains too), `.host`, `*.host`, `host:port`, an address, or a range of addresses. */
function excepts(exception: string, target: URL): boolean {
  if (exception === '' || exception === notLoopback) {
    return false;
  }
  const hostname = target.hostname.replace(/^\[|\]$/g, '');
  const [, host = exception, port] =
    /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(exception) ?? /^(\[[^\]]+\])$/.exec(exception) ?? [];
  if (port !== undefined && port !== (target.port || (target.protocol === 'https:' ? '443' : '80'))) {
    return false;
  }
  const name = host.replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
  return host === '*' || hostname === name || hostname.endsWith(`.${name}`) || isInRange(hostname, name);
}

function isInRange(hostname: string, range: string): boolean {
  const [address = '', bits = ''] = range.split('/');
  const version = isIP(address);
  if (!/^\d{1,3}$/.test(bits) || version === 0 || isIP(hostname) !== version) {
    return false;
  }
  if (Number(bits) > (version === 4 ? 32 : 128)) {
    return false;
  }
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const block = new BlockList();
  block.addSubnet(address, Number(bits), family);
  return block.check(hostname, family);
}
