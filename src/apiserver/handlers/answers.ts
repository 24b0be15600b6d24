// Answers made of bytes that exist already: objects, lists, Statuses.
import type { Status } from '../../api/meta/v1/status.ts';
import { internalError, StatusError } from '../../api/status/status-error.ts';
import type { Answer } from '../request.ts';

export const JSON_TYPE = 'application/json';
const JSON_HEADERS = { 'content-type': JSON_TYPE, 'cache-control': 'no-cache, private' };

export const bytesAnswer = (status: number, body: Buffer | readonly Buffer[]): Answer => ({
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

/** The answer to a request that failed, whatever failed. */
export function errorAnswer(error: unknown): Answer {
  const status = statusOf(error);
  const answer = jsonAnswer(status.code ?? 500, status);
  const retry = status.details?.retryAfterSeconds;
  return retry ? { ...answer, headers: { ...answer.headers, 'retry-after': String(retry) } } : answer;
}

const COMMA = Buffer.from(',');
const LIST_END = Buffer.from(']}');

/** The stored bytes of a list's items, joined by what stands between them. */
export function listBody(head: object, items: readonly { readonly bytes: Buffer }[]): Buffer[] {
  const start = JSON.stringify(head);
  const parts: Buffer[] = [Buffer.from(`${start.slice(0, -1)},"items":[`)];
  for (const [i, item] of items.entries()) {
    if (i > 0) parts.push(COMMA);
    parts.push(item.bytes);
  }
  parts.push(LIST_END);
  return parts;
}
