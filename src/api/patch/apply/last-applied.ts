// Migration from kubectl's client-side apply: its annotation records the fields it wrote, and is kept current while
// server-side apply runs as `kubectl`.
import { parseJson } from '../../codec/json.ts';
import type { KubeObject } from '../../meta/v1/resource.ts';
import { isObject } from '../json.ts';
import { compare, fieldsOf } from './compare.ts';
import { difference, emptySet, type FieldTree } from './field-tree.ts';
import type { Shape } from './shape.ts';

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';

function parseQuietly(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** The fields in the annotation whose values are unchanged. */
export function lastAppliedFields(shape: Shape, live: KubeObject | undefined): FieldTree {
  const text = live?.metadata.annotations?.[annotation];
  const last = text === undefined ? undefined : parseQuietly(text);
  if (!isObject(last) || last.apiVersion !== live?.apiVersion) return emptySet;
  const { added, modified, removed } = compare(shape, last, live);
  return [added, modified, removed].reduce(difference, fieldsOf(shape, last));
}

/** Updates the annotation if the live object has it and the manager is kubectl. */
export function keepLastApplied(
  manager: string,
  live: KubeObject | undefined,
  patch: KubeObject,
  result: KubeObject,
): KubeObject {
  if (manager !== 'kubectl' || live?.metadata.annotations?.[annotation] === undefined) return result;
  const { annotations: given, ...metadata } = patch.metadata;
  const { [annotation]: _, ...others } = given ?? {};
  const kept = Object.keys(others).length > 0 ? { ...metadata, annotations: others } : metadata;
  const text = `${JSON.stringify({ ...patch, metadata: kept })}\n`;
  const annotations = { ...result.metadata.annotations, [annotation]: text };
  return { ...result, metadata: { ...result.metadata, annotations } };
}
