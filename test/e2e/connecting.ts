import type { Sandboxes } from '../services.ts';
import { expect, type Workbench } from './workbench.ts';

/** What each connection is called once it has been made. */
export const labels = {
  codegen: 'Codegen at work',
  mage: 'Mage at home',
  planetscale: 'PlanetScale shop',
  turnkey: 'Turnkey wallets',
} as const;

/**
 * The new row has been given the focus, which would else close whatever is opened next, and its rows have been
 * brought into view, which opens it.
 */
export async function connected(workbench: Workbench, label: string): Promise<void> {
  await workbench.row(label).waitFor();
  await expect(() => workbench.isSelected(label), `${label} is not selected`);
  await workbench.expand(label);
  await workbench.idle();
  await workbench.drawn();
}

async function begin(workbench: Workbench, service: string): Promise<void> {
  await workbench.ask('OAuth Tokens: Add Connection…', 'Add Connection');
  await workbench.choose('Add Connection', service);
}

/** Add Connection as a user walks through it; the last question, the name, stays open. */
export async function signInToCodegen(
  workbench: Workbench,
  { codegen }: Sandboxes,
  wrong?: string,
): Promise<void> {
  await begin(workbench, 'Codegen');
  await workbench.answer('API address', codegen.url);
  if (wrong !== undefined) {
    await workbench.answer('API token', wrong);
    await workbench.quickInput.getByText('does not accept').waitFor();
  }
  await workbench.answer('API token', codegen.credentials.token);
  await workbench.choose('Organization', 'Shopfront');
  await workbench.question('Connect Codegen: Name');
}

export async function connectCodegen(
  workbench: Workbench,
  sandboxes: Sandboxes,
  wrong?: string,
): Promise<void> {
  await signInToCodegen(workbench, sandboxes, wrong);
  await workbench.answer('Connect Codegen: Name', labels.codegen);
  await connected(workbench, labels.codegen);
}

export async function connectMage(workbench: Workbench, { mage }: Sandboxes, wrong?: string): Promise<void> {
  await begin(workbench, 'Mage AI');
  await workbench.answer('Server address', mage.url);
  await workbench.answer('API key');
  await workbench.choose('Sign in', 'E-mail and password');
  await workbench.answer('User', mage.credentials.email);
  if (wrong !== undefined) {
    await workbench.answer('Password', wrong);
    await workbench.quickInput.getByText('does not know').waitFor();
  }
  await workbench.answer('Password', mage.credentials.password);
  await workbench.answer('Connect Mage AI: Name', labels.mage);
  await connected(workbench, labels.mage);
}

export async function connectPlanetScale(
  workbench: Workbench,
  { planetscale }: Pick<Sandboxes, 'planetscale'>,
  onceNamed: () => Promise<void> = async () => undefined,
): Promise<void> {
  const { serviceTokenId, serviceToken } = planetscale.credentials;
  await begin(workbench, 'PlanetScale');
  await workbench.answer('API address', planetscale.apiUrl);
  await workbench.answer('OAuth address', planetscale.oauthUrl);
  await workbench.answer('Service token ID', serviceTokenId);
  await workbench.answer('Connect PlanetScale: Service token', serviceToken);
  await workbench.choose('Organization', 'shopfront');
  await workbench.acceptSelection('OAuth applications', 'Grafana Dashboards');
  await workbench.answer('Connect PlanetScale: Name', labels.planetscale);
  await onceNamed();
  await connected(workbench, labels.planetscale);
}

export async function connectTurnkey(workbench: Workbench, { turnkey }: Sandboxes): Promise<void> {
  const { organizationId, publicKey, privateKey } = turnkey.credentials;
  await begin(workbench, 'Turnkey');
  await workbench.answer('API address', turnkey.url);
  await workbench.answer('Organization ID', organizationId);
  await workbench.answer('API public key', publicKey);
  await workbench.answer('API private key', privateKey);
  await workbench.acceptSelection('Users', 'platform-admin');
  await workbench.answer('Connect Turnkey: Name', labels.turnkey);
  await connected(workbench, labels.turnkey);
}

/** Attaches the sample refresh token to its row, which must be in view. */
export async function attachRefreshToken(
  workbench: Workbench,
  { planetscale }: Pick<Sandboxes, 'planetscale'>,
  refreshToken = planetscale.credentials.refreshToken,
): Promise<void> {
  const { clientId, clientSecret } = planetscale.credentials;
  await workbench.menu('Release pipeline', 'Attach Refresh Token…');
  await workbench.choose('Attach to Release pipeline', 'Refresh token');
  await workbench.answer('Refresh token', refreshToken);
  await workbench.answer('Client ID', clientId);
  await workbench.answer('Client secret', clientSecret);
}
