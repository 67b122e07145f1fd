import { type ProgressOptions, window } from 'vscode';

/** Runs with a progress display whose Cancel button aborts the signal. */
export function withCancel<T>(
  options: ProgressOptions,
  work: (signal: AbortSignal) => Promise<T>,
): Thenable<T> {
  return window.withProgress({ ...options, cancellable: true }, (_, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    return work(controller.signal);
  });
}
