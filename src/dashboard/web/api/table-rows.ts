// Rows of the API's Table form, with what is needed of each object and no more: a list has 10,000 of them. Pure.
import type { ObjectMeta, OwnerReference } from '../../../api/meta/v1/object-meta.ts';

export interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly description?: string;
  /** 0 in narrow tables, more in wide ones only. */
  readonly priority?: number;
}

export type Cell = string | number | boolean | null | undefined | object;

export interface Row {
  /** The same as long as the object lives. */
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly owners: readonly OwnerReference[] | undefined;
  readonly deleting: boolean;
  readonly cells: readonly Cell[];
}

export interface TableRow {
  readonly cells: readonly Cell[];
  readonly object?: { readonly metadata?: ObjectMeta };
}

export interface Table {
  readonly columnDefinitions?: readonly ColumnDefinition[];
  readonly rows?: readonly TableRow[];
}

export function rowOf({ cells, object }: TableRow): Row {
  const {
    name = '',
    namespace = '',
    uid,
    creationTimestamp,
    labels,
    ownerReferences,
    deletionTimestamp,
  } = object?.metadata ?? {};
  return {
    key: uid ?? `${namespace}/${name}`,
    name,
    namespace,
    created: creationTimestamp ? Date.parse(creationTimestamp) : 0,
    labels,
    owners: ownerReferences,
    deleting: deletionTimestamp !== undefined,
    cells,
  };
}

export function textOf(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}
