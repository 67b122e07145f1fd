import type { RealServer, Stoppable } from './realServer.ts';

/** What came of one flow at one server. */
export interface Outcome {
  readonly server: string;
  readonly flow: string;
  readonly isOk: boolean;
  readonly ms: number;
}

type Listed = Pick<RealServer<Stoppable>, 'id' | 'name' | 'version' | 'kind' | 'lacks'>;

/** Flow × server, a table for each kind of server, and under it why some cells have no outcome. */
export function tables(
  servers: readonly Listed[],
  outcomes: readonly Outcome[],
  missing: (id: string) => readonly string[],
): string {
  const kinds = [...new Set(servers.map(({ kind }) => kind))];
  return kinds
    .map((kind) => {
      const columns = servers.filter((server) => server.kind === kind);
      return table(kind, columns, outcomes, missing);
    })
    .join('\n');
}

function table(
  kind: string,
  servers: readonly Listed[],
  outcomes: readonly Outcome[],
  missing: (id: string) => readonly string[],
): string {
  const notes: string[] = [];
  const noted = (reason: string) => {
    const place = notes.indexOf(reason);
    return `– ${place >= 0 ? place + 1 : notes.push(reason)}`;
  };
  const cell = (server: Listed, flow: string): string => {
    const outcome = outcomes.find((one) => one.server === server.name && one.flow === flow);
    if (outcome) {
      return outcome.isOk ? `ok, ${(outcome.ms / 1000).toFixed(1)} s` : 'FAILED';
    }
    const lacking = missing(server.id);
    const reason = lacking.length > 0 ? `${lacking.join(' and ')} missing here` : server.lacks?.[flow];
    return reason === undefined ? 'not run' : noted(`${server.name}: ${reason}`);
  };
  const names = new Set(servers.map(({ name }) => name));
  const flows = new Set([
    ...outcomes.filter(({ server }) => names.has(server)).map(({ flow }) => flow),
    ...servers.flatMap(({ lacks = {} }) => Object.keys(lacks)),
  ]);
  const head = ['', ...servers.map(({ name, version }) => `${name} ${version}`)];
  const rows = [...flows].map((flow) => [flow, ...servers.map((server) => cell(server, flow))]);
  const lines = [[kind, ...head.slice(1)], head.map(() => '---'), ...rows].map(
    (cells) => `| ${cells.join(' | ')} |`,
  );
  return [...lines, '', ...notes.map((note, index) => `${index + 1}. ${note}`), ''].join('\n');
}
