// The nodes: what they have, what is requested of them and used, and the last hour of it.
import { useComputed, useSignal } from '@preact/signals';
import type { Node } from '../../../../api/kinds/core/v1/node.ts';
import { approximate } from '../../../../api/quantity/quantity.ts';
import { api } from '../../api/client.ts';
import { useLive } from '../../api/live.ts';
import { view } from '../../api/views.ts';
import { route, setQuery } from '../../app/route.ts';
import { ageText } from '../../pieces/age.ts';
import { bytesText, coresText } from '../../pieces/amounts/amounts.ts';
import { MiniMeter } from '../../pieces/amounts/meter.tsx';
import { Sparkline } from '../../pieces/amounts/sparkline.tsx';
import { useNow, usePolled } from '../../pieces/polled.ts';
import { Badge, Empty, Refused, Spinner } from '../../pieces/small.tsx';
import { choose, inOrder, naturalKey, orderOf, orderText } from '../../pieces/table-order.ts';
import { toneOf } from '../../pieces/tones.ts';
import { type TableColumn, VirtualTable } from '../../pieces/virtual-table.tsx';
import { type NodeRow, nodeRow, percentText } from './node-row.ts';
import '../list/list.css';
import './nodes.css';
import type { AllRequests, NodeMetricsList, UsageAnswer } from './usage.ts';

const EVERY_MS = 20_000;
/** The server measures so often. */
const METRICS_MS = 10_000;

interface Seen extends NodeRow {
  readonly used?: { readonly cpu: number; readonly memory: number };
  readonly requested?: { readonly cpu: number; readonly memory: number; readonly pods: number };
  readonly hour: readonly (number | null)[];
}

export default function NodesPage() {
  const now = useNow();
  const live = useLive<Node>('/api/v1/nodes');
  const metrics = usePolled(
    'metrics',
    () => api.get<NodeMetricsList>('/apis/metrics.k8s.io/v1beta1/nodes'),
    METRICS_MS,
  );
  const requests = usePolled('requests', () => view<AllRequests>('requests'), EVERY_MS);
  const usage = usePolled('usage', () => view<UsageAnswer>('usage'), EVERY_MS);
  const filter = useSignal('');
  const rows = useComputed(() => live.items.value.map(nodeRow));
  const used = new Map(metrics.value?.items.map(({ metadata, usage: of }) => [metadata.name, of]));
  const seen: Seen[] = rows.value.map((row) => {
    const now_ = used.get(row.name);
    const requested = requests.value?.nodes[row.name];
    return {
      ...row,
      ...(now_ && { used: { cpu: approximate(now_.cpu), memory: approximate(now_.memory) } }),
      ...(requests.value && {
        requested: requested ? { ...requested, cpu: requested.cpu / 1000 } : { cpu: 0, memory: 0, pods: 0 },
      }),
      hour: usage.value?.series[row.name]?.cpu ?? [],
    };
  });
  const order = orderOf(route.value.query.get('sort') ?? 'name');
  const columns = columnsAt(now);
  const sortKey = columns.find(({ id }) => id === order.column)?.sortKey;
  const found = choose(seen, filter.value, ({ name, status, roles, version }) =>
    `${name} ${status} ${roles} ${version}`.toLowerCase(),
  );
  const shown = sortKey ? inOrder(found, sortKey, order.down) : found;
  const state = live.state.value;
  return (
    <div class="page list-page">
      <header class="page-head">
        <h1>Nodes</h1>
        <span class="count" data-count={seen.length}>
          {seen.length}
        </span>
        {requests.error && state !== 'refused' && (
          <span class="dim">Requests are not shown: you may not list pods in all namespaces</span>
        )}
        <div class="page-tools">
          <input
            type="search"
            class="filter"
            placeholder="Filter"
            aria-label="Filter nodes"
            data-filter
            value={filter.value}
            onInput={(event) => {
              filter.value = event.currentTarget.value;
            }}
          />
        </div>
      </header>
      {state === 'refused' ? (
        <Refused error={live.error.value} what="nodes" />
      ) : state === 'loading' && seen.length === 0 ? (
        <Spinner />
      ) : shown.length === 0 ? (
        <Empty title={filter.value ? 'Nothing fits the filter' : 'There are no nodes'} />
      ) : (
        <VirtualTable
          label="Nodes"
          columns={columns}
          rows={shown}
          keyOf={({ name }) => name}
          href={({ name }) => `/dashboard/nodes/${encodeURIComponent(name)}`}
          order={order}
          onOrder={(next) => setQuery({ sort: orderText(next) })}
        />
      )}
    </div>
  );
}

