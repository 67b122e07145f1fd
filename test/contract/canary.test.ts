import assert from 'node:assert/strict';
import type { ChatToolName } from '../../src/contributions.ts';
import type { Branch, ConnectionNode, ItemNode } from '../../src/core/inventory/tree.ts';
import { TokenManagerError } from '../../src/core/model/errors.ts';
import { Secret } from '../../src/core/model/secret.ts';
import { ChatTools } from '../../src/ui/chatTools/chatTools.ts';
import { activityExport, activityFormats } from '../../src/ui/exports/activityExport.ts';
import { inventoryExport, inventoryFormats } from '../../src/ui/exports/inventoryExport.ts';
import { errorWords } from '../../src/ui/text/errors.ts';
import { rowView } from '../../src/ui/tree/rows.ts';
import { connectionLines, itemLines, tooltip } from '../../src/ui/tree/tooltip.ts';
import type { Exchange } from '../servers/loopback.ts';
import { isRecord, json, sampleBytes, send } from '../servers/loopback.ts';
import { type Sandboxes, type ServiceId, serviceIds, services, startSandboxes } from '../services.ts';
import { usualLimits } from '../unit/core/findings/limits.ts';
import { SkippingClock } from '../unit/fakes.ts';
import { rowsOf } from '../unit/ui/tree/arranged.ts';
import { wording } from '../unit/ui/wording.ts';
import { Canaries, type Finding } from './canaries.ts';
import { type Answers, Harness, unhurried } from './harness.ts';

/** How a service may write what it quotes. */
const encodings = {
  base64: (text: string) => Buffer.from(text).toString('base64'),
  'base64 of a name and it': (text: string) => Buffer.from(`name:${text}`).toString('base64url'),
  hex: (text: string) => Buffer.from(text).toString('hex'),
  'a part of an address': (text: string) => encodeURIComponent(text),
  'a form': (text: string) => new URLSearchParams({ text }).toString(),
  JSON: (text: string) => JSON.stringify(JSON.stringify(text)),
} satisfies Readonly<Record<string, (text: string) => string>>;

/** What goes wrong at a service while everything is tried; each quotes as much as a service can. */
const faults: Readonly<Record<string, (exchange: Exchange, service: ServiceId) => boolean>> = {
  ...Object.fromEntries(
    [400, 401, 403, 404, 409, 410, 422, 429, 500, 503].map((status) => [
      `${status} that quotes the request`,
      (exchange: Exchange, service: ServiceId) => {
        send(exchange.response, json(status, services[service].errorBody(status, quoted(exchange))));
        return true;
      },
    ]),
  ),
  '400 that quotes the credentials in another way each time': (exchange, service) => {
    const encode = Object.values(encodings)[exchange.request.path.length % Object.keys(encodings).length];
    return quotesEncoded(exchange, service, encode ?? encodings.base64);
  },
  'a good answer that quotes the credentials in its texts': (exchange) => {
    const answer = exchange.answer();
    const credentials = credentialsIn(exchange);
    const words = [...credentials, ...credentials.map(encodings.base64)];
    const body = quotedIn(JSON.parse(String(answer.body || 'null')), words.join(' '));
    send(exchange.response, { ...answer, ...(answer.body && { body: JSON.stringify(body) }) });
    return true;
  },
  '200 that quotes the request': (exchange) => {
    send(exchange.response, json(200, quoted(exchange)));
    return true;
  },
  'an answer cut in the middle': (exchange) => {
    const answer = exchange.answer();
    const body = String(answer.body ?? '');
    send(exchange.response, { ...answer, body: body.slice(0, Math.floor(body.length / 2)) });
    return true;
  },
  'an answer of another shape': (exchange) => {
    const answer = exchange.answer();
    send(exchange.response, { ...answer, body: `{"wrapped":[${String(answer.body) || 'null'}]}` });
    return true;
  },
  'a redirect that carries the request along': (exchange) => {
    const location = `http://127.0.0.1:1/${encodeURIComponent(quoted(exchange))}`;
    send(exchange.response, { status: 302, headers: { Location: location } });
    return true;
  },
  'a lost connection': (exchange) => {
    exchange.response.socket?.resetAndDestroy();
    return true;
  },
};

