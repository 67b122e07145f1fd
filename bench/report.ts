import { cpus, totalmem } from 'node:os';
import type { Row } from './row.ts';

/** What one part measured. */
export interface Measured {
  readonly part: string;
  readonly rows: readonly Row[];
}

/** Something that was promised, and the rows that tell whether it holds. */
interface Line {
  readonly title: string;
  /** What somebody who uses it notices. */
  readonly felt: string;
  /** What is told of it in the README: the first goal of the line, under this name. */
  readonly short?: string;
  /** Its rows by their beginning, of whatever part … */
  readonly rows?: RegExp;
  /** … and all rows of this part that no line has asked for. */
  readonly part?: string;
}

const lines: readonly Line[] = [
  {
    title: '`activate()` in a quiet host',
    felt: 'how much later VS Code is ready, in each window that shows the view',
    short: '`activate()`, beside an empty extension',
    part: 'activation',
  },
  {
    title: 'The network half, loaded on first use',
    felt: 'how much later the first list of a window comes',
    short: 'Loading the network half, beside plain undici and zod',
    rows: /^The network half/,
  },
  { title: 'VSIX', felt: 'how long an update takes', short: 'The package without pictures', part: 'size' },
  {
    title: '100 pages of 100 tokens, validated and mapped',
    felt: 'how long *Load All* takes where the network is fast',
    short: '100 pages of 100 tokens, beside `fetch` and `JSON.parse`',
    part: 'pages',
  },
  {
    title: 'The same with 25 ms a page, by number',
    felt: 'how long *Load All* takes over the internet',
    rows: /^The same with 25 ms/,
  },
  {
    title: 'A page of 100: parse, validate, map',
    felt: 'how much the editor has to wait for at each page',
    short: 'A page of 100 parsed, validated and mapped, beside `JSON.parse`',
    part: 'page',
  },
  {
    title: 'A connection is opened',
    felt: 'how long a row says that it loads after it was opened',
    short: 'A connection is opened, 25 ms an answer, beside the answers it needs',
    rows: /^A connection is opened/,
  },
  {
    title: 'First row of a connection with 10,000 tokens',
    felt: 'how soon a long list is there, and whether typing stops meanwhile',
    short: 'First row of 10,000 tokens, after the first page’s last byte',
    part: 'tree',
  },
  {
    title: 'One token changes',
    felt: 'how soon a change is seen',
    short: 'One token changes, until its row shows it',
    rows: /^One of/,
  },
  {
    title: 'The services that one can connect to',
    felt: 'how long one waits for the list after *Add Connection*',
    rows: /^The list of services/,
  },
  {
    title: 'Turnkey, load and first call, and a warm call',
    felt: 'how long a list of a vendor with signed requests takes',
    part: 'turnkey',
  },
  {
    title: '100,000 tokens in one connection',
    felt: 'how long the tree stands still after choosing a filter, an order or a grouping',
    short: '100,000 tokens, memory a token',
    part: 'many',
  },
  {
    title: 'Growth from 1,000 to 100,000',
    felt: 'whether ten times as many tokens take more than ten times as long',
    rows: /^From 1,000/,
  },
  {
    title: '200 connections',
    felt: 'whether services that hang hold up those that answer',
    rows: /^(?:… with )?200 connections/,
    part: 'connections',
  },
  {
    title: '*Find Leaked Tokens* in a workspace of 20,000 files',
    felt: 'how long one waits for the result',
    part: 'leaks',
  },
  {
    title: 'A day with ten connections',
    felt: 'whether the computer gets warm and services complain, while one does something else',
    part: 'day',
  },
];

