// Live tables: the server prints each object in the columns that kubectl shows, custom kinds, too.
import { computed, type ReadonlySignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { collectionPath, type Kind } from './kind.ts';
import { type Live, type Selection, useShaped } from './live.ts';
import type { Shape } from './live-source.ts';
import { type ColumnDefinition, type Row, rowOf, type Table } from './table-rows.ts';

export type { ColumnDefinition, Row } from './table-rows.ts';

export interface LiveTable extends Live<Row> {
  readonly columns: ReadonlySignal<readonly ColumnDefinition[]>;
}

const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

const tableShape = (selection: Selection): Shape<Row> => ({
  accept,
  query: { ...selection },
  headOf: (list) => (list as Table).columnDefinitions,
  itemsOf: (list) => ((list as Table).rows ?? []).map(rowOf),
  itemOf: (object) => {
    const [row] = (object as Table).rows ?? [];
    return row && rowOf(row);
  },
  keyOf: ({ key }) => key,
});

/** The rows of a kind, of one namespace or of all. */
export function useTable(
  kind: Kind | undefined,
  namespace: string,
  selection: Selection = {},
): LiveTable | undefined {
  const path = kind && collectionPath(kind, kind.namespaced ? namespace : '');
  const { labelSelector = '', fieldSelector = '' } = selection;
  const live = useShaped<Row>(path, `table ${labelSelector} ${fieldSelector}`, () => tableShape(selection));
  return useMemo(() => {
    if (!live) return undefined;
    const { items, state, error, head } = live;
    return {
      items,
      state,
      error,
      head,
      columns: computed(() => (head.value ?? []) as readonly ColumnDefinition[]),
    };
  }, [live]);
}