function quotesEncoded(exchange: Exchange, service: ServiceId, encode: (text: string) => string): true {
  const words = credentialsIn(exchange).map(encode).join(' ');
  send(exchange.response, json(400, services[service].errorBody(400, words)));
  return true;
}

/** The credentials that a request carries in its headers and its form. */
function credentialsIn({ request }: Exchange): string[] {
  const { authorization = '', ...headers } = request.headers;
  const others = Object.entries(headers).filter(([name]) => /token|key|oauth|cookie|stamp/i.test(name));
  const inBody = [...new URLSearchParams(request.body)].filter(([name]) =>
    /token|secret|password/.test(name),
  );
  const [scheme = '', value = authorization] = String(authorization).split(' ', 2);
  const decoded = scheme === 'Basic' ? Buffer.from(String(value), 'base64').toString().split(':') : [];
  return [value, ...decoded, ...[...others, ...inBody].map(([, text]) => text)].map(String).filter(Boolean);
}

/** The same with other words wherever a service has a text for people. */
function quotedIn(value: unknown, words: string, key = ''): unknown {
  if (Array.isArray(value)) {
    return value.map((inner) => quotedIn(inner, words, key));
  }
  if (isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, quotedIn(inner, words, name)]),
    );
  }
  return typeof value === 'string' && /name|label|title|descri|scope|login|email|note/.test(key)
    ? `${value} ${words}`
    : value;
}

/** Where a service takes any text, one that has to be encoded on its way. */
function wrongValue(service: ServiceId, id: string): string {
  const value = sampleBytes(`wrong ${service} ${id}`);
  return service === 'turnkey' ? value.toString('hex') : `${value.toString('base64')}/+&?%20"<'~`;
}

function quoted({ request }: Exchange): string {
  const { headers, body, path, query } = request;
  return `${path}?${query} ${Object.values(headers).flat().join(' ')} Bearer ${headers.authorization} ${body}`;
}

