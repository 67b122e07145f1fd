import type { HttpClient, HttpRequest } from '../http/client.ts';
import { secretsOf } from '../http/client.ts';
import { ShownItem, shownItem, shownItems } from '../model/displayItem.ts';
import { displayText } from '../model/displayText.ts';
import { TokenManagerError } from '../model/errors.ts';
import type { Account, Item, Settings } from '../model/item.ts';
import { KnownSecrets } from '../model/knownSecrets.ts';
import { mask } from '../model/secret.ts';
import { forEachYielding, Slices } from '../yielding.ts';
import type {
  AdapterIo,
  AdapterSession,
  Attachment,
  Draft,
  FormIo,
  FormStep,
  HeldTokens,
  LeftBehind,
  Option,
  Page,
  ProviderAdapter,
  Reach,
  Revocation,
  RevokeOutcome,
  SignIn,
} from './contract.ts';

/**
 * The one door for what adapters hand over, whichever brings them. Services also quote credentials where they
 * answer well, as the name of a token, say: what leaves here holds none of the connection's, in no form, and
 * its texts, rows aside, which are cleaned when they are shown, are fit to be shown.
 */
export function cleanAdapter(adapter: ProviderAdapter): ProviderAdapter {
  const {
    id,
    displayName,
    description,
    icon,
    localSources,
    addressChoices,
    keyMakers,
    keptSecrets,
    filePaths,
  } = adapter;
  return {
    id,
    displayName,
    description,
    ...(icon && { icon }),
    ...(localSources && { localSources }),
    ...(addressChoices && { addressChoices }),
    ...(keyMakers && { keyMakers }),
    ...(keptSecrets && { keptSecrets }),
    ...(filePaths && { filePaths }),
    ...(adapter.clientCertificate && {
      clientCertificate: (settings: Settings) => adapter.clientCertificate?.(settings),
    }),
    get form() {
      return adapter.form.map(cleanStep);
    },
    signIn: (draft, io, signal) => {
      const known = new KnownSecrets(Object.values(draft.secrets));
      return told(known, async () =>
        cleanSignIn(await adapter.signIn(draft, listening(io, known), signal), draft, known),
      );
    },
    open: (config, io) => {
      const known = new KnownSecrets(Object.values(config.secrets));
      return toldNow(known, () => cleanSession(adapter.open(config, listeningToAll(io, known)), known));
    },
  };
}

function cleanStep(step: FormStep): FormStep {
  if (step.kind !== 'choice') {
    return step;
  }
  return {
    ...step,
    options: (draft, io, signal) => {
      const known = new KnownSecrets(Object.values(draft.secrets));
      return told(known, async () =>
        (await step.options(draft, listening(io, known), signal)).map((option) => cleanOption(option, known)),
      );
    },
  };
}

function cleanOption({ value, label, description, detail }: Option, known: KnownSecrets): Option {
  return {
    value,
    label: cleanText(label, known),
    ...(description !== undefined && { description: cleanText(description, known) }),
    ...(detail !== undefined && { detail: cleanText(detail, known) }),
  };
}

function cleanSignIn(signedIn: SignIn, draft: Draft, known: KnownSecrets): SignIn {
  known.add(Object.values(signedIn.secrets));
  const { account, notice } = signedIn;
  return {
    ...signedIn,
    account: cleanAccount(account, known),
    settings: cleanSettings(signedIn.settings, draft.settings, known),
    ...(notice !== undefined && { notice: cleanText(notice, known, 1000) }),
  };
}

/** What the user entered stays; what the adapter has learned may quote. */
function cleanSettings(settings: Settings, entered: Settings, known: KnownSecrets): Settings {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      name,
      JSON.stringify(value) === JSON.stringify(entered[name]) ? value : cleanSetting(value, known),
    ]),
  );
}

function cleanSetting(value: Settings[string], known: KnownSecrets): Settings[string] {
  return typeof value === 'string' ? known.maskIn(value) : value.map((text) => known.maskIn(text));
}

/** An account whose identifier is a credential is told from another one by its name. */
function cleanAccount({ id, name }: Account, known: KnownSecrets): Account {
  return { id: known.isIn(id) ? mask : id, name: cleanText(name, known) };
}

function cleanSession(session: AdapterSession, known: KnownSecrets): AdapterSession {
  const { read, find, renew, pause, resume, revocation, attachment, leftBehind, handOvers, webPage } =
    session;
  const { heldTokens } = session;
  return {
    list: (parent, cursor, options, signal) =>
      told(known, async () =>
        cleanPage(await session.list(parent, cursor, options, signal), known, new Slices(signal)),
      ),
    ...(read && {
      read: (target, signal) =>
        told(known, async () => {
          const item = await read.call(session, target, signal);
          return item && shownItem(item, known);
        }),
    }),
    ...(find && { find: (value) => toldNow(known, () => find.call(session, value)) }),
    ...(renew && {
      renew: (target, signal, options) => told(known, () => renew.call(session, target, signal, options)),
    }),
    ...(pause && { pause: (target, signal) => told(known, () => pause.call(session, target, signal)) }),
    ...(resume && { resume: (target, signal) => told(known, () => resume.call(session, target, signal)) }),
    ...(revocation && { revocation: cleanRevocation(revocation, known) }),
    ...(attachment && { attachment: cleanAttachment(attachment, known) }),
    ...(leftBehind && { leftBehind: cleanLeftBehind(leftBehind, known) }),
    ...(heldTokens && { heldTokens: cleanHeldTokens(heldTokens, known) }),
    ...(handOvers && {
      handOvers: (target) => told(known, () => handOvers.call(session, target)),
    }),
    ...(webPage !== undefined && { webPage }),
    dispose: () => session.dispose?.(),
  };
}

