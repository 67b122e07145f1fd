import { isRecord } from '../json.ts';
import { errorKinds } from '../model/errors.ts';
import { lastInstant } from '../model/time.ts';
import {
  type Act,
  type ActConnection,
  type ActResult,
  type ActRow,
  actKinds,
  errorResults,
  plainResults,
  referencedResults,
} from './activity.ts';

// Written by hand: zod is in the half that is loaded with the network, and a journal is read without it.

/** An act as it was written down by any version of ours; `undefined` for what cannot be understood. */
export function parsedAct(value: unknown): Act | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { id, at, detail, requestId } = value;
  const kind = actKinds.find((known) => known === value.kind);
  const connection = value.connection === undefined ? undefined : parsedConnection(value.connection);
  const row = value.row === undefined ? undefined : parsedRow(value.row);
  const result = parsedResult(value.result);
  if (typeof id !== 'string' || !isMoment(at) || !kind || !result) {
    return undefined;
  }
  return {
    id,
    at,
    kind,
    result,
    ...(connection && { connection }),
    ...(row && { row }),
    ...(typeof detail === 'string' && { detail }),
    ...(typeof requestId === 'string' && { requestId }),
  };
}

function parsedConnection(value: unknown): ActConnection | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { id, label, serviceName } = value;
  return typeof id === 'string' && typeof label === 'string' && typeof serviceName === 'string'
    ? { id, label, serviceName }
    : undefined;
}

function parsedRow(value: unknown): ActRow | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const { key, name } = value;
  return typeof key === 'string' && typeof name === 'string' ? { key, name } : undefined;
}

function parsedResult(value: unknown): ActResult | undefined {
  if (!isRecord(value)) {
    return undefined;
  }
  const plain = plainResults.find((known) => known === value.kind);
  if (plain) {
    return { kind: plain };
  }
  const referenced = referencedResults.find((known) => known === value.kind);
  if (referenced) {
    return typeof value.reference === 'string' ? { kind: referenced, reference: value.reference } : undefined;
  }
  const kind = errorResults.find((known) => known === value.kind);
  const error = errorKinds.find((known) => known === value.error);
  return kind && error
    ? {
        kind,
        error,
        ...(typeof value.code === 'string' && { code: value.code }),
        ...(typeof value.status === 'number' && { status: value.status }),
      }
    : undefined;
}

/** One that a date can hold. */
function isMoment(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= lastInstant;
}