describe('No secret shows', function () {
  this.timeout(60_000);
  const canaries = new Canaries();
  const findings: Finding[] = [];
  let sandboxes: Sandboxes;
  let acts = 0;
  let failures = 0;
  let recorded = 0;
  /** Errors in which a service's words about us were shown, with the secret masked. */
  let masked = 0;
  /** Characters that chats were told. */
  let told = 0;

  before(async () => {
    sandboxes = await startSandboxes();
    canaries.collect(sandboxes);
  });
  after(async () => {
    await sandboxes.stop();
    console.log(
      `      ${acts} acts, ${failures} of them failing, ${masked} quoting a secret, ${told} characters told to chats: ${canaries.report}`,
    );
  });

  /** Everything that can be shown of a part of the tree. */
  function look(node: ConnectionNode | ItemNode, place: string): void {
    const { branch } = node;
    const lines = node.kind === 'connection' ? connectionLines(node, wording) : itemLines(node, wording);
    const rows = rowsOf(branch, true, wording);
    const shown = [node, ...rows].map((row) => [rowView(row, wording), tooltip(row, wording)]);
    const errors = [branch.error ?? [], branch.problems].flat();
    findings.push(...canaries.in(`the rows of ${place}`, JSON.stringify([lines, shown, node.key])));
    findings.push(...errors.flatMap((error) => inError(error, place)));
    if (node.kind === 'item') {
      findings.push(...canaries.inValue(`the item of ${place}`, node.item));
    }
    for (const child of branch.nodes) {
      look(child, place);
    }
  }

  function inError(error: TokenManagerError, place: string): Finding[] {
    masked += Number(error.detail.includes(String(new Secret(''))));
    return canaries
      .inValue(`an error of ${place}`, [error, errorWords(error, wording)])
      .concat(canaries.inValue(`an error of ${place}`, error));
  }

  async function openAll(harness: Harness, branch: Branch): Promise<void> {
    await (branch.isOnRequest ? harness.inventory.request(branch) : harness.inventory.open(branch));
    while (branch.hasMore && !branch.error) {
      await harness.inventory.loadMore(branch);
    }
    for (const node of branch.nodes) {
      if (node.item.children.kind !== 'none') {
        await openAll(harness, node.branch);
      }
    }
  }

  for (const service of serviceIds) {
    const harness = new Harness(services[service].factory, new SkippingClock(Date.now()));

    describe(`with ${harness.adapter.displayName}`, () => {
      let answers: Answers;
      let root: ConnectionNode;

      before(() => {
        ({ answers } = sandboxes.running[service]);
      });
      after(() => harness.dispose());

      /** Does something, whatever comes of it, and looks at what it leaves behind. */
      async function attempt(place: string, act: () => Promise<unknown>): Promise<void> {
        acts++;
        harness.clock.advance(600_000);
        try {
          findings.push(...canaries.inValue(`the outcome of ${place}`, await act()));
        } catch (thrown) {
          failures++;
          const error = TokenManagerError.from(thrown);
          findings.push(...inError(error, place), ...canaries.inValue(`what ${place} threw`, thrown));
        }
      }

      async function underFault<T>(fault: keyof typeof faults, work: () => Promise<T>): Promise<T> {
        const restore = sandboxes[service].intercept(
          (exchange) => faults[fault]?.(exchange, service) ?? false,
        );
        try {
          return await work();
        } finally {
          restore();
        }
      }

      /** Asks all that a chat may ask. */
      async function askAsChat(place: string): Promise<void> {
        const { inventory, sessions, revocations } = harness;
        const changes = {
          list: async () =>
            nodes().map((node) => ({ ...node.item, kind: 'new' as const, itemKind: node.item.kind, node })),
        };
        const propose = async (rows: readonly ItemNode[]) => ({
          kind: 'run' as const,
          outcomes: rows.map((node) => ({ node, result: { kind: 'revoked' as const } })),
        });
        const tools = new ChatTools({
          inventory,
          sessions,
          changes,
          revocations,
          wording,
          propose,
          findingLimits: () => usualLimits,
          access: () => 'propose',
        });
        const ask = async (tool: ChatToolName, input: object) => {
          const answer = JSON.stringify(await tools.invoke(tool, input, { isChat: true }, unhurried()));
          findings.push(...canaries.in(`${tool} ${place}`, answer));
          told += answer.length;
          return answer;
        };
        await ask('list_token_connections', {});
        await ask('check_connections', {});
        await ask('show_what_changed', {});
        const rows = [...(await ask('list_tokens', {})).matchAll(/"row":"([\w-]+)"/g)].map(([, id]) => id);
        for (const row of rows.slice(0, 8)) {
          await ask('explain_token', { row });
        }
        await ask('propose_revocation', { rows });
      }

      function nodes(): ItemNode[] {
        return [...harness.inventory.items()];
      }

      function lookEverywhere(place: string): void {
        canaries.collect(sandboxes);
        for (const node of harness.inventory.roots) {
          look(node, place);
        }
        findings.push(
          ...harness.logger.lines.flatMap(({ message }) => canaries.in(`the log after ${place}`, message)),
          ...canaries.inValue(`the state after ${place}`, harness.connectionStore.index),
          ...canaries.inValue(`the objects after ${place}`, [
            harness.adapter,
            harness.connections,
            harness.sessions,
            harness.credentialStore,
          ]),
          ...canaries.inTraffic(sandboxes),
        );
        // Faults change little of what exports are made of, and the search takes its time.
        findings.push(...(place.includes(' under ') ? [] : inRecords(place)));
        harness.logger.lines.length = 0;
        assert.deepEqual(findings.splice(0), []);
      }

      /** The journal, and every export of it and of the inventory. */
      function inRecords(place: string): Finding[] {
        const acts = harness.actStore.lines;
        const { roots } = harness.inventory;
        recorded = Math.max(recorded, acts.length);
        return [
          ...canaries.inValue(`the journal after ${place}`, acts),
          ...activityFormats.flatMap((format) =>
            canaries.in(`the activity as ${format}`, [...activityExport(acts, format, wording)].join('')),
          ),
          ...inventoryFormats.flatMap((format) =>
            canaries.in(
              `the inventory as ${format}`,
              [...inventoryExport(roots, format, wording).pieces].join(''),
            ),
          ),
        ];
      }

      it('when signing in with wrong and right credentials, under every fault', async () => {
        const wrong = Object.fromEntries(
          harness.adapter.form
            .filter(({ kind }) => kind === 'secret')
            .map(({ id }) => [id, wrongValue(service, id)]),
        );
        for (const [id, value] of Object.entries(wrong)) {
          canaries.add(service, `wrong ${id}`, value);
        }
        await attempt('a wrong sign-in', () => harness.signIn({ ...answers, ...wrong }));
        const draft = await harness.fill(answers);
        const io = harness.sessions.formIo(harness.adapter, draft);
        for (const fault of Object.keys(faults)) {
          await attempt(`signing in under ${fault}`, () =>
            underFault(fault, () => harness.adapter.signIn(draft, io, unhurried())),
          );
        }
        for (const [name, encode] of Object.entries(encodings)) {
          const restore = sandboxes[service].intercept((exchange) =>
            quotesEncoded(exchange, service, encode),
          );
          await attempt(`signing in under a 400 that quotes the credentials as ${name}`, () =>
            harness.adapter.signIn(draft, io, unhurried()),
          );
          restore();
        }
        for (const other of sandboxes.running[service].otherAnswers) {
          await attempt('another sign-in', () => harness.signIn(other));
          await attempt('another sign-in with wrong credentials', () =>
            harness.signIn({ ...other, ...wrong }),
          );
        }
        ({ root } = await harness.connect(answers));
        lookEverywhere('signing in');
      });

      it('when listing everything there is, expired rows too', async () => {
        harness.includeExpired = true;
        await openAll(harness, root.branch);
        assert.notEqual(nodes().length, 0);
        await askAsChat('after listing');
        assert.notEqual(told, 0);
        lookEverywhere('listing');
      });

      it('when every list fails in every way', async () => {
        for (const fault of Object.keys(faults)) {
          acts++;
          failures++;
          harness.clock.advance(600_000);
          await underFault(fault, async () => {
            await harness.inventory.refresh(root.branch);
            await askAsChat(`under ${fault}`);
          });
          lookEverywhere(`listing under ${fault}`);
        }
        harness.clock.advance(600_000);
        await harness.inventory.refresh(root.branch);
        await openAll(harness, root.branch);
      });

      if (service === 'planetscale') {
        it('when a refresh token is attached, renewed and detached, under every fault', async () => {
          const { tokenId, refreshToken, clientId, clientSecret } = sandboxes.planetscale.credentials;
          const token = () => {
            const node = nodes().find(({ item }) => item.id === tokenId);
            assert(node);
            return node;
          };
          const [step] = (await harness.renewals.attachmentForm(token())).filter(
            ({ kind }) => kind === 'choice',
          );
          assert(step);
          const io = harness.sessions.formIo(harness.adapter, { settings: {}, secrets: {} });
          const [what] =
            step.kind === 'choice' ? await step.options({ settings: {}, secrets: {} }, io, unhurried()) : [];
          const draft = (refresh: string, secret: string) => ({
            settings: { [step.id]: what?.value ?? '', clientId },
            secrets: { refreshToken: new Secret(refresh), clientSecret: new Secret(secret) },
          });
          const wrongRefreshToken = sampleBytes('wrong refresh token').toString('hex');
          canaries.add(service, 'wrong refresh token', wrongRefreshToken);
          await attempt('attaching a wrong token', async () => {
            await harness.renewals.attach(token(), draft(wrongRefreshToken, clientSecret), unhurried());
            await harness.renewals.renew(token(), unhurried());
          });
          await attempt('attaching', () =>
            harness.renewals.attach(token(), draft(refreshToken, clientSecret), unhurried()),
          );
          assert(token().item.actions.includes('renew'), 'it is not attached');
          await attempt('renewing', () => harness.renewals.renew(token(), unhurried()));
          lookEverywhere('renewing');
          for (const fault of Object.keys(faults)) {
            await attempt(`renewing under ${fault}`, () =>
              underFault(fault, () => harness.renewals.renew(token(), unhurried())),
            );
            lookEverywhere(`renewing under ${fault}`);
          }
          await harness.inventory.refresh(root.branch);
          await openAll(harness, root.branch);
          const attached = nodes().find(({ item }) => item.actions.includes('detach'));
          assert(attached);
          await attempt('detaching', () => harness.renewals.detach(attached));
          lookEverywhere('detaching');
        });
      }

      it('when everything is revoked, under every fault and then for good', async () => {
        const revocable = () => nodes().filter(({ item }) => item.actions.includes('revoke'));
        assert.notEqual(revocable().length, 0);
        for (const fault of Object.keys(faults)) {
          const [node] = revocable();
          if (node) {
            await attempt(`the reach of revoking`, () => harness.revocations.reach(node));
            await attempt(`revoking under ${fault}`, () =>
              underFault(fault, () => harness.revocations.revoke(node, unhurried())),
            );
          }
        }
        await harness.inventory.refresh(root.branch);
        for (const node of revocable().slice(0, 12)) {
          await attempt('revoking', () => harness.revocations.revoke(node, unhurried()));
        }
        lookEverywhere('revoking');
      });

      it('when the secret storage fails, and when everything is forgotten', async () => {
        const { credentialStore, connections } = harness;
        const [connection] = connections.all();
        assert(connection);
        const { read, write } = credentialStore;
        const fails = async (): Promise<never> => {
          throw new TokenManagerError('storage', '', { code: 'failed' });
        };
        const secrets = (await credentialStore.read(connection.id)) ?? {};
        const renewed = { account: connection.account, settings: connection.settings, secrets };
        credentialStore.write = fails;
        await attempt('adding without storage', () => connections.add({ ...connection, secrets }));
        await attempt('updating without storage', () => connections.reconnect(connection.id, renewed));
        credentialStore.read = fails;
        harness.sessions.close(connection.id);
        await attempt('listing without storage', () => harness.inventory.refresh(root.branch));
        Object.assign(credentialStore, { read, write });
        await attempt('updating', () => connections.reconnect(connection.id, renewed));
        await attempt('renaming', () => connections.relabel(connection.id, 'renamed'));
        lookEverywhere('storing');
        await attempt('removing all data', () => connections.removeAll());
        lookEverywhere('removing all data');
        assert.equal(credentialStore.values.size, 0);
      });
    });
  }

  describe('and the search', () => {
    it('would have found one, in every form', () => {
      const value = 'canary/with+every=kind of character?ü-0123456789';
      const probe = new Canaries();
      probe.add('codegen', 'probe', value);
      const bytes = Buffer.from(value);
      const planted = [
        value,
        JSON.stringify({ value }),
        encodeURIComponent(value),
        new URLSearchParams({ value }).toString(),
        bytes.toString('hex'),
        ...['', 'x', 'xy', 'xyz'].flatMap((before) => [
          Buffer.from(`${before}${value}:after`).toString('base64'),
          Buffer.from(`${before}${value}:after`).toString('base64url'),
        ]),
        `…${value.slice(-12)}`,
      ];
      for (const text of planted) {
        assert.notDeepEqual(probe.in('a planted text', `before ${text} after`), [], text);
      }
      assert(canaries.searches > 10_000);
      assert(masked > 10, 'the faults quote nothing');
      assert(recorded > 20, 'the journal is empty');
    });
  });
});
