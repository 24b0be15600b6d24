// Response bodies for objects, lists and Statuses. Objects and lists are sent as the stored bytes; only Tables and partial
// metadata are encoded per request (forms.ts). Called by the handlers, by http/ for errors and by non-resource/.
import { type AnyResource, apiVersionOf } from '../../../api/meta/v1/resource.ts';
import type { Status } from '../../../api/meta/v1/status.ts';
import { internalError, StatusError } from '../../../api/status/status-error.ts';
import type { ListResult } from '../../registry/resource.ts';
import type { Answer } from '../../request.ts';
import type { Item } from '../../watch-cache/item.ts';
import type { Call } from '../call.ts';
import { type Form, includeObject, itemForm, listForm } from './forms.ts';
import { ListBody } from './list-body.ts';

export const JSON_TYPE = 'application/json';
const JSON_HEADERS = { 'content-type': JSON_TYPE, 'cache-control': 'no-cache, private' };

/** An object in the form that the client requested, usually the stored bytes. */
export function itemAnswer(call: Call, status: number, item: Item): Answer {
  const { accepted } = call;
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
  const form = call.accepted.as === 'object' ? undefined : listForm(formOf(call), items, metadata);
  return typed(call, bytesAnswer(200, form ?? listBody(call.resource.kind, items, metadata)));
}

/** Bodies by the array returned from the cache: it is the same array until the next write (ResourceCache.items). */
const bodies = new WeakMap<readonly Item[], ListBody>();

function listBody({ resource }: AnyResource, items: readonly Item[], metadata: object): ListBody {
  const head = JSON.stringify({
    kind: `${resource.kind}List`,
    apiVersion: apiVersionOf(resource),
    metadata,
  });
  const known = bodies.get(items);
  if (known?.head === head) return known;
  const body = new ListBody(head, items);
  bodies.set(items, body);
  return body;
}

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

export const jsonAnswer = (status: number, value: unknown): Answer =>
  bytesAnswer(status, Buffer.from(JSON.stringify(value)));

export const textAnswer = (status: number, text: string): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-cache, private' },
  body: Buffer.from(text),
});

export const statusOf = (error: unknown): Status =>
  error instanceof StatusError ? error.status : internalError(error).status;

/** The Status for any error; errors that are no StatusError are a 500 InternalError. */
export function errorAnswer(error: unknown): Answer {
  const status = statusOf(error);
  const answer = jsonAnswer(status.code ?? 500, status);
  const retry = status.details?.retryAfterSeconds;
  return retry ? { ...answer, headers: { ...answer.headers, 'retry-after': String(retry) } } : answer;
}