const shareOf = (part: number | undefined, whole: number): number | undefined =>
  part === undefined || whole <= 0 ? undefined : part / whole;

function columnsAt(now: number): TableColumn<Seen>[] {
  const meter = (
    id: string,
    title: string,
    hint: string,
    of: (row: Seen) => {
      readonly part: number | undefined;
      readonly whole: number;
      readonly text: (n: number) => string;
    },
  ): TableColumn<Seen> => ({
    ...{ id, title, hint, width: 12 },
    sortKey: (row) => shareOf(of(row).part, of(row).whole) ?? -1,
    cell: (row) => {
      const { part, whole, text } = of(row);
      if (part === undefined) return <span class="faint">–</span>;
      const share = shareOf(part, whole);
      return (
        <MiniMeter
          share={share}
          label={`${hint}: ${text(part)} of ${text(whole)},`}
          text={percentText(share)}
        />
      );
    },
  });
  return [
    {
      id: 'name',
      title: 'Name',
      width: 24,
      sortKey: ({ name }) => naturalKey(name),
      cell: ({ name }) => name,
    },
    {
      ...{ id: 'status', title: 'Status', width: 12, narrow: true },
      sortKey: ({ status, troubles }) => `${status}${troubles.join()}`,
      cell: ({ status, troubles }) => (
        <>
          <Badge tone={toneOf(status) ?? 'plain'}>{status}</Badge>
          {troubles.map((trouble) => (
            <Badge key={trouble} tone="bad">
              {trouble}
            </Badge>
          ))}
        </>
      ),
    },
    {
      id: 'roles',
      title: 'Roles',
      width: 9,
      sortKey: ({ roles }) => roles,
      cell: ({ roles }) => <span class="dim">{roles}</span>,
    },
    {
      ...meter('cpu', 'CPU', 'CPU used', ({ used, allocatable }) => ({
        part: used?.cpu,
        whole: allocatable.cpu,
        text: coresText,
      })),
      narrow: true,
    },
    {
      ...{ id: 'hour', title: 'Last hour', width: 10, hint: 'CPU over the last hour' },
      cell: ({ hour, name, allocatable }) => (
        <Sparkline
          values={hour}
          most={allocatable.cpu || undefined}
          label={`CPU of ${name} over the last hour`}
        />
      ),
    },
    meter('cpu-requested', 'requested', 'CPU requested by pods', ({ requested, allocatable }) => ({
      ...{ part: requested?.cpu, whole: allocatable.cpu, text: coresText },
    })),
    {
      ...meter('memory', 'Memory', 'Memory used', ({ used, allocatable }) => ({
        ...{ part: used?.memory, whole: allocatable.memory, text: bytesText },
      })),
      narrow: true,
    },
    meter('memory-requested', 'requested', 'Memory requested by pods', ({ requested, allocatable }) => ({
      ...{ part: requested?.memory, whole: allocatable.memory, text: bytesText },
    })),
    {
      ...{ id: 'pods', title: 'Pods', width: 10, numeric: true },
      sortKey: ({ requested }) => requested?.pods ?? -1,
      cell: ({ requested, allocatable }) =>
        requested ? (
          <>
            {requested.pods} <span class="faint">of {allocatable.pods}</span>
          </>
        ) : (
          <span class="faint">–</span>
        ),
    },
    {
      id: 'age',
      title: 'Age',
      width: 7,
      numeric: true,
      sortKey: ({ created }) => -created,
      cell: ({ created }) => ageText(created, now),
    },
  ];
}