function cleanRevocation(revocation: Revocation, known: KnownSecrets): Revocation {
  const { outcome } = revocation;
  return {
    reach: (target, together) => toldNow(known, () => cleanReach(revocation.reach(target, together), known)),
    revoke: (target, signal) =>
      told(known, async () => cleanOutcome(await revocation.revoke(target, signal), known)),
    ...(outcome && {
      outcome: (target, reference, signal) =>
        told(known, async () =>
          cleanOutcome(await outcome.call(revocation, target, reference, signal), known),
        ),
    }),
  };
}

function cleanReach({ sentence, warnings, ...rest }: Reach, known: KnownSecrets): Reach {
  return {
    ...rest,
    sentence: known.maskIn(sentence),
    warnings: warnings.map((warning) => known.maskIn(warning)),
  };
}

function cleanOutcome(outcome: RevokeOutcome, known: KnownSecrets): RevokeOutcome {
  return 'reference' in outcome && known.isIn(outcome.reference) ? { ...outcome, reference: mask } : outcome;
}

function cleanAttachment(attachment: Attachment, known: KnownSecrets): Attachment {
  return {
    form: (target) => toldNow(known, () => attachment.form(target).map(cleanStep)),
    attach: (target, entered, signal) => {
      known.add(Object.values(entered.secrets));
      return told(known, () => attachment.attach(target, entered, signal));
    },
    detach: (target) => told(known, () => attachment.detach(target)),
  };
}

function cleanLeftBehind(leftBehind: LeftBehind, known: KnownSecrets): LeftBehind {
  return {
    sentence: cleanText(leftBehind.sentence, known, 1000),
    action: cleanText(leftBehind.action, known),
    end: (signal) => told(known, () => leftBehind.end(signal)),
  };
}

function cleanHeldTokens(heldTokens: HeldTokens, known: KnownSecrets): HeldTokens {
  return {
    has: (target) => toldNow(known, () => heldTokens.has(target)),
    value: (target) => told(known, () => heldTokens.value(target)),
  };
}

async function cleanPage(page: Page, known: KnownSecrets, slices: Slices): Promise<Page> {
  const items = await cleanRows(page.items, known, slices);
  const problems = (page.problems ?? []).map((problem) => cleanError(problem, known));
  if (items.length < page.items.length) {
    problems.push(new TokenManagerError('protocol', '', { code: 'credential-as-identifier' }));
  }
  const { items: _items, problems: _problems, ...rest } = page;
  return { ...rest, items, ...((page.problems || problems.length > 0) && { problems }) };
}

/** Of which there may be many. */
async function cleanRows(
  items: readonly Item[],
  known: KnownSecrets,
  slices: Slices,
): Promise<readonly Item[]> {
  const clean: Item[] = [];
  const add = (item: Item) => {
    for (const row of shownItems([item], known)) {
      ShownItem.isAsSaid(row); // Now, so that no look at all of them has to.
      clean.push(row);
    }
  };
  await forEachYielding(items, add, slices);
  return clean;
}

function cleanText(text: string, known: KnownSecrets, maxLength?: number): string {
  return displayText(known.maskIn(text), maxLength);
}

/** Words of a service may stand in an error that was made of its good answer, too. */
function cleanError(thrown: unknown, known: KnownSecrets): TokenManagerError {
  const error = TokenManagerError.from(thrown);
  const { kind, status, code, retryAt, nothingSent } = error;
  const detail = known.maskIn(error.detail);
  const isCodeClean = code === undefined || !known.isIn(code);
  if (detail === error.detail && isCodeClean) {
    return error;
  }
  return new TokenManagerError(kind, detail, {
    nothingSent,
    ...(status !== undefined && { status }),
    ...(code !== undefined && { code: known.maskIn(code) }),
    ...(retryAt !== undefined && { retryAt }),
  });
}

async function told<T>(known: KnownSecrets, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw cleanError(thrown, known);
  }
}

function toldNow<T>(known: KnownSecrets, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw cleanError(thrown, known);
  }
}

/** Learns the credentials that are sent: some are made of others, or hold for one request only. */
function listening(io: FormIo, known: KnownSecrets): FormIo {
  return { ...io, http: (baseUrl) => listeningClient(io.http(baseUrl), known) };
}

function listeningToAll(io: AdapterIo, known: KnownSecrets): AdapterIo {
  return {
    ...io,
    http: (baseUrl) => listeningClient(io.http(baseUrl), known),
    readSecrets: async () => {
      const secrets = await io.readSecrets();
      known.add(Object.values(secrets));
      return secrets;
    },
    saveSecrets: (changes, options) => {
      known.add(Object.values(changes).filter((secret) => secret !== undefined));
      return io.saveSecrets(changes, options);
    },
  };
}

function listeningClient(client: HttpClient, known: KnownSecrets): HttpClient {
  return {
    ...client,
    request: (request: HttpRequest) => {
      known.add(secretsOf(request));
      return client.request(request);
    },
  };
}
