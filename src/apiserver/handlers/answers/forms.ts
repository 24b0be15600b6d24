// Tables (for kubectl get) and PartialObjectMetadata, computed per request from the parsed object. Called by answers.ts, and
// by read.ts for watches. Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/response.go.
import { inspect } from '../../../api/codec/decode.ts';
import { scaleColumns, scaleRow } from '../../../api/columns/scale.ts';
import { tableColumns, tableRow } from '../../../api/columns/table.ts';
import type { Scale } from '../../../api/kinds/autoscaling/v1/scale.ts';
import { type AnyResource, apiVersionOf, type KubeObject } from '../../../api/meta/v1/resource.ts';
import { badRequest } from '../../../api/status/status-error.ts';
import type { Accepted } from '../../http/negotiate.ts';
import type { Columns } from '../../registry/resource.ts';
import type { Chunks } from '../../request.ts';
import type { EventType } from '../../watch-cache/change.ts';
import type { Item } from '../../watch-cache/item.ts';
import { formBody } from './form-body.ts';

export interface Form {
  readonly accepted: Accepted;
  readonly kind: AnyResource;
  readonly columns: Columns | undefined;
  /** Milliseconds since the epoch; ages in columns are relative to it. */
  readonly now: number;
  /** None, Metadata or Object: the part of the object in each row of a table. */
  readonly includeObject: string;
  /** A table without its columns. */
  readonly noHeaders?: boolean;
}

const INCLUDED = new Set(['None', 'Metadata', 'Object']);

export function includeObject(query: URLSearchParams): string {
  const value = query.get('includeObject') || 'Metadata';
  if (INCLUDED.has(value)) return value;
  throw badRequest(`unrecognized includeObject value: ${JSON.stringify(value)}`);
}

const metaVersion = ({ version }: Accepted): string => `meta.k8s.io/${version}`;

export function partialMetadata({ metadata }: Pick<KubeObject, 'metadata'>, accepted: Accepted): object {
  return { kind: 'PartialObjectMetadata', apiVersion: metaVersion(accepted), metadata };
}

const tableHead = ({ accepted, kind, columns, noHeaders }: Form, metadata: object): object => ({
  kind: 'Table',
  apiVersion: metaVersion(accepted),
  metadata,
  columnDefinitions: noHeaders ? null : (columns?.columns ?? tableColumns(kind)),
});

const rowOf = (form: Form, { object }: Pick<Item, 'object'>): object => ({
  cells: form.columns ? form.columns.row(object, form.now) : tableRow(form.kind, object, form.now),
  ...(form.includeObject !== 'None' && { object: rowObject(form, object) }),
});

function rowObject({ includeObject: include, accepted, kind }: Form, object: KubeObject): object {
  if (include === 'Metadata') return partialMetadata(object, accepted);
  return { ...object, kind: kind.resource.kind, apiVersion: apiVersionOf(kind.resource) };
}

/** One object in the requested form; undefined if that is the stored form. */
export function itemForm(form: Form, item: Pick<Item, 'object'>): Buffer | undefined {
  switch (form.accepted.as) {
    case 'Table': {
      const { resourceVersion } = item.object.metadata;
      return encode({ ...tableHead(form, { resourceVersion }), rows: [rowOf(form, item)] });
    }
    case 'PartialObjectMetadata':
      return encode(partialMetadata(item.object, form.accepted));
    default:
      return undefined;
  }
}

/** A Scale in the requested form; undefined if that is its own. */
export function scaleForm(form: Form, scale: Scale): Buffer | undefined {
  const metadata = scale.metadata ?? {};
  const partial = partialMetadata({ metadata }, form.accepted);
  switch (form.accepted.as) {
    case 'Table': {
      const object = { None: undefined, Metadata: partial, Object: scale }[form.includeObject];
      const head = tableHead(
        { ...form, columns: { columns: scaleColumns, row: () => [] } },
        {
          resourceVersion: metadata.resourceVersion,
        },
      );
      return encode({ ...head, rows: [{ cells: scaleRow(scale, form.now), ...(object && { object }) }] });
    }
    case 'PartialObjectMetadata':
      return encode(partial);
    default:
      return undefined;
  }
}

export function listForm(form: Form, items: readonly Item[], metadata: object): Buffer | Chunks | undefined {
  switch (form.accepted.as) {
    case 'Table':
      return formBody(tableHead(form, metadata), 'rows', items, (item) => rowOf(form, item));
    case 'PartialObjectMetadataList':
    case 'PartialObjectMetadata': {
      const head = { kind: 'PartialObjectMetadataList', apiVersion: metaVersion(form.accepted), metadata };
      return formBody(head, 'items', items, ({ object }) => partialMetadata(object, form.accepted));
    }
    default:
      return undefined;
  }
}

/** The object of an event of a watch. That of a bookmark has nothing but metadata: printers need the rest as Go has it. The mark of
 *  the end of the initial events is in the row's object, which is there whatever the client asked for. */
export function eventForm(form: Form, type: EventType, item: Item): Buffer {
  if (type !== 'BOOKMARK' || form.accepted.as !== 'Table') return itemForm(form, item) ?? item.bytes;
  const bookmark = { object: inspect(form.kind, item.object).object as KubeObject & Record<string, unknown> };
  const isEnd = item.object.metadata.annotations !== undefined;
  return itemForm(
    isEnd && form.includeObject === 'None' ? { ...form, includeObject: 'Metadata' } : form,
    bookmark,
  )!;
}

const encode = (value: object): Buffer => Buffer.from(JSON.stringify(value));
