import type { Identity } from '../../servers/certificates.ts';
import { startTlsFront } from '../../servers/tls.ts';
import type { ContractSubject } from '../adapterContract.ts';
import type { Answers } from '../harness.ts';

/** The answers of a user whose service is at other addresses. */
export function moved({ answers, origins }: ContractSubject, place: (origin: string) => string): Answers {
  const entries = Object.entries(answers).map(([id, answer]) => {
    const origin = origins.find((known) => typeof answer === 'string' && answer.startsWith(known));
    return [
      id,
      origin !== undefined && typeof answer === 'string' ? answer.replace(origin, place(origin)) : answer,
    ] as const;
  });
  return Object.fromEntries(entries);
}

/** The same service behind TLS. */
export async function withFronts(
  subject: ContractSubject,
  identity: Identity,
  work: (behindTls: ContractSubject) => Promise<void>,
): Promise<void> {
  const fronts = new Map(
    await Promise.all(
      subject.origins.map(async (origin) => [origin, await startTlsFront(origin, identity)] as const),
    ),
  );
  try {
    const answers = moved(subject, (origin) => fronts.get(origin)?.origin ?? origin);
    await work({ ...subject, answers });
  } finally {
    await Promise.all([...fronts.values()].map((front) => front.stop()));
  }
}
