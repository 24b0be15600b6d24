// Every kind that the server has.

import { useSignal } from '@preact/signals';
import { kinds } from '../../api/discovery.ts';
import type { Kind } from '../../api/kind.ts';
import { apiVersionOf } from '../../api/kind.ts';
import { listHref } from '../../app/links.ts';
import type { PageProps } from '../../app/page.ts';
import { Filter } from '../../pieces/filter.tsx';
import { Spinner } from '../../pieces/small.tsx';
import { choose } from '../../pieces/table-order.ts';
import { VirtualTable } from '../../pieces/virtual-table.tsx';

const columns = [
  { id: 'kind', title: 'Kind', width: 30, cell: ({ kind }: Kind) => kind },
  {
    id: 'group',
    title: 'API version',
    width: 34,
    narrow: true,
    cell: (kind: Kind) => <span class="mono dim">{apiVersionOf(kind)}</span>,
  },
  {
    id: 'names',
    title: 'Short names',
    width: 14,
    cell: ({ shortNames }: Kind) => <span class="mono dim">{shortNames.join(', ')}</span>,
  },
  {
    id: 'scope',
    title: 'Scope',
    width: 12,
    cell: ({ namespaced }: Kind) => (namespaced ? 'Namespace' : <span class="dim">Cluster</span>),
  },
];

const textOf = (kind: Kind) =>
  `${kind.kind} ${kind.group} ${kind.plural} ${kind.shortNames.join(' ')}`.toLowerCase();

export default function KindsPage({ query }: PageProps) {
  const filter = useSignal(query.get('q') ?? '');
  const found = choose(kinds.value, filter.value, textOf);
  return (
    <div class="page list-page">
      <header class="page-head">
        <h1>All kinds</h1>
        <span class="count">{found.length}</span>
        <div class="page-tools">
          <Filter label="Filter kinds" value={filter} />
        </div>
      </header>
      {kinds.value.length === 0 ? (
        <Spinner />
      ) : (
        <VirtualTable
          label="Kinds"
          columns={columns}
          rows={found}
          keyOf={({ group, plural }) => `${group}/${plural}`}
          href={(kind) => listHref(kind)}
        />
      )}
    </div>
  );
}
