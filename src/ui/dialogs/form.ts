import {
  type InputBoxValidationMessage,
  InputBoxValidationSeverity,
  l10n,
  type QuickInput,
  type QuickInputButton,
  QuickInputButtons,
  type QuickPickItem,
  ThemeIcon,
  window,
} from 'vscode';
import type { Draft, FormIo, FormStep, Option } from '../../core/adapter/contract.ts';
import { certificateAuthorityKey } from '../../core/adapter/reservedSettings.ts';
import { checkedBaseUrl } from '../../core/http/client.ts';
import { displayText } from '../../core/model/displayText.ts';
import { settled, TokenManagerError } from '../../core/model/errors.ts';
import { Secret } from '../../core/model/secret.ts';
import type { Wording } from '../text/context.ts';
import { errorWords } from '../text/errors.ts';
import { labelText } from '../text/escape.ts';
import { pickCertificateFile } from './certificateFile.ts';
import type { Found } from './localSources.ts';

type Answer = string | Secret | readonly string[];
type ChoiceStep = Extract<FormStep, { kind: 'choice' }>;
type InputStep = Exclude<FormStep, ChoiceStep>;

export interface FormDeps {
  readonly title: string;
  readonly steps: readonly FormStep[];
  /** What is known already; shown for the user to accept or change. */
  readonly initial: Draft;
  readonly wording: Wording;
  io(draft: Draft): FormIo;
  /** Looks for values on this computer; offered at the first question where there is anywhere to look. */
  readonly lookOnThisComputer?: () => Promise<Found | undefined>;
}

/** What shows while the form's answers are put to use, where that needs the user once more. */
export interface Stage {
  show(words: string, actions: readonly StageAction[]): void;
  /** Nothing is needed of the user just now. */
  wait(): void;
}

export interface StageAction {
  readonly label: string;
  readonly detail?: string;
  run(): unknown;
}

/** Offered where a service's certificate is not trusted: there is no row yet to set the file on. */
const authorityButton: QuickInputButton = {
  iconPath: new ThemeIcon('shield'),
  tooltip: l10n.t('Set Certificate Authority File…'),
};

const lookButton: QuickInputButton = {
  iconPath: new ThemeIcon('device-desktop'),
  tooltip: l10n.t('Look for Credentials on This Computer…'),
};

/** Thrown out of a question by the Back button. */
const back = Symbol('back');

/**
 * Walks a user through the steps of a form, one question at a time, with a way back and everything entered
 * kept. A question that fails (the service does not accept what was typed) leads back to what was typed last,
 * with the reason shown there.
 */
export class Form {
  readonly #deps: FormDeps;
  readonly #settings: Record<string, string | readonly string[]>;
  readonly #secrets: Record<string, Secret>;
  #offersAuthority = false;
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

