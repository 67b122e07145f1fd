import {
  type InputBoxValidationMessage,
  InputBoxValidationSeverity,
  type QuickInputButton,
  QuickInputButtons,
  type QuickPick,
  type QuickPickItem,
} from 'vscode';
import type { FormStep, Option } from '../../core/adapter/contract.ts';
import { TokenManagerError } from '../../core/model/errors.ts';
import { createInputBox, createQuickPick } from './quickInput.ts';

export type ChoiceStep = Extract<FormStep, { kind: 'choice' }>;
export type InputStep = Exclude<FormStep, ChoiceStep>;

/** Thrown out of a question by the Back button. */
export const back = Symbol('back');

interface Question {
  readonly title: string;
  readonly canGoBack: boolean;
}

export interface TextQuestion extends Question {
  readonly step: InputStep;
  /** What stands in the box; asked anew after another button was pressed. */
  known(): string;
  readonly problem: string | undefined;
  readonly buttons: readonly QuestionButton[];
  /** A sentence when the text cannot be right. */
  objection(text: string): string | undefined;
}

export interface QuestionButton extends QuickInputButton {
  /** @param entered what stands in the box */
  press(entered: string): Promise<Pressed>;
}

export interface Pressed {
  /** What to say under the question afterwards. */
  readonly said?: InputBoxValidationMessage;
  /** Whether something else is known to stand in the box now. */
  readonly fills?: boolean;
}

export function info(message: string): InputBoxValidationMessage {
  return { message, severity: InputBoxValidationSeverity.Info };
}

export function warning(message: string): InputBoxValidationMessage {
  return { message, severity: InputBoxValidationSeverity.Warning };
}

/** Rejects with `back`, or with kind `cancelled`. */
export async function askText(question: TextQuestion): Promise<string> {
  const { step, problem, buttons, canGoBack } = question;
  const input = createInputBox();
  input.title = question.title;
  input.ignoreFocusOut = true;
  input.prompt = step.prompt;
  input.password = step.kind === 'secret';
  input.value = question.known();
  input.placeholder = 'placeholder' in step ? step.placeholder : undefined;
  input.buttons = [...buttons, ...backButton(canGoBack)];
  input.validationMessage = problem;
  let isElsewhere = false;
  return new Promise<string>((resolve, reject) => {
    input.onDidTriggerButton(async (pressed) => {
      const button = buttons.find((candidate) => candidate === pressed);
      if (!button) {
        reject(back);
        return;
      }
      // Another quick input takes the place of this one meanwhile.
      isElsewhere = true;
      const { said, fills } = (await button.press(input.value).catch(reject)) ?? {};
      isElsewhere = false;
      input.value = fills ? question.known() : input.value;
      input.validationMessage = said;
      input.show();
    });
    input.onDidChangeValue(() => {
      input.validationMessage = undefined;
    });
    input.onDidAccept(() => {
      const text = step.kind === 'secret' && step.isVerbatim ? input.value : input.value.trim();
      const objection = question.objection(text);
      input.validationMessage = objection;
      if (objection === undefined) {
        resolve(text);
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

export interface ChoiceQuestion extends Question {
  readonly step: ChoiceStep;
  /** The values that were chosen before. */
  readonly known: readonly string[];
  options(signal: AbortSignal): Promise<readonly Option[]>;
}

export interface Chosen {
  readonly answer: string | readonly string[];
  readonly wasAsked: boolean;
}

interface OptionItem extends QuickPickItem {
  readonly value: string;
}

/** Rejects with `back`, or with kind `cancelled`. */
export async function askChoice({ title, step, known, canGoBack, options }: ChoiceQuestion): Promise<Chosen> {
  const pick = createQuickPick<OptionItem>();
  const aborted = new AbortController();
  pick.title = title;
  pick.ignoreFocusOut = true;
  pick.placeholder = step.prompt;
  pick.canSelectMany = step.many === true;
  pick.matchOnDescription = true;
  pick.buttons = backButton(canGoBack);
  pick.busy = true;
  const closed = new Promise<never>((_, reject) => {
    pick.onDidTriggerButton(() => reject(back));
    pick.onDidHide(() => reject(new TokenManagerError('cancelled')));
  });
  try {
    pick.show();
    const offered = await Promise.race([options(aborted.signal), closed]);
    const [only] = offered;
    if (only && offered.length === 1 && !step.many) {
      return { answer: only.value, wasAsked: false };
    }
    const items = offered.map(optionItem);
    pick.items = items;
    pick.busy = false;
    preselect(
      pick,
      items.filter(({ value }) => known.includes(value)),
      step,
    );
    const chosen = (await Promise.race([accepted(pick, step), closed])).map(({ value }) => value);
    return { answer: step.many ? chosen : (chosen[0] ?? ''), wasAsked: true };
  } finally {
    aborted.abort();
    closed.catch(() => undefined);
    pick.dispose();
  }
}

function accepted(pick: QuickPick<OptionItem>, step: ChoiceStep): Promise<readonly OptionItem[]> {
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      if ((step.many && step.isOptional !== false) || pick.selectedItems.length > 0) {
        resolve(pick.selectedItems);
      }
    });
  });
}

function preselect(pick: QuickPick<OptionItem>, before: readonly OptionItem[], step: ChoiceStep): void {
  if (step.many) {
    pick.selectedItems = before;
  } else if (before.length > 0) {
    pick.activeItems = before;
  }
}

function optionItem({ value, label, description, detail }: Option): OptionItem {
  return {
    value,
    label,
    ...(description !== undefined && { description }),
    ...(detail !== undefined && { detail }),
  };
}

function backButton(canGoBack: boolean): QuickInputButton[] {
  return canGoBack ? [QuickInputButtons.Back] : [];
}
