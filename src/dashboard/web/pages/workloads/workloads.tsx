// All workloads as the tree of who owns whom, with what is wrong below each.
import { useComputed, useSignal } from '@preact/signals';
import { kindOf } from '../../api/discovery.ts';
import type { Kind } from '../../api/kind.ts';
import { type LiveTable, useTable } from '../../api/table.ts';
import { objectHref } from '../../app/links.ts';
import type { PageProps } from '../../app/page.ts';
import { namespaceChoice, route, setQuery } from '../../app/route.ts';
import { ageText } from '../../pieces/age.ts';
import { Filter } from '../../pieces/filter.tsx';
import { Icon } from '../../pieces/icons.tsx';
import { now, useTicking } from '../../pieces/now.ts';
import { Badge, Empty, Refused, Spinner } from '../../pieces/small.tsx';
import {
  inOrder,
  naturalKey,
  type Order,
  orderOf,
  orderText,
  type SortKey,
  wordsIn,
} from '../../pieces/table-order.ts';
import { toneOf } from '../../pieces/tones.ts';
import { type TableColumn, VirtualTable } from '../../pieces/virtual-table.tsx';
import { workloadOf } from './cells.ts';
import { type Branch, type TreeRow, treeOf, treeRows } from './tree.ts';
import './workloads.css';

const KINDS = [
  ['apps', 'deployments'],
  ['apps', 'statefulsets'],
  ['apps', 'daemonsets'],
  ['batch', 'cronjobs'],
  ['apps', 'replicasets'],
  ['batch', 'jobs'],
  ['', 'replicationcontrollers'],
  ['', 'pods'],
] as const;

/** In a fixed order, so that hooks are. */
function useTables(namespace: string): (readonly [Kind | undefined, LiveTable | undefined])[] {
  return KINDS.map(([group, plural]) => {
    const kind = kindOf(group, plural);
    return [kind, useTable(kind, namespace)] as const;
  });
}

export default function WorkloadsPage(_: PageProps) {
  const namespace = namespaceChoice.value;
  const tables = useTables(namespace);
  const open = useSignal<ReadonlySet<string>>(new Set());
  const filter = useSignal(route.peek().query.get('q') ?? '');
  useTicking();
  const order = orderOf(route.value.query.get('sort') ?? 'name');
  const workloads = tables.flatMap(([kind, table]) =>
    kind && table ? table.items.value.map((row) => workloadOf(kind, table.columns.value, row)) : [],
  );
  const tree = sorted(treeOf(workloads, toneOf), order);
  const isLoading = tables.some(([, table]) => (table?.state.value ?? 'loading') === 'loading');
  const refused = tables.every(([, table]) => table?.state.value === 'refused');
  const words = filter.value.toLowerCase();
  const fits = words === '' ? undefined : (branch: Branch) => wordsIn(textOf(branch), words);
  const rows = treeRows(tree, open.value, fits);
  const all = useComputed(() => open.value.size > 0);
  const columns = namespace ? COLUMNS.filter(({ id }) => id !== 'namespace') : COLUMNS;
  const fold = (row: TreeRow, wanted: boolean) => {
    const next = new Set(open.value);
    if (wanted) next.add(keyOf(row));
    else next.delete(keyOf(row));
    open.value = next;
  };
  return (
    <div class="page list-page">
      <header class="page-head">
        <h1>Workloads</h1>
        <span class="count">{tree.length}</span>
        <div class="page-tools">
          <button
            type="button"
            class="button"
            onClick={() => {
              open.value = all.value ? new Set() : new Set(workloads.map(({ row }) => row.key));
            }}
          >
            {all.value ? 'Close all' : 'Open all'}
          </button>
          <Filter label="Filter workloads" value={filter} />
        </div>
      </header>
      {refused ? (
        <Refused error={tables[0]?.[1]?.error.value} what="workloads" />
      ) : isLoading && rows.length === 0 ? (
        <Spinner />
      ) : rows.length === 0 ? (
        <Empty
          title={
            filter.value ? 'Nothing fits the filter' : `No workloads${namespace ? ` in ${namespace}` : ''}`
          }
        />
      ) : (
        <VirtualTable
          label="Workloads"
          tree
          columns={columns.map((column) => (column.id === 'name' ? nameColumn(fold) : column))}
          rows={rows}
          keyOf={keyOf}
          href={({ branch: { workload } }) =>
            objectHref(workload.kind, workload.row.namespace, workload.row.name)
          }
          levelOf={levelOf}
          order={order}
          onOrder={(next) => setQuery({ sort: orderText(next) })}
          onFold={fold}
          rowClass={({ branch }) => (branch.workload.row.deleting ? 'deleting' : '')}
        />
      )}
    </div>
  );
}

