import {
  type Diagnosis,
  type Evidence,
  type Finding,
  type Suspect,
  verdict,
} from '../../core/diagnose/diagnose.ts';
import { clockWords } from './clock.ts';
import type { Wording } from './context.ts';
import { errorWords, type Remedy } from './errors.ts';
import type { Icon } from './icon.ts';

/** What is looked at, in a few words. */
export function suspectWords(suspect: Suspect, { localize }: Wording): string {
  switch (suspect) {
    case 'keyring':
      return localize('Secret storage (keyring)');
    case 'settings':
      return localize('Settings of the connection');
    case 'dns':
      return localize('Host name (DNS)');
    case 'proxy':
      return localize('Proxy');
    case 'certificate':
      return localize('Certificate');
    case 'service':
      return localize('Connection to the service');
    case 'clock':
      return localize('Clock');
    case 'credential':
      return localize('Credentials');
    case 'access':
      return localize('Permissions');
    case 'organization':
      return localize('Organization');
    case 'rateLimit':
      return localize('Rate limit');
  }
}

export function resultWord(result: Finding['result'], { localize }: Wording): string {
  switch (result) {
    case 'ok':
      return localize('OK');
    case 'fault':
      return localize('failed');
    case 'notReached':
      return localize('not reached');
  }
}

export const resultIcons: Readonly<Record<Finding['result'], Icon>> = {
  ok: { name: 'pass', color: 'testing.iconPassed' },
  fault: { name: 'error', color: 'list.errorForeground' },
  notReached: { name: 'circle-outline', color: 'disabledForeground' },
};

/** Which it is, in one sentence. */
export function verdictSentence(diagnosis: Diagnosis, wording: Wording): string {
  const { localize } = wording;
  switch (verdict(diagnosis)?.suspect) {
    case 'keyring':
      return localize('There is a problem with the secret storage of this computer.');
    case 'settings':
      return localize('There is a problem with the settings of the connection.');
    case 'dns':
      return localize('The host name cannot be resolved (DNS).');
    case 'proxy':
      return localize('There is a problem with the proxy.');
    case 'certificate':
      return localize('There is a problem with the certificate of the service.');
    case 'service':
      return localize('The service cannot be reached or reported an error.');
    case 'clock':
      return localize('There is a problem with the clock of this computer.');
    case 'credential':
      return localize('There is a problem with the credentials.');
    case 'access':
      return localize('The credentials lack a permission.');
    case 'organization':
      return localize('The organization, or something else the connection was set up with, was not found.');
    case 'rateLimit':
      return localize('Too many requests.');
    case undefined:
      return localize('No problems found.');
  }
}

export function evidenceSentence(evidence: Evidence, wording: Wording): string {
  const { localize } = wording;
  switch (evidence.kind) {
    case 'error':
      return errorWords(evidence.error, wording).sentence;
    case 'keptAndGivenBack':
      return localize('A value was stored, read back and deleted.');
    case 'resolved':
      return evidence.addresses === 1
        ? localize('{0} has 1 address.', evidence.host)
        : localize('{0} has {1} addresses.', evidence.host, evidence.addresses);
    case 'unresolved':
      return localize(
        'Host name {0} could not be resolved ({1}). Check the address of the connection and the network of this computer.',
        evidence.host,
        evidence.error.code ?? evidence.error.kind,
      );
    case 'noName':
      return localize('{0} is an IP address; no DNS lookup is needed.', evidence.host);
    case 'notOurs':
      return localize('{0} is resolved by the proxy.', evidence.host);
    case 'direct':
      return localize('No proxy is used.');
    case 'via':
      return localize('The proxy {0} allows the connection.', evidence.host);
    case 'decidedElsewhere':
      return localize('VS Code’s own network stack decides about proxies.');
    case 'trusted':
      return localize('The certificate is trusted, valid and for this host.');
    case 'unencrypted':
      return localize('Not applicable (HTTP to this computer)');
    case 'answered':
      return evidence.status < 400
        ? localize('It responds in {0} ms.', evidence.ms)
        : localize(
            'It responds in {0} ms. This check sends no credentials, so HTTP {1} is no problem.',
            evidence.ms,
            evidence.status,
          );
    case 'offset':
      return offsetSentence(evidence.ms, wording);
    case 'noDate':
      return localize('The service does not report its time.');
    case 'notOffered':
      return localize('“{0}”: these credentials cannot access the selection.', evidence.choice);
    case 'rows':
      return evidence.count === 1
        ? localize('The list was read: 1 row.')
        : localize('The list was read: {0} rows.', evidence.count);
  }
}

/** What one look has settled of several suspects is told of the first of them. */
export function withoutRepeats(findings: readonly Finding[], wording: Wording): readonly Finding[] {
  const told = new Set<string>();
  return findings.map((finding) => {
    const { evidence, ...rest } = finding;
    const sentence = evidence && evidenceSentence(evidence, wording);
    if (sentence === undefined || !told.has(sentence)) {
      told.add(sentence ?? '');
      return finding;
    }
    return rest;
  });
}

function offsetSentence(ms: number, wording: Wording): string {
  const off = clockWords(ms, wording);
  return off === undefined
    ? wording.localize('The clocks of this computer and the service match.')
    : wording.localize('It is wrong: {0}. Turn on automatic time.', off);
}

/** What the user can do about it from here. */
export function remedyFor({ suspect, evidence }: Finding, wording: Wording): Remedy {
  // What the connection was set up with is chosen anew together with its credentials.
  if (suspect === 'organization') {
    return 'updateCredentials';
  }
  return evidence && 'error' in evidence ? errorWords(evidence.error, wording).remedy : 'none';
}
