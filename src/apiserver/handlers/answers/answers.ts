// Response bodies for objects, lists and Statuses. Objects and lists are sent as the stored bytes; only Tables, partial metadata
// (forms.ts) and protobuf (protobuf.ts) are encoded per request. Called by the handlers, by http/ for errors and by non-resource/.
import { listKindOf } from '../../../api/meta/v1/list.ts';
import { type AnyResource, apiVersionOf } from '../../../api/meta/v1/resource.ts';
import { Status } from '../../../api/meta/v1/status.ts';
import { encodeDocument } from '../../../api/protobuf/encode.ts';
import type { StructType } from '../../../api/schema/notation.ts';
import { failure, internalError, StatusError } from '../../../api/status/status-error.ts';
import { DiskAlarmError, EngineError, EngineTimeoutError } from '../../../store/failures.ts';
import type { ListResult } from '../../registry/resource.ts';
import type { Answer } from '../../request.ts';
import type { Item } from '../../watch-cache/item.ts';
import type { Call } from '../call.ts';
import { type Form, includeObject, itemForm, listForm } from './forms.ts';
import { ListBody } from './list-body.ts';
import { protobufItem, protobufList } from './protobuf.ts';

export const JSON_TYPE = 'application/json';
const JSON_HEADERS = { 'content-type': JSON_TYPE, 'cache-control': 'no-cache, private' };

/** An object in the form that the client requested, usually the stored bytes. */
export function itemAnswer(call: Call, status: number, item: Item): Answer {
  const { accepted } = call;
  if (accepted.protobuf)
    return { ...bytesAnswer(status, item.bytes), protobuf: () => protobufItem(call, item) };
  if (accepted.as === 'object') return typed(call, bytesAnswer(status, item.bytes));
  return typed(call, bytesAnswer(status, itemForm(formOf(call), item) ?? item.bytes));
}

export function listAnswer(call: Call, result: ListResult): Answer {
  const { items } = result;
  const metadata = {
    ...(result.revision !== undefined && { resourceVersion: String(result.revision) }),
    ...(result.continue && { continue: result.continue }),
    ...(result.remaining !== undefined && { remainingItemCount: result.remaining }),
  };
  if (call.accepted.protobuf)
    return {
      ...bytesAnswer(200, listBody(call, items, metadata)),
      protobuf: () => protobufList(call, items, metadata),
    };
  const form = call.accepted.as === 'object' ? undefined : listForm(formOf(call), items, metadata);
  return typed(call, bytesAnswer(200, form ?? listBody(call, items, metadata)));
}

/** Bodies by the array returned from the cache: it is the same array until the next write (ResourceCache.items). */
const bodies = new WeakMap<readonly Item[], ListBody>();

function listBody({ resource: { kind } }: Call, items: readonly Item[], metadata: object): ListBody {
  const head = JSON.stringify({
    kind: listKindOf(kind),
    apiVersion: apiVersionOf(kind.resource),
    metadata,
  });
  const known = bodies.get(items);
  if (known?.head === head) return known;
  const body = new ListBody(head, items, kind.custom ? '' : namesIn(kind));
  bodies.set(items, body);
  return body;
}

/** The first members of each object (encoding.ts). Items of lists of built-in kinds have neither, as upstream's typed lists. */
const namesIn = ({ resource }: AnyResource): string =>
  `"kind":${JSON.stringify(resource.kind)},"apiVersion":${JSON.stringify(apiVersionOf(resource))},`;

export const formOf = (call: Call): Form => ({
  accepted: call.accepted,
  kind: call.resource.kind,
  columns: call.resource.columns,
  now: call.clock.now(),
  includeObject: call.accepted.as === 'Table' ? includeObject(call.request.query) : '',
});

function typed({ accepted }: Call, answer: Answer): Answer {
  if (accepted.contentType === JSON_TYPE) return answer;
  return { ...answer, headers: { ...answer.headers, 'content-type': accepted.contentType } };
}

export const bytesAnswer = (status: number, body: Answer['body']): Answer => ({
  status,
  headers: JSON_HEADERS,
  body,
});

/** An object of another kind than the resource: a Scale, a TokenRequest, a Status. */
export function objectAnswer({ accepted }: Call, status: number, type: StructType, value: object): Answer {
  const answer = jsonAnswer(status, value);
  return accepted.protobuf ? { ...answer, protobuf: () => encodeDocument(type, value) } : answer;
}

export const jsonAnswer = (status: number, value: unknown): Answer =>
  bytesAnswer(status, Buffer.from(JSON.stringify(value)));

export const textAnswer = (status: number, text: string): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache, private' },
  body: Buffer.from(text),
});

export const statusOf = (error: unknown): Status => statusErrorOf(error).status;

/** What the store's engine refuses is answered as kube-apiserver answers it: 500 without a reason, in etcd's words, or 504 when it
 *  did not say in time. */
export function statusErrorOf(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  if (error instanceof EngineTimeoutError)
    return failure(
      504,
      'Timeout',
      `Timeout: request did not complete within requested timeout - ${error.message}`,
    );
  return error instanceof DiskAlarmError || error instanceof EngineError
    ? failure(500, '', error.message, undefined, { cause: error })
    : internalError(error);
}

/** The Status for any error; errors that are no StatusError are a 500 InternalError. */
export function errorAnswer(error: unknown): Answer {
  const status = statusOf(error);
  const document = { ...status, apiVersion: 'v1', kind: 'Status' };
  const answer = {
    ...jsonAnswer(status.code ?? 500, status),
    protobuf: () => encodeDocument(Status, document),
  };
  const retry = status.details?.retryAfterSeconds;
  return retry ? { ...answer, headers: { ...answer.headers, 'retry-after': String(retry) } } : answer;
}
