// Objects, lists and events of watches in protobuf, for clients that prefer it. The messages of objects are shared by all that
// read them at the same time (Item.message). Called by answers.ts, and by read.ts for watches.
// Upstream: staging/src/k8s.io/apimachinery/pkg/runtime/serializer/protobuf.
import { PartialObjectMetadata } from '../../../api/meta/v1/partial-object-metadata.ts';
import { apiVersionOf, type KubeObject } from '../../../api/meta/v1/resource.ts';
import { Status } from '../../../api/meta/v1/status.ts';
import {
  documentOf,
  encodeDocument,
  encodeMessage,
  listAround,
  listItemHead,
  type Names,
  watchFrame,
} from '../../../api/protobuf/encode.ts';
import { PROTOBUF_TYPE } from '../../http/negotiate.ts';
import type { Chunks } from '../../request.ts';
import type { View } from '../../watch-cache/change.ts';
import type { Item } from '../../watch-cache/item.ts';
import type { Call } from '../call.ts';

/** Bytes of JSON that are encoded in one turn of the event loop: a few milliseconds. */
const SLICE = 128 * 1024;

type Shown = Pick<Call, 'accepted' | 'resource'>;

const isPartial = ({ accepted }: Shown): boolean => accepted.as !== 'object';

function namesOf({ accepted, resource }: Shown, suffix: '' | 'List' = ''): Names {
  return accepted.as === 'object'
    ? { apiVersion: apiVersionOf(resource.kind.resource), kind: `${resource.kind.resource.kind}${suffix}` }
    : { apiVersion: `meta.k8s.io/${accepted.version}`, kind: `PartialObjectMetadata${suffix}` };
}

function messageOf(call: Shown, item: Item): Buffer {
  if (isPartial(call)) return encodeMessage(PartialObjectMetadata, { metadata: item.object.metadata });
  return item.message((object: KubeObject) => encodeMessage(call.resource.kind, object));
}

export const protobufItem = (call: Shown, item: Item): Buffer =>
  documentOf(namesOf(call), messageOf(call, item));

/** The items are encoded before the first byte is sent, because the list begins with its length. */
export async function protobufList(
  call: Shown & Pick<Call, 'clock'>,
  items: readonly Item[],
  metadata: object,
): Promise<Chunks> {
  const slabs: Buffer[] = [];
  let parts: Buffer[] = [];
  let size = 0;
  let length = 0;
  for (const item of items) {
    const message = messageOf(call, item);
    parts.push(listItemHead(message.length), message);
    size += item.bytes.length;
    if (size < SLICE) continue;
    slabs.push(Buffer.concat(parts));
    length += slabs.at(-1)!.length;
    parts = [];
    size = 0;
    await call.clock.turn();
  }
  slabs.push(Buffer.concat(parts));
  length += slabs.at(-1)!.length;
  const { head, tail } = listAround(namesOf(call, 'List'), metadata, length);
  const all = [head, ...slabs, tail];
  return { length: head.length + length + tail.length, [Symbol.iterator]: () => all.values() };
}

export const PROTOBUF_STREAM = `${PROTOBUF_TYPE};stream=watch`;

/** The events of a watch. */
export function protobufView(call: Shown): View {
  return {
    name: `${PROTOBUF_TYPE} ${call.accepted.as} ${call.accepted.version}`,
    frame: (type, item) =>
      watchFrame(type, type === 'ERROR' ? errorDocument(item) : protobufItem(call, item)),
  };
}

const errorDocument = ({ object }: Item): Buffer => encodeDocument(Status, object);
