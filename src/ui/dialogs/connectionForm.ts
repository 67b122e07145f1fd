import { commands, ThemeIcon } from 'vscode';
import type { Draft, FormIo, FormStep, ProviderAdapter } from '../../core/adapter/contract.ts';
import { certificateAuthorityKey } from '../../core/adapter/reservedSettings.ts';
import { checkedEndpoint } from '../../core/http/address.ts';
import { checkedBaseUrl } from '../../core/http/client.ts';
import { TokenManagerError, toResult } from '../../core/model/errors.ts';
import { Secret } from '../../core/model/secret.ts';
import type { Wording } from '../text/context.ts';
import { errorWords, proxySettingsQuery, type Remedy } from '../text/errors.ts';
import { fileButton, pickCertificateFile } from './certificateFile.ts';
import {
  askChoice,
  askText,
  back,
  type ChoiceStep,
  type InputStep,
  info,
  type Pressed,
  type QuestionButton,
  warning,
} from './formQuestion.ts';
import { onStage, type Stage } from './formStage.ts';
import { keyButtons } from './keyButtons.ts';
import { l10n } from './l10n.ts';
import type { Found } from './localSources.ts';

type Answer = string | Secret | readonly string[];

export interface FormDeps {
  readonly title: string;
  readonly steps: readonly FormStep[];
  /** What is known already; shown for the user to accept or change. */
  readonly initial: Draft;
  readonly filePaths?: readonly string[];
  readonly keyMakers?: ProviderAdapter['keyMakers'];
  readonly wording: Wording;
  io(draft: Draft): FormIo;
  /** Looks for values on this computer; offered at the first question where there is anywhere to look. */
  readonly lookOnThisComputer?: () => Promise<Found | undefined>;
}

/**
 * Walks a user through the steps of a form, one question at a time, with a way back and everything entered
 * kept. A question that fails (the service does not accept what was typed) leads back to what was typed last,
 * with the reason shown there.
 */
export class Form {
  readonly #deps: FormDeps;
  readonly #settings: Record<string, string | readonly string[]>;
  readonly #secrets: Record<string, Secret>;
  /** What the last failure offered to mend it from here: there is no row yet to do it on. */
  readonly #remedies = new Set<Remedy>();
  /** The steps answered so far, by index; those that were answered without asking are not in it. */
  readonly #asked: number[] = [];

  constructor(deps: FormDeps) {
    this.#deps = deps;
    this.#settings = { ...deps.initial.settings };
    this.#secrets = { ...deps.initial.secrets };
  }

  get draft(): Draft {
    return { settings: { ...this.#settings }, secrets: { ...this.#secrets } };
  }

  /** Whether the user has answered anything. */
  get hasAsked(): boolean {
    return this.#asked.length > 0;
  }

  /**
   * Asks everything, then does `finish` with it; when that fails, the last typed answer is asked again. Called once
   * more it begins with the last question.
   * @returns `undefined` when the user gave up
   */
  async complete<T>(
    busy: string,
    finish: (draft: Draft, signal: AbortSignal, stage: Stage) => Promise<T>,
  ): Promise<T | undefined> {
    let index = this.#asked.pop() ?? 0;
    let problem: string | undefined;
    for (;;) {
      try {
        await this.#askFrom(index, problem);
        return await onStage(this.#deps.title, busy, (signal, stage) => finish(this.draft, signal, stage));
      } catch (thrown) {
        const error = TokenManagerError.from(thrown);
        if (error.kind === 'cancelled') {
          return undefined;
        }
        const words = errorWords(error, this.#deps.wording);
        problem = withButton(words.sentence, words.remedy);
        this.#remedies.add(words.remedy);
        const typed = this.#lastTyped();
        if (typed === undefined) {
          throw error;
        }
        index = typed;
      }
    }
  }

  async #askFrom(start: number, firstProblem: string | undefined): Promise<void> {
    const { steps } = this.#deps;
    let problem = firstProblem;
    let index = start;
    while (index < steps.length) {
      const step = steps[index];
      if (!step || step.when?.(this.draft) === false) {
        index++;
        continue;
      }
      try {
        const wasAsked = await this.#ask(step, problem);
        if (wasAsked) {
          this.#asked.push(index);
        }
        index++;
      } catch (thrown) {
        if (thrown !== back) {
          throw thrown;
        }
        index = this.#asked.pop() ?? start;
      }
      problem = undefined;
    }
  }

  /** Steps back to the last step whose answer was typed and can be typed differently. */
  #lastTyped(): number | undefined {
    for (;;) {
      const index = this.#asked.pop();
      if (index === undefined || this.#deps.steps[index]?.kind !== 'choice') {
        return index;
      }
    }
  }

  async #ask(step: FormStep, problem: string | undefined): Promise<boolean> {
    if (step.kind !== 'choice') {
      this.#keep(step.id, await this.#askInput(step, problem));
      return true;
    }
    const { answer, wasAsked } = await this.#askChoice(step);
    this.#keep(step.id, answer);
    return wasAsked;
  }

  #keep(id: string, answer: Answer): void {
    if (answer instanceof Secret) {
      this.#secrets[id] = answer;
    } else {
      this.#settings[id] = answer;
    }
  }

