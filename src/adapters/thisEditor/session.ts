import type { AdapterSession, LeftToProgram, Page } from '../../core/adapter/contract.ts';
import { type Item, type ItemPath, noChildren, noLifetime } from '../../core/model/item.ts';
import type {
  AccountAct,
  AccountName,
  AccountProvider,
  EditorAccount,
  EditorAccounts,
  Localize,
} from '../../core/ports.ts';

/** The editor's accounts, below the provider of each. */
export class EditorSession implements AdapterSession {
  readonly #accounts: EditorAccounts;
  readonly #localize: Localize;

  constructor(accounts: EditorAccounts, localize: Localize) {
    this.#accounts = accounts;
    this.#localize = localize;
  }

  async list(parent: ItemPath | undefined): Promise<Page> {
    const [provider] = parent ?? [];
    return { items: provider ? await this.#accountRows(provider.id) : this.#providerRows() };
  }

  async read(target: ItemPath): Promise<Item | undefined> {
    const [provider, account] = target;
    return account
      ? (await this.#accountRows(provider.id)).find(({ id }) => id === account.id)
      : this.#providerRows().find(({ id }) => id === provider.id);
  }

  async handOvers([provider, account]: ItemPath): Promise<readonly LeftToProgram[]> {
    const possible = await this.#accounts.acts();
    const name = account && (await this.#nameOf(provider.id, account.id));
    return handedOver
      .filter(({ act, isAboutAccount }) => possible.has(act) && (name || !isAboutAccount))
      .map(({ act, isAboutAccount }) => this.#handOver(act, isAboutAccount ? name : undefined));
  }

  /** As the editor has it, to the letter: what a row shows has been cleaned. */
  async #nameOf(providerId: string, accountId: string): Promise<AccountName | undefined> {
    const accounts = await this.#accounts.accounts(providerId);
    const label = accounts.find(({ id }) => id === accountId)?.label;
    // The editor acts on a name: of two accounts with one name it could be the other.
    const isSingle = accounts.filter((other) => other.label === label).length === 1;
    return label !== undefined && isSingle ? { providerId, accountLabel: label } : undefined;
  }

  #handOver(act: AccountAct, account: AccountName | undefined): LeftToProgram {
    return {
      ...this.#words(act),
      isSignOut: act === 'signOut',
      run: () => this.#accounts.act(act, account),
    };
  }

  #words(act: AccountAct): { readonly title: string; readonly detail: string } {
    const localize = this.#localize;
    switch (act) {
      case 'signOut':
        return {
          title: localize('Sign Out…'),
          detail: localize('VS Code asks first, and names the extensions that used the account.'),
        };
      case 'trustedExtensions':
        return {
          title: localize('Manage Trusted Extensions…'),
          detail: localize('Which extensions may use the account'),
        };
      case 'trustedMcpServers':
        return {
          title: localize('Manage Trusted MCP Servers…'),
          detail: localize('Which MCP servers may use the account'),
        };
      case 'preferences':
        return {
          title: localize('Manage Account Preferences…'),
          detail: localize('Which account an extension uses'),
        };
      case 'removeDynamicProviders':
        return {
          title: localize('Remove Dynamic Authentication Providers…'),
          detail: localize('Registrations that MCP servers left in VS Code'),
        };
    }
  }

  #providerRows(): Item[] {
    return this.#accounts.providers().map((provider) => this.#providerRow(provider));
  }

  #providerRow({ id, label, extension, isStarted }: AccountProvider): Item {
    return {
      id,
      kind: 'section',
      name: label,
      lifetime: noLifetime,
      fields: this.#fields(id, extension),
      // Another extension is not started in passing.
      children: isStarted
        ? { kind: 'list' }
        : {
            kind: 'onRequest',
            caution: this.#localize('Loading starts the extension “{0}”.', extension ?? id),
          },
      actions: [],
    };
  }

  async #accountRows(providerId: string): Promise<readonly Item[]> {
    const accounts = await this.#accounts.accounts(providerId);
    return accounts.map((account) => this.#accountRow(account, providerId));
  }

  /** Having an account says nothing of a session's end, nor whether its service still accepts it. */
  #accountRow({ id, label }: EditorAccount, providerId: string): Item {
    return {
      id,
      kind: 'identity',
      name: label,
      status: 'unknown',
      lifetime: { kind: 'unknown' },
      fields: this.#fields(providerId, undefined),
      children: noChildren,
      actions: [],
    };
  }

  #fields(providerId: string, extension: string | undefined) {
    const localize = this.#localize;
    return [
      { label: localize('Authentication provider'), text: providerId },
      ...(extension === undefined ? [] : [{ label: localize('Extension'), text: extension }]),
    ];
  }
}

const handedOver: readonly { readonly act: AccountAct; readonly isAboutAccount: boolean }[] = [
  { act: 'signOut', isAboutAccount: true },
  { act: 'trustedExtensions', isAboutAccount: true },
  { act: 'trustedMcpServers', isAboutAccount: true },
  { act: 'preferences', isAboutAccount: false },
  { act: 'removeDynamicProviders', isAboutAccount: false },
];
