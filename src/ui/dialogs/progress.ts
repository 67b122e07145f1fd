import { type Progress, ProgressLocation, window } from 'vscode';
import { labelText } from '../text/escape.ts';

/** Runs under a notification whose Cancel button aborts the signal. */
export function withCancel<T>(
  title: string,
  work: (signal: AbortSignal, progress: Progress<{ message: string; increment?: number }>) => Promise<T>,
): Thenable<T> {
  const options = { location: ProgressLocation.Notification, title: labelText(title), cancellable: true };
  return window.withProgress(options, (progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    return work(controller.signal, progress);
  });
}
