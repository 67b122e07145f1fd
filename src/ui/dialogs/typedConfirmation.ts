import { labelText } from '../text/escape.ts';
import { isTypedRight } from '../text/typed.ts';
import { showInputBox } from './quickInput.ts';

/** Whether the user has typed what is wanted, where one Enter too many would cost much. */
export async function isTyped(
  wanted: string,
  { title, prompt, refusal }: { readonly title: string; readonly prompt: string; readonly refusal: string },
): Promise<boolean> {
  const text = await showInputBox({
    title: labelText(title),
    prompt: labelText(prompt),
    placeHolder: wanted,
    ignoreFocusOut: true,
    validateInput: (entered) => (isTypedRight(entered, wanted) ? undefined : labelText(refusal)),
  });
  return text !== undefined && isTypedRight(text, wanted);
}
