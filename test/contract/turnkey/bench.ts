import assert from 'node:assert/strict';
import { createECDH } from 'node:crypto';
import { turnkey } from '../../../src/adapters/turnkey/index.ts';
import type { Item, ItemPath } from '../../../src/core/model/item.ts';
import { json } from '../../servers/loopback.ts';
import { startTurnkey, type TurnkeyServer } from '../../servers/turnkey.ts';
import { type Connected, everyRow, readAll } from '../harness.ts';
import { ServiceBench } from '../serviceBench.ts';

export class Bench extends ServiceBench<TurnkeyServer> {
  constructor() {
    super(turnkey, (now, options) => startTurnkey({ now, ...options }));
  }

  readonly connect = (users: readonly string[] = []) =>
    this.harness.connect({ ...answersFor(this.server), users });

  /** What the service knows of the sample account's own user. */
  readonly admin = () => {
    const user = this.server.state.organizations[0]?.users[0];
    assert(user);
    return user;
  };

  readonly complaint = (id: string, typed: string, settings: Record<string, string> = {}) => {
    const step = this.harness.adapter.form.find((candidate) => candidate.id === id);
    assert(step?.kind === 'text' || step?.kind === 'secret');
    return step.validate?.(typed, { settings, secrets: {} });
  };
}

export const submitPath = '/public/v1/submit/delete_oauth_providers';

export function answersFor({ url, credentials }: TurnkeyServer) {
  return {
    baseUrl: url,
    organizationId: credentials.organizationId,
    apiPublicKey: credentials.publicKey,
    apiPrivateKey: credentials.privateKey,
  };
}

/** One that is not registered. */
export function newKeyPair() {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  return {
    apiPublicKey: ecdh.getPublicKey('hex', 'compressed'),
    apiPrivateKey: ecdh.getPrivateKey('hex').padStart(64, '0'),
  };
}

export function refusal(status: number, turnkeyErrorCode: string | undefined, message: string) {
  const detail = { '@type': 'type.googleapis.com/errors.v1.TurnkeyErrorDetail', turnkeyErrorCode };
  return json(status, { code: 2, message, details: turnkeyErrorCode ? [detail] : [] });
}

export function isNamed(item: Item | undefined) {
  return ({ providerId }: { readonly providerId: string }) => providerId === item?.id;
}

export async function section(session: Connected['session']): Promise<Item> {
  const row = (await readAll(session, undefined)).items.find(({ kind }) => kind === 'section');
  assert(row);
  return row;
}

export async function rowAt(session: Connected['session'], names: readonly string[]): Promise<ItemPath> {
  const row = (await everyRow(session)).find(
    ({ path }) => path.map(({ name }) => name).join(' > ') === names.join(' > '),
  );
  assert(row, `no row ${names.join(' > ')}`);
  return row.path;
}

/** A login of the sample account's own user. */
export async function login(session: Connected['session'], name: string) {
  const path = await rowAt(session, ['platform-admin', name]);
  return { path, item: path.at(-1) ?? assert.fail() };
}
