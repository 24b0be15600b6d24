// The answer about a claim or volume for people: one sentence, then tables of what is in the way and of volumes that nearly suit. Pure.

import type { NearMatch } from '../../../api/why/volumes/near-matches.ts';
import { type Column, table } from '../../output/print.ts';
import { eventColumns, podReport, printable, problemColumns } from '../report.ts';
import type { StorageAccount } from './account.ts';

const candidateColumns: Column<NearMatch>[] = [
  { title: 'VOLUME', cell: ({ volume }) => volume },
  { title: 'IN THE WAY', cell: ({ differs }) => differs.join('; ') || 'nothing: it suits' },
];

export function storageReport(told: StorageAccount): string {
  const { kind, name, problems, candidates, pods, hidden, events, phase } = printable(told);
  const [first] = problems;
  const why = first && `: ${first.where === kind ? '' : `${first.where}: `}${first.reason}: ${first.message}`;
  const lines = [
    `${kind} ${name} is ${phase}${why ?? ''}`,
    ...(hidden.length > 0 ? [`  you may not read: ${hidden.join(', ')}`] : []),
  ];
  const tables = [
    problems.length > 0 ? table(problems, problemColumns) : '',
    candidates.length > 0 ? table(candidates, candidateColumns) : '',
    events.length > 0 ? table(events, eventColumns) : '',
  ].filter(Boolean);
  return [`${lines.join('\n')}\n`, ...tables, ...pods.map(podReport)].join('\n');
}
