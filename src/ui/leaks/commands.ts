import { env, Uri, window } from 'vscode';
import { commandIds } from '../../contributions.ts';
import type { Candidate, LeakedTokens, Way } from '../../core/leaks/leakedTokens.ts';
import type { Secret } from '../../core/model/secret.ts';
import type { CommandDeps, Handlers } from '../commands/deps.ts';
import { l10n } from '../dialogs/l10n.ts';
import { withCancel } from '../dialogs/progress.ts';
import { isTyped } from '../dialogs/typedConfirmation.ts';
import { revokeConfirmed } from '../revoke/commands.ts';
import {
  doubtWords,
  hostOf,
  type LeakQuestion,
  otherWayWords,
  outcomeSentence,
  rowQuestion,
  shapeName,
  valueQuestion,
} from '../text/leaks.ts';
import { askWhichToken, readText } from './questions.ts';

/** Revoke Leaked Token: names a value, finds whose it is, and revokes it where that is possible from here. */
export function revokingLeaked(deps: CommandDeps, leakedTokens: LeakedTokens) {
  return {
    [commandIds.revokeLeakedToken]: async () => {
      const candidate = await chosenToken(deps, leakedTokens);
      if (candidate) {
        await revokeCandidate(candidate, deps, leakedTokens);
      }
    },
  } satisfies Partial<Handlers>;
}

/** @returns `dead` when its service was seen to refuse the value */
export async function revokeCandidate(
  candidate: Candidate,
  deps: CommandDeps,
  leakedTokens: LeakedTokens,
): Promise<'dead' | undefined> {
  return (await isMeant(candidate, deps)) ? revoke(candidate, deps, leakedTokens) : undefined;
}

/** A leaked token is looked for in a part of a text, not in a dump of everything. */
const mostCharacters = 1_000_000;

async function chosenToken(
  { report, wording }: CommandDeps,
  leakedTokens: LeakedTokens,
): Promise<Candidate | undefined> {
  const text = await readText();
  if (text === undefined) {
    return undefined;
  }
  if (text.length > mostCharacters) {
    report.warn(l10n.t('The text is too long to look for a token in it. Select a part of it.'));
    return undefined;
  }
  const candidates = await leakedTokens.candidates(text);
  if (candidates.length === 0) {
    report.info(l10n.t('No token was found in this text. Nothing was sent.'));
  }
  return candidates.length > 1 ? askWhichToken(candidates, wording) : candidates[0];
}

/** What may be no token at all needs one more step. */
async function isMeant({ kind }: Candidate, { wording }: CommandDeps): Promise<boolean> {
  if (kind?.certainty !== 'doubtful') {
    return true;
  }
  const goOn = l10n.t('Continue');
  const answer = await window.showWarningMessage(
    l10n.t('This may not be a real token.'),
    { modal: true, detail: doubtWords(kind.shape, wording) },
    goOn,
  );
  return answer === goOn;
}

async function revoke(
  candidate: Candidate,
  deps: CommandDeps,
  leakedTokens: LeakedTokens,
): Promise<'dead' | undefined> {
  const { wording } = deps;
  const title = l10n.t('Looking for the token in your connections…');
  const examined = await withCancel(title, (signal) => leakedTokens.examine(candidate, signal));
  const { way, holders } = examined;
  switch (way.kind) {
    case 'row':
      await revokeRow(way, deps);
      return undefined;
    case 'value':
      return (await confirms(valueQuestion(way, holders, wording)))
        ? revokeValue(candidate.value, way, deps, leakedTokens)
        : undefined;
    case 'page':
    case 'none':
      await showOtherWay(otherWayWords(candidate.kind?.shape, examined, wording), way, deps);
      return undefined;
  }
}

/** As from its own menu, so that the list is read again afterwards. */
async function revokeRow(way: Extract<Way, { readonly kind: 'row' }>, deps: CommandDeps): Promise<void> {
  const { sentence, warnings } = await deps.revocations.reach(way.row);
  if (await confirms(rowQuestion(way, [sentence, ...warnings], deps.wording))) {
    await revokeConfirmed(deps, way.row);
  }
}

async function revokeValue(
  value: Secret,
  way: Extract<Way, { readonly kind: 'value' }>,
  { report, wording }: CommandDeps,
  leakedTokens: LeakedTokens,
): Promise<'dead' | undefined> {
  const title = l10n.t('Revoking the {0} at {1}…', shapeName(way.shape, wording), hostOf(way.how.baseUrl));
  const outcome = await withCancel(title, (signal) => leakedTokens.revoke(value, way, signal));
  const { severity, sentence } = outcomeSentence(outcome, way, wording);
  if (severity === 'info') {
    report.info(sentence);
  } else {
    report.warn(sentence);
  }
  return outcome.kind === 'dead' || outcome.kind === 'deadBefore' ? 'dead' : undefined;
}

async function showOtherWay(sentence: string, way: Way, { report }: CommandDeps): Promise<void> {
  if (way.kind === 'page') {
    const open = async () => void (await env.openExternal(Uri.parse(way.page, true)));
    report.offer('warning', sentence, [{ label: l10n.t('Open {0}', hostOf(way.page)), run: open }]);
  } else {
    report.warn(sentence);
  }
}

/** First with what dies, then by a typed name: a token may belong to another person, and nothing brings it back. */
async function confirms({ question, detail, typed }: LeakQuestion): Promise<boolean> {
  const goOn = l10n.t('Revoke…');
  if ((await window.showWarningMessage(question, { modal: true, detail }, goOn)) !== goOn) {
    return false;
  }
  return isTyped(typed, {
    title: question,
    prompt: l10n.t('Type “{0}” to revoke. This cannot be undone.', typed),
    refusal: l10n.t('Type exactly “{0}”, or press Escape to revoke nothing.', typed),
  });
}
