// Tables (for kubectl get) and PartialObjectMetadata, computed per request from the parsed object. Called by answers.ts, and
// by read.ts for watches. Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/response.go.
import { tableColumns, tableRow } from '../../../api/columns/table.ts';
import { type AnyResource, apiVersionOf, type KubeObject } from '../../../api/meta/v1/resource.ts';
import { badRequest } from '../../../api/status/status-error.ts';
import type { Accepted } from '../../http/negotiate.ts';
import type { Columns } from '../../registry/resource.ts';
import type { Item } from '../../watch-cache/item.ts';

export interface Form {
  readonly accepted: Accepted;
  readonly kind: AnyResource;
  readonly columns: Columns | undefined;
  /** Milliseconds since the epoch; ages in columns are relative to it. */
  readonly now: number;
  /** None, Metadata or Object: the part of the object in each row of a table. */
  readonly includeObject: string;
}

const INCLUDED = new Set(['None', 'Metadata', 'Object']);

export function includeObject(query: URLSearchParams): string {
  const value = query.get('includeObject') || 'Metadata';
  if (INCLUDED.has(value)) return value;
  throw badRequest(`unrecognized includeObject value: ${JSON.stringify(value)}`);
}

const metaVersion = ({ version }: Accepted): string => `meta.k8s.io/${version}`;

export function partialMetadata({ metadata }: KubeObject, accepted: Accepted): object {
  return { kind: 'PartialObjectMetadata', apiVersion: metaVersion(accepted), metadata };
}

export function table(form: Form, items: readonly Item[], metadata: object): object {
  const { accepted, kind, columns, now } = form;
  return {
    kind: 'Table',
    apiVersion: metaVersion(accepted),
    metadata,
    columnDefinitions: columns?.columns ?? tableColumns(kind),
    rows: items.map(({ object }) => ({
      cells: columns ? columns.row(object, now) : tableRow(kind, object, now),
      ...(form.includeObject !== 'None' && { object: rowObject(form, object) }),
    })),
  };
}

function rowObject({ includeObject: include, accepted, kind }: Form, object: KubeObject): object {
  if (include === 'Metadata') return partialMetadata(object, accepted);
  return { ...object, kind: kind.resource.kind, apiVersion: apiVersionOf(kind.resource) };
}

/** One object in the requested form; undefined if that is the stored form. */
export function itemForm(form: Form, item: Item): Buffer | undefined {
  switch (form.accepted.as) {
    case 'Table': {
      const { resourceVersion } = item.object.metadata;
      return encode(table(form, [item], { resourceVersion }));
    }
    case 'PartialObjectMetadata':
      return encode(partialMetadata(item.object, form.accepted));
    default:
      return undefined;
  }
}

export function listForm(form: Form, items: readonly Item[], metadata: object): Buffer | undefined {
  switch (form.accepted.as) {
    case 'Table':
      return encode(table(form, items, metadata));
    case 'PartialObjectMetadataList':
    case 'PartialObjectMetadata': {
      const partial = items.map(({ object }) => partialMetadata(object, form.accepted));
      return encode({
        kind: 'PartialObjectMetadataList',
        apiVersion: metaVersion(form.accepted),
        metadata,
        items: partial,
      });
    }
    default:
      return undefined;
  }
}

const encode = (value: object): Buffer => Buffer.from(JSON.stringify(value));
