import { type Field, type Item, noChildren, noLifetime } from '../../core/model/item.ts';
import { maskShapes } from '../../core/model/secretShapes.ts';
import type { Localize } from '../../core/ports.ts';
import { mapYielding, type Slices } from '../../core/yielding.ts';
import type { Integration } from './api.ts';

/**
 * One row for each provider of the status call, with the integrations of that name; and one for each other
 * integration, which is not connected by OAuth tokens of the user's and so cannot be revoked here.
 */
export async function codegenRows(
  providers: ReadonlyMap<string, boolean>,
  integrations: readonly Integration[],
  localize: Localize,
  slices?: Slices,
): Promise<Item[]> {
  const byProvider = Map.groupBy(integrations, ({ integration_type: type }) => {
    const bare = type.replace(/_(?:user|app)$/, '');
    return !providers.has(type) && providers.has(bare) ? bare : type;
  });
  const connected = await mapYielding(
    providers,
    ([name, active]) => providerItem(name, active, byProvider.get(name) ?? [], localize),
    slices,
  );
  const others = [...byProvider].filter(([name]) => !providers.has(name));
  return connected.concat(await mapYielding(others, ([name, own]) => otherItem(name, own, localize), slices));
}

function providerItem(
  name: string,
  active: boolean,
  integrations: readonly Integration[],
  localize: Localize,
): Item {
  return {
    id: name,
    kind: 'provider',
    name,
    status: active ? 'active' : 'inactive',
    // A connection; of how long the tokens behind it live Codegen says nothing anywhere.
    lifetime: noLifetime,
    ...integrationParts(integrations, localize),
    actions: active ? ['revoke'] : [],
    identifier: name,
  };
}

/** An integration goes on naming the token of a user after it was revoked; only installed apps live without one. */
function otherItem(name: string, integrations: readonly Integration[], localize: Localize): Item {
  return {
    id: name,
    kind: 'provider',
    name,
    status: integrations.some(isActiveApp) ? 'active' : 'inactive',
    lifetime: noLifetime,
    remark: localize('no OAuth token of yours'),
    ...integrationParts(integrations, localize),
    actions: [],
    identifier: name,
  };
}

function isActiveApp({ active, token_id }: Integration): boolean {
  return active && token_id == null;
}

/** A single integration is told on the row itself, several (say, the user's token and an app) below it. */
function integrationParts(
  integrations: readonly Integration[],
  localize: Localize,
): Pick<Item, 'fields' | 'children'> {
  const [only, ...more] = integrations;
  if (only && more.length === 0) {
    return { fields: integrationFields(only, localize), children: noChildren };
  }
  const items = new Map(
    integrations.map((integration) => [integrationId(integration), integrationItem(integration, localize)]),
  );
  return {
    fields: [],
    children: items.size > 0 ? { kind: 'inline', items: [...items.values()] } : noChildren,
  };
}

function integrationItem(integration: Integration, localize: Localize): Item {
  const { integration_type: name, active, token_id: tokenId, installation_id: installationId } = integration;
  const identifier = tokenId ?? installationId;
  return {
    id: integrationId(integration),
    kind: tokenId == null ? 'application' : 'token',
    name,
    status: active ? 'active' : 'inactive',
    lifetime: noLifetime,
    fields: integrationFields(integration, localize),
    children: noChildren,
    actions: [],
    ...(identifier != null && { identifier: String(identifier) }),
  };
}

function integrationId({ integration_type, token_id, installation_id }: Integration): string {
  return [integration_type, token_id, installation_id].filter((part) => part != null).join(' ');
}

function integrationFields(integration: Integration, localize: Localize): Field[] {
  const { integration_type, active, token_id, installation_id, metadata } = integration;
  return [
    { label: localize('Integration'), text: integration_type },
    { label: localize('Integration is active'), text: active ? localize('yes') : localize('no') },
    ...(token_id == null ? [] : [{ label: localize('Token ID'), text: String(token_id) }]),
    ...(installation_id == null
      ? []
      : [{ label: localize('Installation ID'), text: String(installation_id) }]),
    ...Object.entries(metadata ?? {}).flatMap(([label, value]) =>
      isScalar(value) && label !== '' && !looksSecret(label, String(value))
        ? [{ label, text: maskShapes(String(value)) }]
        : [],
    ),
  ];
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** Metadata is free-form; the vendor's own command line hides `webhook_secret` in it. */
function looksSecret(key: string, value: string): boolean {
  return (
    /secret|token|passw|key|credential|auth|cookie|signature|private|webhook|dsn|connection/i.test(key) ||
    /^[a-z][\w+.-]*:\/\/[^/]*@/i.test(value)
  );
}