  async #askInput(step: InputStep, problem: string | undefined): Promise<Answer> {
    const text = await askText({
      ...this.#question(step),
      step,
      problem,
      known: () => this.#known(step),
      buttons: this.#buttons(step),
      objection: (entered) => this.#objection(step, entered),
    });
    return step.kind === 'secret' ? new Secret(text) : text;
  }

  #askChoice(step: ChoiceStep) {
    const draft = this.draft;
    return askChoice({
      ...this.#question(step),
      step,
      known: [this.#settings[step.id] ?? []].flat(),
      options: (signal) => step.options(draft, this.#deps.io(draft), signal),
    });
  }

  /** Without a number of steps: which ones are needed is known only once the others are answered. */
  #question(step: FormStep) {
    return {
      title: l10n.t('{0}: {1}', this.#deps.title, step.title),
      canGoBack: this.#asked.length > 0,
    };
  }

  #buttons(step: InputStep): QuestionButton[] {
    const settings = this.#remedies.has('proxySettings');
    const maker = this.#deps.keyMakers?.[step.id];
    const keep = (key: Secret) => this.#keep(step.id, key);
    return [
      ...(maker ? keyButtons(maker, { draft: () => this.draft, keep }) : []),
      ...(this.#deps.filePaths?.includes(step.id)
        ? [fileButton(step.title, (path) => this.#keep(step.id, path))]
        : []),
      ...(this.#remedies.has('certificateAuthority') ? [this.#authorityButton] : []),
      ...(settings ? [settingsButton] : []),
      ...(this.#asked.length === 0 && this.#deps.lookOnThisComputer ? [this.#lookButton] : []),
    ];
  }

  readonly #authorityButton: QuestionButton = {
    iconPath: new ThemeIcon('shield'),
    tooltip: l10n.t('Set Certificate Authority File…'),
    press: async () => {
      const path = await pickCertificateFile();
      if (path === undefined) {
        return {};
      }
      this.#settings[certificateAuthorityKey] = path;
      return { said: info(l10n.t('The file is used for this connection. Press Enter to try again.')) };
    },
  };

  readonly #lookButton: QuestionButton = {
    iconPath: new ThemeIcon('device-desktop'),
    tooltip: l10n.t('Look for Credentials on This Computer…'),
    press: () => this.#look(),
  };

  async #look(): Promise<Pressed> {
    const found = await toResult(this.#deps.lookOnThisComputer?.() ?? Promise.resolve(undefined));
    if (found === undefined) {
      return {};
    }
    if (found instanceof TokenManagerError) {
      return { said: warning(l10n.t('A file was found but could not be read.')) };
    }
    if (found.titles.length === 0) {
      return { said: info(l10n.t('Nothing was found there.')) };
    }
    Object.assign(this.#settings, found.draft.settings);
    Object.assign(this.#secrets, found.draft.secrets);
    const titles = new Intl.ListFormat(this.#deps.wording.locale).format(found.titles);
    return { said: info(l10n.t('Found {0}. Review each value.', titles)), fills: true };
  }

  #known(step: InputStep): string {
    const known = step.kind === 'secret' ? this.#secrets[step.id]?.reveal() : this.#settings[step.id];
    return typeof known === 'string' ? known : (step.default ?? '');
  }

  #objection(step: InputStep, text: string): string | undefined {
    if (step.kind !== 'url') {
      return (
        step.validate?.(text, this.draft) ??
        (text === '' && !step.isOptional ? l10n.t('A value is required.') : undefined)
      );
    }
    if (text === '' && step.isOptional) {
      return undefined;
    }
    try {
      const check = step.allowsQuery ? checkedEndpoint : checkedBaseUrl;
      check(text);
      return undefined;
    } catch (thrown) {
      return errorWords(TokenManagerError.from(thrown), this.#deps.wording).sentence;
    }
  }
}

/** Beside the question, so that nothing of what was entered is lost. */
const settingsButton: QuestionButton = {
  iconPath: new ThemeIcon('gear'),
  tooltip: l10n.t('Open Settings'),
  press: async () => {
    await commands.executeCommand('workbench.action.openSettings', proxySettingsQuery);
    return {};
  },
};

/** The sentence, and which of the buttons above helps. */
function withButton(sentence: string, remedy: Remedy): string {
  switch (remedy) {
    case 'certificateAuthority':
      return l10n.t('{0} Select the shield button above to set the file.', sentence);
    case 'proxySettings':
      return l10n.t('{0} Select the gear button above to open the settings.', sentence);
    default:
      return sentence;
  }
}