/** @returns RESULTS.md */
export function results(all: readonly Measured[], date: Date, notes: string, commit = ''): string {
  const [cpu] = cpus();
  const machine = `${cpus().length} × ${cpu?.model.trim() ?? '?'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}, ${process.platform}`;
  return [
    '# What it costs',
    '',
    'Written by `npm run bench`. Variants are measured side by side in one run, interleaved in random order; a',
    'ratio (×) is one of medians, with the quarter and three-quarter points of the ratios within a round.',
    '',
    `Measured on ${date.toISOString().slice(0, 10)}${commit && ` at ${commit}`}: ${machine}.`,
    '',
    '## Goals',
    '',
    table(
      ['What', 'What one feels of it', 'Goal', 'Measured', ''],
      lines.map((line) => goalsOf(line, all)),
    ),
    '',
    '## In short',
    '',
    shortSection(all),
    '',
    '## Everything that was measured',
    '',
    table(
      ['What', 'Goal', 'Measured', ''],
      all.flatMap(({ rows }) => rows.map((row) => [row.what, row.goal, row.measured, verdict(row.isMet)])),
    ),
    '',
    notes,
  ].join('\n');
}

/** The README’s section about speed, between two marks. */
export const shortMarks = ['<!-- speed, written by npm run bench -->', '<!-- end of speed -->'] as const;

function shortSection(all: readonly Measured[]): string {
  const short = lines.flatMap((line) => {
    const [first] = rowsOf(line, all).filter(({ row }) => row.goal !== '');
    return line.short === undefined
      ? []
      : [[line.short, first?.row.measured ?? notMeasured, first?.row.goal ?? '']];
  });
  return [shortMarks[0], '', table(['', 'Measured', 'Goal'], short), '', shortMarks[1]].join('\n');
}

/** What is between the marks, marks included; `undefined` when there is no such section. */
export function shortSectionIn(text: string): string | undefined {
  const [from, to] = shortMarks.map((mark) => text.indexOf(mark));
  return from === undefined || to === undefined || from < 0 || to < from
    ? undefined
    : text.slice(from, to + shortMarks[1].length);
}

export function verdict(isMet: boolean | undefined): string {
  return isMet === undefined ? '' : isMet ? 'met' : 'missed';
}

/** The row in place of those that a part would have had. */
export function failed(part: string, thrown: unknown): Row {
  return { what: `The part ${part}`, goal: 'to be measured', measured: reason(thrown), isMet: false };
}

const notMeasured = 'not measured';

function reason(thrown: unknown): string {
  // What went wrong first, rather than what went wrong when cleaning up after it.
  if (thrown instanceof SuppressedError) {
    return reason(thrown.suppressed);
  }
  const [line = ''] = (thrown instanceof Error ? thrown.message : String(thrown)).split('\n');
  return line.slice(0, 300);
}

interface Named {
  /** What it is, without the row it continues, unless that is what tells it from another one. */
  readonly name: string;
  readonly row: Row;
}

function goalsOf(line: Line, all: readonly Measured[]): string[] {
  const goals = rowsOf(line, all).filter(({ row }) => row.goal !== '');
  if (goals.length === 0) {
    return [line.title, line.felt, '', notMeasured, 'missed'];
  }
  return [
    line.title,
    line.felt,
    goals.map(({ name, row }) => `${name}: ${row.goal}`).join('<br>'),
    goals.map(({ row }) => `${row.measured}${row.isMet ? '' : ' (missed)'}`).join('<br>'),
    verdict(goals.every(({ row }) => row.isMet)),
  ];
}

/** A row that begins with … says more about the one before it, and is of the same line unless a line asks for it. */
function rowsOf(line: Line, all: readonly Measured[]): Named[] {
  const named: { name: string; head: string; row: Row }[] = [];
  for (const { part, rows } of all) {
    let head = '';
    let owner: Line | undefined;
    for (const row of rows) {
      const continues = row.what.startsWith('…');
      const asked = lines.find((other) => other.rows?.test(row.what));
      if (!continues) {
        head = row.what;
        owner = asked ?? lines.find((other) => other.part === part);
      }
      if ((asked ?? owner) === line) {
        named.push({ name: row.what.replace(/^… ?/, ''), head: continues ? head : '', row });
      }
    }
  }
  return named.map(({ name, head, row }) => {
    const isAlone = named.filter((other) => other.name === name).length === 1;
    return { name: isAlone || head === '' ? name : `${head}, ${name}`, row };
  });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const written = [head, head.map(() => '---'), ...rows];
  return written
    .map(
      (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`,
    )
    .join('\n');
}