const keyOf = ({ branch }: TreeRow): string => branch.workload.row.key;
const levelOf = ({ branch, depth, open }: TreeRow) => ({
  level: depth + 1,
  open: branch.children.length > 0 ? open : undefined,
});
const textOf = ({ workload: { kind, row }, trouble }: Branch): string =>
  `${row.name} ${row.namespace} ${kind.kind} ${trouble}`.toLowerCase();

function nameColumn(fold: (row: TreeRow, open: boolean) => void): TableColumn<TreeRow> {
  return {
    ...COLUMNS[0]!,
    before: (row) => {
      const { branch, depth, open } = row;
      return (
        <span class="tree-indent" style={{ width: `${depth * 20 + 20}px` }}>
          {branch.children.length > 0 && (
            <button
              type="button"
              class={open ? 'twisty open' : 'twisty'}
              tabIndex={-1}
              aria-label={open ? 'Close' : 'Open'}
              onClick={(event) => {
                event.stopPropagation();
                fold(row, !open);
              }}
            >
              <Icon name="right" size={12} />
            </button>
          )}
        </span>
      );
    },
  };
}

const COLUMNS: readonly TableColumn<TreeRow>[] = [
  {
    id: 'name',
    title: 'Name',
    width: 40,
    cell: ({ branch: { workload } }) => workload.row.name,
    sortKey: ({ branch }) => naturalKey(branch.workload.row.name),
  },
  {
    id: 'kind',
    title: 'Kind',
    width: 14,
    narrow: true,
    cell: ({ branch: { workload } }) => <span class="dim">{workload.kind.kind}</span>,
    sortKey: ({ branch }) => branch.workload.kind.kind,
  },
  {
    id: 'namespace',
    title: 'Namespace',
    width: 16,
    cell: ({ branch: { workload } }) => <span class="dim">{workload.row.namespace}</span>,
    sortKey: ({ branch }) => branch.workload.row.namespace,
  },
  {
    id: 'ready',
    title: 'Ready',
    width: 9,
    narrow: true,
    cell: ({ branch: { workload } }) => {
      const { ready, wanted } = workload;
      return ready === undefined || wanted === undefined ? null : (
        <span class={ready < wanted ? 'warn' : ''}>
          {ready}/{wanted}
        </span>
      );
    },
    sortKey: ({ branch: { workload } }) => (workload.ready ?? 0) / (workload.wanted || 1),
  },
  {
    id: 'health',
    title: 'Health',
    width: 22,
    narrow: true,
    cell: ({ branch }) => (
      <Badge tone={branch.tone}>{branch.trouble || branch.workload.status || 'Ready'}</Badge>
    ),
    sortKey: ({ branch }) => -['good', 'plain', 'busy', 'warn', 'bad'].indexOf(branch.tone),
  },
  {
    id: 'restarts',
    title: 'Restarts',
    width: 9,
    numeric: true,
    cell: ({ branch }) => <span class={branch.restarts > 0 ? '' : 'faint'}>{branch.restarts}</span>,
    sortKey: ({ branch }) => branch.restarts,
  },
  {
    id: 'age',
    title: 'Age',
    width: 8,
    cell: ({ branch }) => ageText(branch.workload.row.created, now.value),
    sortKey: ({ branch }) => -branch.workload.row.created,
  },
];

/** Each level for itself. */
function sorted(branches: readonly Branch[], order: Order): Branch[] {
  const key = COLUMNS.find(({ id }) => id === order.column)?.sortKey;
  if (!key) return [...branches];
  const ofBranch = (branch: Branch): SortKey => key({ branch, depth: 0, open: false });
  const deep = (branch: Branch): Branch =>
    branch.children.length < 2 && branch.children.every(({ children }) => children.length === 0)
      ? branch
      : { ...branch, children: inOrder(branch.children, ofBranch, order.down).map(deep) };
  return inOrder(branches, ofBranch, order.down).map(deep);
}
