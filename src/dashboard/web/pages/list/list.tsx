// All objects of one kind, built-in or custom, in the columns that kubectl shows.
import { computed, useComputed, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { kindOf, kinds } from '../../api/discovery.ts';
import type { Kind } from '../../api/kind.ts';
import { useTable } from '../../api/table.ts';
import { type Row, textOf } from '../../api/table-rows.ts';
import { groupOf, objectHref } from '../../app/links.ts';
import { titleOf } from '../../app/navigation.ts';
import type { PageProps } from '../../app/page.ts';
import { namespaceChoice, route, setQuery } from '../../app/route.ts';
import { Filter } from '../../pieces/filter.tsx';
import { now, useTicking } from '../../pieces/now.ts';
import { Empty, Refused, Spinner } from '../../pieces/small.tsx';
import { choose, inOrder, orderOf, orderText } from '../../pieces/table-order.ts';
import { VirtualTable } from '../../pieces/virtual-table.tsx';
import { listColumns } from './columns.tsx';
import './list.css';

export default function ListPage({ params }: PageProps) {
  const { group = 'core', plural = '' } = params;
  const kind = kindOf(groupOf(group), plural);
  if (kind) return <KindList kind={kind} key={`${kind.group}/${kind.plural}`} />;
  return kinds.value.length === 0 ? (
    <Spinner />
  ) : (
    <Empty title="The server has no such kind">
      <p class="empty-text">
        {plural}.{group}
      </p>
    </Empty>
  );
}

function KindList({ kind }: { kind: Kind }) {
  const namespace = namespaceChoice.value;
  const live = useTable(kind, namespace);
  const filter = useSignal(route.peek().query.get('q') ?? '');
  useTicking();
  const allNamespaces = kind.namespaced && namespace === '';
  const rows = live?.items;
  const texts = useMemo(() => new WeakMap<Row, string>(), []);
  const searched = (row: Row) => {
    let text = texts.get(row);
    if (text === undefined) {
      text = `${row.namespace} ${row.cells.map(textOf).join(' ')}`.toLowerCase();
      texts.set(row, text);
    }
    return text;
  };
  const columns = useComputed(() =>
    listColumns(live?.columns.value ?? [], rows?.value ?? [], {
      namespaces: allNamespaces,
      wide: false,
      now: () => now.value,
    }),
  );
  const order = computed(() => orderOf(route.value.query.get('sort') ?? 'name'));
  const shown = useComputed(() => {
    const found = choose(rows?.value ?? [], filter.value, searched);
    const { column, down } = order.value;
    const by = columns.value.find(({ id }) => id === column);
    return by?.sortKey ? inOrder(found, by.sortKey, down) : found;
  });
  const state = live?.state.value ?? 'loading';
  const count = rows?.value.length ?? 0;
  const title = titleOf(kind);
  return (
    <div class="page list-page">
      <header class="page-head">
        <h1>{title}</h1>
        <span class="count" data-count={count}>
          {filter.value ? `${shown.value.length} of ${count}` : count}
        </span>
        <div class="page-tools">
          <Filter label={`Filter ${title}`} value={filter} />
        </div>
      </header>
      {state === 'refused' ? (
        <Refused error={live?.error.value} what={title} />
      ) : count === 0 && state === 'loading' ? (
        <Spinner />
      ) : shown.value.length === 0 ? (
        <Empty
          title={
            filter.value
              ? 'Nothing fits the filter'
              : `No ${title}${namespace && kind.namespaced ? ` in ${namespace}` : ''}`
          }
        />
      ) : (
        <VirtualTable
          label={title}
          columns={columns.value}
          rows={shown.value}
          keyOf={keyOf}
          href={(row) => objectHref(kind, row.namespace, row.name)}
          order={order.value}
          onOrder={(next) => setQuery({ sort: orderText(next) })}
          rowClass={rowClass}
        />
      )}
    </div>
  );
}

const keyOf = ({ key }: Row): string => key;
const rowClass = ({ deleting }: Row): string => (deleting ? 'deleting' : '');
