import { type Disposable, workspace } from 'vscode';
import { type SettingId, settingDefaults } from '../contributions.ts';
import type { TransportLimits } from '../core/ports.ts';

const day = 24 * 60 * 60_000;
const maxAnswerBytes = 8 * 1024 * 1024;

/** The user's settings, read when asked for. A value of another type than the default counts as unset. */
export const settings = {
  isStatusBarVisible: (): boolean => read('oauthTokens.statusBar.visible'),
  expiringWithinMs: (): number => Math.max(0, read('oauthTokens.expiringWithinDays')) * day,
  transportLimits: (): TransportLimits => ({
    connectMs: seconds('oauthTokens.network.connectTimeoutSeconds'),
    headersMs: seconds('oauthTokens.network.answerTimeoutSeconds'),
    bodyMs: seconds('oauthTokens.network.answerTimeoutSeconds'),
    maxBytes: maxAnswerBytes,
  }),
  onDidChange: (listener: () => void): Disposable =>
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('oauthTokens')) {
        listener();
      }
    }),
};

export type Settings = typeof settings;

function seconds(id: NumberSettingId): number {
  return Math.max(1, read(id)) * 1000;
}

type NumberSettingId = {
  [Id in SettingId]: (typeof settingDefaults)[Id] extends number ? Id : never;
}[SettingId];

function read(id: NumberSettingId): number;
function read(id: Exclude<SettingId, NumberSettingId>): boolean;
function read(id: SettingId): number | boolean {
  const value: unknown = workspace.getConfiguration().get(id);
  const fallback = settingDefaults[id];
  return (typeof value === 'number' && Number.isFinite(value)) || typeof value === 'boolean'
    ? typeof value === typeof fallback
      ? value
      : fallback
    : fallback;
}
