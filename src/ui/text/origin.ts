/** What a line of a quick pick shows whole. */
const lineLength = 60;

/** A line of a quick pick. */
export interface OriginLine {
  readonly label: string;
  readonly description: string;
}

/** The host first; one that is longer than a line goes on in the next, because its end says whose it is. */
export function originLines(origin: string): OriginLine[] {
  const { host, protocol } = new URL(origin);
  const parts = host.match(new RegExp(`.{1,${lineLength}}`, 'gu')) ?? [];
  return parts.map((label, index) => ({ label, description: index === 0 ? protocol.replace(':', '') : '…' }));
}
