import { authentication, commands, extensions } from 'vscode';
import type { Disposable } from '../../core/event.ts';
import type {
  AccountAct,
  AccountName,
  AccountProvider,
  EditorAccount,
  EditorAccounts,
} from '../../core/ports.ts';

/** VS Code's own commands. Those that begin with an underscore are its menus' own and may go: each is looked for. */
const commandIds: Readonly<Record<AccountAct, string>> = {
  signOut: '_signOutOfAccount',
  trustedExtensions: '_manageTrustedExtensionsForAccount',
  trustedMcpServers: '_manageTrustedMCPServersForAccount',
  preferences: '_manageAccountPreferencesForExtension',
  removeDynamicProviders: 'workbench.action.removeDynamicAuthenticationProviders',
};

/** VS Code as a holder of accounts. It asks for no session, so that no token comes here. */
export class VscodeAccounts implements EditorAccounts, Disposable {
  /** Providers that nothing declares, such as those of MCP servers, are known once one of their sessions changes. */
  readonly #told = new Map<string, string>();
  readonly #subscription: Disposable;

  constructor() {
    this.#subscription = authentication.onDidChangeSessions(({ provider: { id, label } }) => {
      this.#told.set(id, label);
    });
  }

  providers(): readonly AccountProvider[] {
    const declared = extensions.all.flatMap(({ id, packageJSON, isActive }) =>
      declaredProviders(packageJSON).map((provider) => ({
        ...provider,
        extension: id,
        isStarted: isActive || this.#told.has(provider.id),
      })),
    );
    const ids = new Set(declared.map(({ id }) => id));
    const others = [...this.#told]
      .filter(([id]) => !ids.has(id))
      .map(([id, label]) => ({ id, label, extension: undefined, isStarted: true }));
    return [...declared, ...others];
  }

  async accounts(providerId: string): Promise<readonly EditorAccount[]> {
    const accounts = await authentication.getAccounts(providerId);
    return accounts.map(({ id, label }) => ({ id, label }));
  }

  async acts(): Promise<ReadonlySet<AccountAct>> {
    const known = new Set(await commands.getCommands(false));
    return new Set(allActs.filter((act) => known.has(commandIds[act])));
  }

  async act(act: AccountAct, account?: AccountName): Promise<void> {
    await commands.executeCommand(commandIds[act], ...(account ? [account] : []));
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}

const allActs = [
  'signOut',
  'trustedExtensions',
  'trustedMcpServers',
  'preferences',
  'removeDynamicProviders',
] as const satisfies readonly AccountAct[];

/** What an extension's manifest says; it may hold anything. */
function declaredProviders(manifest: unknown): { readonly id: string; readonly label: string }[] {
  const contributes = member(manifest, 'contributes');
  const declared = member(contributes, 'authentication');
  return (Array.isArray(declared) ? declared : []).flatMap((entry: unknown) => {
    const id = member(entry, 'id');
    const label = member(entry, 'label');
    return typeof id === 'string' && id !== '' ? [{ id, label: typeof label === 'string' ? label : id }] : [];
  });
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
