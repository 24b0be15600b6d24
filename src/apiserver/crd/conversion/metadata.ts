// What a conversion webhook may do to metadata: change labels and annotations. Kind, name, namespace and uid must be the same, and
// everything else is taken from the object that was sent. Pure. Called by answer.ts.
// Upstream: validateConvertedObject and restoreObjectMeta in apiextensions-apiserver/pkg/apiserver/conversion/webhook_converter.go.
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import { isObject, type JsonObject } from '../../../api/patch/json.ts';
import { validateAnnotations, validateLabels } from '../../../api/validation/object-meta.ts';

/** Throws an error that says what differs. */
export function checkSame(sent: KubeObject, received: JsonObject): void {
  const metadata = isObject(received.metadata) ? received.metadata : {};
  const same = (what: string, before: string | undefined, after: unknown) => {
    const [is, was] = [typeof after === 'string' ? after : '', before ?? ''];
    if (is !== was) throw new Error(`must have the same ${what}: ${was} != ${is}`);
  };
  same('kind', sent.kind, received.kind);
  same('name', sent.metadata.name, metadata.name);
  same('namespace', sent.metadata.namespace, metadata.namespace);
  same('UID', sent.metadata.uid, metadata.uid);
}

const MAPS = { labels: validateLabels, annotations: validateAnnotations };
/** Upstream names the field so in errors. */
const PATHS = { labels: 'metadata.labels', annotations: 'metadata.annotation' };

/** The metadata of the object that was sent with the labels and annotations of the one that came back. */
export function restoredMetadata(sent: KubeObject, received: JsonObject): KubeObject['metadata'] {
  const { metadata } = received;
  if (metadata === undefined) throw new Error('missing metadata in converted object');
  if (!isObject(metadata))
    throw new Error(`invalid metadata of type ${goTypeOf(metadata)} in converted object`);
  const restored = { ...sent.metadata };
  for (const field of ['labels', 'annotations'] as const) {
    const given = metadata[field];
    delete restored[field];
    if (given !== undefined && given !== null) restored[field] = mapOf(field, given, sent.metadata[field]);
  }
  return restored;
}

function mapOf(
  field: 'labels' | 'annotations',
  given: unknown,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> {
  if (!isObject(given))
    throw new Error(`invalid metadata.${field} of type ${goTypeOf(given)} in converted object`);
  for (const [key, value] of Object.entries(given))
    if (typeof value !== 'string')
      throw new Error(
        `metadata.${field}[${key}] must be a string, but is ${goTypeOf(value)} in converted object`,
      );
  const map = given as Record<string, string>;
  const keys = Object.keys(map);
  const changed = keys.length !== Object.keys(before).length || keys.some((key) => map[key] !== before[key]);
  const errors = changed ? MAPS[field](map, PATHS[field]) : [];
  if (errors.length > 0) throw new Error(aggregate(errors.map((e) => `${e.field}: ${e.message}`)));
  return map;
}

const aggregate = (texts: readonly string[]): string =>
  texts.length === 1 ? texts[0]! : `[${[...new Set(texts)].join(', ')}]`;

/** As Go's %T prints what JSON was decoded into. */
function goTypeOf(value: unknown): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'number':
      return Number.isInteger(value) ? 'int64' : 'float64';
    case 'bigint':
      return 'int64';
    default:
      return 'map[string]interface {}';
  }
}
