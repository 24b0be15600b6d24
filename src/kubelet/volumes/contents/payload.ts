// The contents of configMap, secret, downwardAPI and projected volumes: relative paths to bytes and modes. Pure.
import type { DownwardAPIVolumeFile, KeyToPath } from '../../../api/kinds/core/v1/volumes/api-content.ts';
import { fieldValue, type NodeFacts, resourceValue } from '../../env/field-ref.ts';
import type { Pod } from '../../pod.ts';

export interface PayloadFile {
  readonly data: Buffer;
  readonly mode: number;
  /** Owner, when it is not root. */
  readonly uid?: number;
}

export type Payload = Map<string, PayloadFile>;

export const DEFAULT_MODE = 0o644;

interface Keyed {
  /** For messages: `configmap` or `secret`. */
  readonly what: string;
  readonly data: ReadonlyMap<string, Buffer>;
  readonly items?: readonly KeyToPath[];
  readonly mode: number;
  readonly optional: boolean;
}

/** All keys, or only the items named, at their paths and with their modes. */
export function keyedPayload({ what, data, items, mode, optional }: Keyed): Payload {
  if (!items?.length) return new Map([...data].map(([key, bytes]) => [key, { data: bytes, mode }]));
  const payload: Payload = new Map();
  for (const item of items) {
    const bytes = data.get(item.key);
    if (bytes) payload.set(item.path, { data: bytes, mode: item.mode ?? mode });
    else if (!optional) throw new Error(`${what} references non-existent ${what} key: ${item.key}`);
  }
  return payload;
}

export function downwardPayload(
  pod: Pod,
  items: readonly DownwardAPIVolumeFile[],
  mode: number,
  facts: NodeFacts,
): Payload {
  const payload: Payload = new Map();
  for (const item of items) {
    let text = '';
    if (item.fieldRef) text = fieldValue(pod, item.fieldRef.fieldPath, facts);
    else if (item.resourceFieldRef)
      text = resourceValue(pod, item.resourceFieldRef, item.resourceFieldRef.containerName ?? '', facts);
    payload.set(item.path, { data: Buffer.from(text), mode: item.mode ?? mode });
  }
  return payload;
}

export const textData = (
  data: Readonly<Record<string, string>> = {},
  encoding: BufferEncoding = 'utf8',
): Map<string, Buffer> => new Map(Object.entries(data).map(([k, v]) => [k, Buffer.from(v, encoding)]));
