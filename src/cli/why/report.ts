// The answer for people: one sentence, then a table of nodes, or of what is wrong with the containers. Pure.

import type { EventLine } from '../../api/why/event-line.ts';
import { headline, standing } from '../../api/why/headline.ts';
import type { Problem } from '../../api/why/pod-problems.ts';
import { groupVerdicts, nodesText, type VerdictGroup } from '../../api/why/verdict-groups.ts';
import { type Column, table } from '../output/print.ts';
import type { PodAccount } from './ask.ts';
import type { WorkloadAccount } from './workloads.ts';

/** Groups of nodes in the table. */
const MOST_GROUPS = 20;

interface Row {
  readonly nodes: string;
  readonly plugin: string;
  readonly reason: string;
  readonly needs: string;
}

const verdictColumns: Column<Row>[] = [
  { title: 'NODES', cell: (row) => row.nodes },
  { title: 'PLUGIN', cell: (row) => row.plugin },
  { title: 'REASON', cell: (row) => row.reason },
  { title: 'WHAT WOULD HELP', cell: (row) => row.needs },
];

export const problemColumns: Column<Problem>[] = [
  { title: 'WHERE', cell: (problem) => problem.where },
  { title: 'REASON', cell: (problem) => problem.reason },
  { title: 'MESSAGE', cell: (problem) => problem.message },
];

export const eventColumns: Column<EventLine>[] = [
  { title: 'LAST WARNING', cell: (event) => event.last },
  { title: 'COUNT', cell: (event) => String(event.count) },
  { title: 'REASON', cell: (event) => event.reason },
  { title: 'MESSAGE', cell: (event) => event.message },
];

export function podReport(told: PodAccount): string {
  const account = printable(told);
  const { placement, withoutPlacement, problems, events, pod } = account;
  const groups = groupVerdicts(placement?.nodes?.verdicts ?? []);
  const lines = [
    `pod ${pod} ${placement ? headline(placement, groups) : plainHeadline(account)}`,
    ...(placement ? placementLines(account) : []),
    ...(withoutPlacement ? [`  nodes are not shown: ${withoutPlacement.error}`] : []),
  ];
  const tables = [
    groups.length > 0 ? verdictTable(groups) : '',
    problems.length > 0 ? table(problems, problemColumns) : '',
    events.length > 0 ? table(events, eventColumns) : '',
  ].filter(Boolean);
  return [`${lines.join('\n')}\n`, ...tables].join('\n');
}

function plainHeadline({ phase, ready, withoutPlacement, problems }: PodAccount): string {
  if (withoutPlacement)
    return `waits for a node${withoutPlacement.message ? `: ${withoutPlacement.message}` : ''}`;
  const [first] = problems;
  if (phase === 'Succeeded') return 'has finished';
  const what = ready ? 'is ready' : `is not ready (phase ${phase})`;
  if (!first) return what;
  return `${what}: ${first.where === 'pod' ? '' : `${first.where}: `}${[first.reason, first.message].filter(Boolean).join(': ')}`;
}

function placementLines({ placement }: PodAccount): string[] {
  if (!placement) return [];
  const { nodes, lastAttempt } = placement;
  const stands = standing(placement);
  return [
    ...(stands ? [`  ${stands}`] : []),
    ...(lastAttempt ? [`  the scheduler's message: ${lastAttempt.message}`] : []),
    ...(nodes?.hidden ? ['  nodes are not shown: you may not list them'] : []),
  ];
}

function verdictTable(groups: readonly VerdictGroup[]): string {
  const shown = groups.slice(0, MOST_GROUPS);
  const rest = groups.slice(MOST_GROUPS).reduce((sum, { nodes }) => sum + nodes.length, 0);
  const more = rest > 0 ? `and ${rest} more nodes, each for its own reasons; -o json has them\n` : '';
  return table(shown.flatMap(rowsOf), verdictColumns) + more;
}

function rowsOf({ nodes, lines, fits }: VerdictGroup): Row[] {
  if (fits) return [{ nodes: nodesText(nodes), plugin: '', reason: 'fits', needs: '' }];
  return lines.map((line, i) => ({ ...line, nodes: i === 0 ? nodesText(nodes) : '' }));
}

export function workloadReport(told: WorkloadAccount): string {
  const { workload, conditions, events } = printable(told);
  const lines = conditions.map(
    ({ type, status, reason, message }) => `  ${type}=${status} ${reason ?? ''}: ${message ?? ''}`,
  );
  const head = `${[`${workload}${lines.length > 0 ? ':' : ''}`, ...lines].join('\n')}\n`;
  return events.length > 0 ? `${head}\n${table(events, eventColumns)}` : head;
}

/** What containers and others wrote may hold line breaks, and sequences that terminals obey. */
export const printable = <T>(told: T): T =>
  JSON.parse(JSON.stringify(told), (_, value: unknown) =>
    typeof value === 'string' ? value.replace(/\p{Cc}+/gu, ' ').trim() : value,
  );
