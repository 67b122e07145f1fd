import {
  type InputBox,
  type InputBoxOptions,
  type QuickPick,
  type QuickPickItem,
  type QuickPickOptions,
  window,
} from 'vscode';
import { makePlain, plainInput, plainOptions, plainText } from '../text/plainInput.ts';

/*
 * The only way to open a quick input: whatever is shown in one is text. Icons of items are theirs by `iconPath`, because
 * `$(icon)` in a label is text here. A test finds any other way.
 */

export function createInputBox(): InputBox {
  return plainInput(window.createInputBox());
}

export function createQuickPick<T extends QuickPickItem>(): QuickPick<T> {
  return plainInput(window.createQuickPick<T>());
}

export function showInputBox(options: InputBoxOptions): Thenable<string | undefined> {
  const { validateInput, ...others } = options;
  return window.showInputBox({
    ...plainOptions(others),
    ...(validateInput && {
      validateInput: async (value) => {
        const message = await validateInput(value);
        return typeof message === 'string' ? plainText(message) : message && makePlain(message);
      },
    }),
  });
}

export function showQuickPick<T extends QuickPickItem>(
  items: readonly T[],
  options: QuickPickOptions & { readonly canPickMany: true },
): Thenable<T[] | undefined>;
export function showQuickPick<T extends QuickPickItem>(
  items: readonly T[],
  options: QuickPickOptions,
): Thenable<T | undefined>;
export function showQuickPick<T extends QuickPickItem>(
  items: readonly T[],
  options: QuickPickOptions,
): Thenable<T | T[] | undefined> {
  return window.showQuickPick<T>(items.map(makePlain), plainOptions(options));
}
