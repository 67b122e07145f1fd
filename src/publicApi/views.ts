import type { ConnectionInfo, ErrorInfo, Field, RowInfo, Rows } from '../../api/oauth-token-manager.d.ts';
import type { Branch, ItemNode } from '../core/inventory/tree.ts';
import type { TokenManagerError } from '../core/model/errors.ts';
import type { Connection, Field as OwnField } from '../core/model/item.ts';
import { mapYielding } from '../core/yielding.ts';

/** What other extensions are shown: frozen copies, without settings, without credentials. */
export function connectionInfo({ id, adapterId, serviceName, label, account }: Connection): ConnectionInfo {
  const { id: accountId, name } = account;
  return Object.freeze({
    id,
    adapterId,
    serviceName,
    label,
    account: Object.freeze({ id: accountId, name }),
  });
}

/** Others get a turn in between: a list may be long. */
export async function rowsBelow(branch: Branch): Promise<Rows> {
  const rows = await mapYielding(branch.nodes, rowInfo);
  const { hasMore, total, error, problems } = branch;
  return Object.freeze({
    rows: Object.freeze(rows),
    hasMore,
    ...(total !== undefined && { total }),
    ...(error && { error: errorInfo(error) }),
    problems: Object.freeze(problems.map(errorInfo)),
  });
}

function rowInfo({ item }: ItemNode): RowInfo {
  const { id, kind, name, status, lifetime, createdAt, lastUsedAt, owner, remark, fields, actions } = item;
  return Object.freeze({
    id,
    kind,
    name,
    ...(status !== undefined && { status }),
    lifetime: Object.freeze({ ...lifetime }),
    ...(createdAt !== undefined && { createdAt }),
    ...(lastUsedAt !== undefined && { lastUsedAt }),
    ...(owner !== undefined && { owner }),
    ...(remark !== undefined && { remark }),
    fields: Object.freeze(fields.map(fieldInfo)),
    actions: Object.freeze([...actions]),
    hasChildren: item.children.kind !== 'none',
  });
}

function fieldInfo(field: OwnField): Field {
  const { label } = field;
  return Object.freeze('text' in field ? { label, text: field.text } : { label, at: field.at });
}

function errorInfo({ kind, detail, code, status, retryAt }: TokenManagerError): ErrorInfo {
  return Object.freeze({
    kind,
    detail,
    ...(code !== undefined && { code }),
    ...(status !== undefined && { status }),
    ...(retryAt !== undefined && { retryAt }),
  });
}
