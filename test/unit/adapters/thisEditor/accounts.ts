import type { AccountAct, AccountName, EditorAccounts } from '../../../../src/core/ports.ts';

export const noAccounts: EditorAccounts = {
  providers: () => [],
  accounts: async () => [],
  acts: async () => new Set(),
  act: async () => undefined,
};

/** An editor in memory, which tells what was asked of it. */
export class FakeAccounts implements EditorAccounts {
  readonly started: string[] = [];
  readonly acted: (readonly [AccountAct, AccountName | undefined])[] = [];
  possible: readonly AccountAct[] = ['signOut', 'trustedExtensions', 'removeDynamicProviders'];
  /** What the user says when asked. */
  agrees = true;
  accountsOf: Readonly<Record<string, readonly { readonly id: string; readonly label: string }[]>> = {};

  readonly providers = () => [
    { id: 'running', label: 'Running', extension: 'ours.running', isStarted: true },
    { id: 'idle', label: 'Idle', extension: 'ours.idle', isStarted: this.started.includes('idle') },
  ];

  readonly accounts = async (providerId: string) => {
    this.started.push(providerId);
    return this.accountsOf[providerId] ?? [];
  };

  readonly acts = async () => new Set(this.possible);

  readonly act = async (act: AccountAct, account?: AccountName) => {
    this.acted.push([act, account]);
    if (act === 'signOut' && account && this.agrees) {
      const { providerId, accountLabel } = account;
      const left = (this.accountsOf[providerId] ?? []).filter(({ label }) => label !== accountLabel);
      this.accountsOf = { ...this.accountsOf, [providerId]: left };
    }
  };
}
