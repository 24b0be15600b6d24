// Pods in trouble, live: the table tells which, then each of those is read whole to say why; at most some at a time, and again only when
// its row says something new.
import { type ReadonlySignal, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { Pod } from '../../../../api/kinds/core/v1/pod.ts';
import { systemClock } from '../../../../kit/clock.ts';
import { api } from '../../api/client.ts';
import { objectPath } from '../../api/kind.ts';
import type { LiveTable } from '../../api/table.ts';
import { type Row, textOf } from '../../api/table-rows.ts';
import { type Finding, KINDS } from './findings/finding.ts';
import { grouped, isSuspect, podFinding } from './findings/pods.ts';

/** Pods that are read whole; the others are told by their status. */
const MOST_READ = 60;
const AT_ONCE = 4;

interface Known {
  readonly of: string;
  readonly pod: Pod | undefined;
}

/** What a row says of the pod's state: whatever else changes is no reason to read it again. */
const stateOf = (row: Row, at: Columns): string =>
  JSON.stringify([row.cells[at.ready], row.cells[at.status], row.cells[at.restarts], row.deleting]);

interface Columns {
  readonly ready: number;
  readonly status: number;
  readonly restarts: number;
}

export interface PodsSeen {
  readonly findings: readonly Finding[];
  /** How many pods have each status. */
  readonly byStatus: ReadonlyMap<string, number>;
}

export function usePodsSeen(table: LiveTable | undefined, now: number): PodsSeen {
  const known = useMemo(() => signal<ReadonlyMap<string, Known>>(new Map()), [table]);
  const rows = table?.items.value ?? [];
  const at = columnsOf(table);
  const suspects = at ? rows.filter((row) => isSuspect(factsOf(row, at), now)) : [];
  const wanted = at
    ? suspects.slice(0, MOST_READ).filter((row) => known.value.get(row.key)?.of !== stateOf(row, at))
    : [];
  useReading(wanted, at, known);
  const byStatus = new Map<string, number>();
  for (const row of rows) {
    const status = at ? statusOf(row, at) : '';
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
  }
  const findings = suspects.flatMap((row) => {
    const owner = row.owners?.find(({ controller }) => controller)?.uid;
    const pod = known.value.get(row.key)?.pod;
    const finding = pod ? podFinding(pod, now) : at && !row.deleting ? byRow(row, at) : undefined;
    return finding ? [{ ...finding, ...(owner && { owner }) }] : [];
  });
  return { findings: grouped(findings), byStatus };
}

function useReading(
  wanted: readonly Row[],
  at: Columns | undefined,
  known: ReadonlySignal<ReadonlyMap<string, Known>> & { value: ReadonlyMap<string, Known> },
): void {
  const reading = useMemo(() => new Set<string>(), [known]);
  useEffect(() => {
    if (!at) return;
    for (const row of wanted.slice(0, AT_ONCE - reading.size)) {
      if (reading.has(row.key)) continue;
      reading.add(row.key);
      void readPod(row).then((pod) => {
        reading.delete(row.key);
        known.value = new Map(known.peek()).set(row.key, { of: stateOf(row, at), pod });
      });
    }
  });
}

/** Undefined if it is gone, or may not be read. */
const readPod = (row: Row): Promise<Pod | undefined> =>
  api.get<Pod>(objectPath(KINDS.Pod, row.namespace, row.name)).catch(() => undefined);

const byRow = (row: Row, at: Columns): Finding => ({
  ...{
    severity: 'warn',
    reason: statusOf(row, at),
    message: `${textOf(row.cells[at.ready])} ready`,
    of: KINDS.Pod,
  },
  ...{ namespace: row.namespace, name: row.name, since: row.created || systemClock.now() },
});

const factsOf = (row: Row, at: Columns) => ({
  ...{ created: row.created, deleting: row.deleting },
  ...{ ready: textOf(row.cells[at.ready]), status: statusOf(row, at) },
});

const statusOf = ({ cells }: Row, { status }: Columns): string => textOf(cells[status]);

function columnsOf(table: LiveTable | undefined): Columns | undefined {
  const names = (table?.columns.value ?? []).map(({ name }) => name);
  const [ready, status, restarts] = ['Ready', 'Status', 'Restarts'].map((name) => names.indexOf(name));
  return ready! >= 0 && status! >= 0 ? { ready: ready!, status: status!, restarts: restarts! } : undefined;
}
