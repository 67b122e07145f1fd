import type { Draft } from './contract.ts';

/** Whether the same was entered; secrets are compared in memory. */
export function isSameDraft(one: Draft, other: Draft): boolean {
  const ids = new Set([...Object.keys(one.secrets), ...Object.keys(other.secrets)]);
  return (
    canonical(one) === canonical(other) &&
    [...ids].every((id) => {
      const [first, second] = [one.secrets[id], other.secrets[id]];
      return first && second ? first.equals(second) : first === second;
    })
  );
}

function canonical({ settings }: Draft): string {
  return JSON.stringify(Object.entries(settings).sort(([one], [other]) => (one < other ? -1 : 1)));
}
