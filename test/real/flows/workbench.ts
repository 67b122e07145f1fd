import assert from 'node:assert/strict';
import { connected } from '../../e2e/connecting.ts';
import { expect, type Workbench, within } from '../../e2e/workbench.ts';

export const connectionName = 'At a real server';

/** Begins *Add Connection* with this service. */
export async function addConnection(workbench: Workbench, service: string): Promise<void> {
  await workbench.showConnections();
  await workbench.ask('OAuth Tokens: Add Connection…', 'Add Connection');
  await workbench.choose('Add Connection', service);
}

/** Answers the last question, and waits until the new connection has been read. */
export async function named(workbench: Workbench, service: string): Promise<void> {
  await workbench.answer(`Connect ${service}: Name`, connectionName);
  await connected(workbench, connectionName);
}

/** Takes an entry of an open question that copies something, and what it has copied. */
export async function copied(workbench: Workbench, entry: string): Promise<string> {
  const option = workbench.option(entry).first();
  await option.waitFor();
  const before = await workbench.clipboard();
  await expect(async () => {
    await option.click({ timeout: 5000 }).catch(() => undefined);
    return within(2000, async () => (await workbench.clipboard()) !== before);
  }, `${entry} copies nothing`);
  return workbench.clipboard();
}

/** Revokes the token of a row, and waits until the service itself does not accept it any more. */
export async function revokeRow(
  workbench: Workbench,
  label: string,
  isAccepted: () => Promise<boolean>,
): Promise<void> {
  assert(await isAccepted(), 'the token was dead before');
  await workbench.menu(label, 'Revoke…');
  await workbench.confirm('Revoke');
  await expect(async () => !(await isAccepted()), 'the service goes on accepting the token');
}