  /**
   * Asks everything, then does `finish` with it; when that fails, the last typed answer is asked again.
   * @returns `undefined` when the user gave up
   */
  async complete<T>(
    busy: string,
    finish: (draft: Draft, signal: AbortSignal, stage: Stage) => Promise<T>,
  ): Promise<T | undefined> {
    let index = 0;
    let problem: string | undefined;
    for (;;) {
      try {
        await this.#askFrom(index, problem);
        return await this.#whileBusy(busy, (signal, stage) => finish(this.draft, signal, stage));
      } catch (thrown) {
        const error = TokenManagerError.from(thrown);
        if (error.kind === 'cancelled') {
          return undefined;
        }
        const words = errorWords(error, this.#deps.wording);
        problem = words.sentence;
        this.#offersAuthority ||= words.remedy === 'certificateAuthority';
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
        const wasAsked = await this.#ask(step, index, problem);
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

  async #ask(step: FormStep, index: number, problem: string | undefined): Promise<boolean> {
    if (step.kind !== 'choice') {
      this.#keep(step.id, await this.#askInput(step, index, problem));
      return true;
    }
    const { answer, wasAsked } = await this.#askChoice(step, index);
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

  async #askInput(step: InputStep, index: number, problem: string | undefined): Promise<Answer> {
    const input = window.createInputBox();
    this.#dress(input, step, index);
    input.prompt = step.prompt;
    input.password = step.kind === 'secret';
    input.value = this.#known(step);
    input.placeholder = 'placeholder' in step ? step.placeholder : undefined;
    input.buttons = [
      ...(this.#offersAuthority ? [authorityButton] : []),
      ...(this.#asked.length === 0 && this.#deps.lookOnThisComputer ? [lookButton] : []),
      ...this.#buttons(),
    ];
    input.validationMessage = problem;
    let isElsewhere = false;
    return new Promise<Answer>((resolve, reject) => {
      input.onDidTriggerButton(async (button) => {
        if (button !== authorityButton && button !== lookButton) {
          reject(back);
          return;
        }
        // Another quick input takes the place of this one meanwhile.
        isElsewhere = true;
        const said = await this.#elsewhere(button).catch(reject);
        isElsewhere = false;
        input.value = button === lookButton ? this.#known(step) : input.value;
        input.validationMessage = said ?? undefined;
        input.show();
      });
      input.onDidChangeValue(() => {
        input.validationMessage = undefined;
      });
      input.onDidAccept(() => {
        const text = step.kind === 'secret' && step.isVerbatim ? input.value : input.value.trim();
        input.validationMessage = this.#objection(step, text);
        if (input.validationMessage === undefined) {
          resolve(step.kind === 'secret' ? new Secret(text) : text);
        }
      });
      input.onDidHide(() => {
        if (!isElsewhere) {
          reject(new TokenManagerError('cancelled'));
        }
      });
      input.show();
    }).finally(() => input.dispose());
  }

  /** @returns what to say under the question afterwards */
  async #elsewhere(button: QuickInputButton): Promise<InputBoxValidationMessage | undefined> {
    if (button === lookButton) {
      return this.#look();
    }
    const path = await pickCertificateFile();
    if (path !== undefined) {
      this.#settings[certificateAuthorityKey] = path;
    }
    return undefined;
  }

  async #look(): Promise<InputBoxValidationMessage | undefined> {
    const found = await settled(this.#deps.lookOnThisComputer?.() ?? Promise.resolve(undefined));
    if (found === undefined) {
      return undefined;
    }
    if (found instanceof TokenManagerError) {
      const message = l10n.t('A file is there, but could not be read.');
      return { message, severity: InputBoxValidationSeverity.Warning };
    }
    Object.assign(this.#settings, found.draft.settings);
    Object.assign(this.#secrets, found.draft.secrets);
    const { locale } = this.#deps.wording;
    const message =
      found.titles.length === 0
        ? l10n.t('Nothing was found there.')
        : l10n.t('Found: {0}. Check each as you go on.', new Intl.ListFormat(locale).format(found.titles));
    return { message, severity: InputBoxValidationSeverity.Info };
  }

  #known(step: InputStep): string {
    const known = step.kind === 'secret' ? this.#secrets[step.id]?.reveal() : this.#settings[step.id];
    return typeof known === 'string' ? known : (step.default ?? '');
  }

  #objection(step: InputStep, text: string): string | undefined {
    if (step.kind !== 'url') {
      return (
        step.validate?.(text, this.draft) ??
        (text === '' && !step.isOptional ? l10n.t('This is needed to go on.') : undefined)
      );
    }
    if (text === '' && step.isOptional) {
      return undefined;
    }
    try {
      checkedBaseUrl(text);
      return undefined;
    } catch (thrown) {
      return errorWords(TokenManagerError.from(thrown), this.#deps.wording).sentence;
    }
  }

  async #askChoice(
    step: ChoiceStep,
    index: number,
  ): Promise<{ readonly answer: Answer; readonly wasAsked: boolean }> {
    const pick = window.createQuickPick<OptionItem>();
    const aborted = new AbortController();
    this.#dress(pick, step, index);
    pick.placeholder = step.prompt;
    pick.canSelectMany = step.many === true;
    pick.matchOnDescription = true;
    pick.buttons = this.#buttons();
    pick.busy = true;
    const closed = new Promise<never>((_, reject) => {
      pick.onDidTriggerButton(() => reject(back));
      pick.onDidHide(() => reject(new TokenManagerError('cancelled')));
    });
    try {
      pick.show();
      const draft = this.draft;
      const options = await Promise.race([step.options(draft, this.#deps.io(draft), aborted.signal), closed]);
      const [only] = options;
      if (only && options.length === 1 && !step.many) {
        return { answer: only.value, wasAsked: false };
      }
      const items = options.map(optionItem);
      pick.items = items;
      pick.busy = false;
      this.#preselect(pick, items, step);
      const accepted = new Promise<readonly OptionItem[]>((resolve) => {
        pick.onDidAccept(() => {
          if (step.many || pick.selectedItems.length > 0) {
            resolve(pick.selectedItems);
          }
        });
      });
      const chosen = (await Promise.race([accepted, closed])).map((item) => item.value);
      return { answer: step.many ? chosen : (chosen[0] ?? ''), wasAsked: true };
    } finally {
      aborted.abort();
      closed.catch(() => undefined);
      pick.dispose();
    }
  }

  #preselect(
    pick: { activeItems: readonly OptionItem[]; selectedItems: readonly OptionItem[] },
    items: readonly OptionItem[],
    step: ChoiceStep,
  ): void {
    const known = [this.#settings[step.id] ?? []].flat();
    const before = items.filter((item) => known.includes(item.value));
    if (step.many) {
      pick.selectedItems = before;
    } else if (before.length > 0) {
      pick.activeItems = before;
    }
  }

  async #whileBusy<T>(busy: string, work: (signal: AbortSignal, stage: Stage) => Promise<T>): Promise<T> {
    const pick = window.createQuickPick<ActionItem>();
    const aborted = new AbortController();
    pick.title = this.#deps.title;
    pick.ignoreFocusOut = true;
    pick.onDidAccept(() => pick.selectedItems[0]?.run());
    const stage: Stage = {
      show: (words, actions) => {
        pick.placeholder = words;
        pick.enabled = true;
        pick.busy = true;
        pick.value = '';
        pick.items = actions.map(actionItem);
      },
      wait: () => {
        pick.placeholder = busy;
        pick.busy = true;
        pick.enabled = false;
        pick.items = [];
      },
    };
    stage.wait();
    const closed = new Promise<never>((_, reject) => {
      pick.onDidHide(() => {
        aborted.abort();
        reject(new TokenManagerError('cancelled'));
      });
    });
    try {
      pick.show();
      return await Promise.race([work(aborted.signal, stage), closed]);
    } finally {
      closed.catch(() => undefined);
      pick.dispose();
    }
  }

  #dress(input: QuickInput, step: FormStep, index: number): void {
    const { title, steps } = this.#deps;
    const walked = steps.map((candidate, place) => candidate.when?.(this.draft) !== false || place === index);
    input.title = labelText(l10n.t('{0}: {1}', title, step.title));
    input.step = walked.slice(0, index + 1).filter(Boolean).length;
    input.totalSteps = walked.filter(Boolean).length;
    input.ignoreFocusOut = true;
  }

  #buttons() {
    return this.#asked.length > 0 ? [QuickInputButtons.Back] : [];
  }
}

interface ActionItem extends QuickPickItem {
  run(): unknown;
}

function actionItem({ label, detail, run }: StageAction): ActionItem {
  return {
    label: labelText(displayText(label)),
    ...(detail !== undefined && { detail: labelText(displayText(detail)) }),
    // Whatever is typed above filters nothing away.
    alwaysShow: true,
    run,
  };
}

interface OptionItem extends QuickPickItem {
  readonly value: string;
}

function optionItem({ value, label, description, detail }: Option): OptionItem {
  return {
    value,
    label: labelText(displayText(label)),
    ...(description !== undefined && { description: labelText(displayText(description)) }),
    ...(detail !== undefined && { detail: labelText(displayText(detail)) }),
  };
}
