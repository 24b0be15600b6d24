// A request with its answer, and what both halves of the registry (pushed images and copies) need of them.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { RegistryError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { OpenBlob } from '../storage/blobs.ts';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
}

export const isHead = ({ request }: Exchange): boolean => request.method === 'HEAD';

export function answer(
  { response }: Exchange,
  status: number,
  headers: Readonly<Record<string, string | number>> = {},
  body?: string,
): void {
  const length = body === undefined ? 0 : Buffer.byteLength(body);
  response.writeHead(status, { ...headers, ...(status !== 204 && { 'Content-Length': length }) });
  response.end(body);
}

export const answerJson = (
  exchange: Exchange,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
  type = 'application/json',
): void => answer(exchange, 200, { 'Content-Type': type, ...headers }, JSON.stringify(value));

/** The whole body, or what to answer where it has more than `limit` bytes. */
export async function bodyOf({ request }: Exchange, limit: number): Promise<Buffer> {
  if (declaredLength(request) > limit) throw tooMuch(limit);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    if (size > limit) throw tooMuch(limit);
  }
  return Buffer.concat(parts);
}

const tooMuch = (limit: number) =>
  new RegistryError(413, 'SIZE_INVALID', `a manifest may have ${limit} bytes at most`);

/** 0 where it is not said. */
export const declaredLength = (request: IncomingMessage): number =>
  Number(request.headers['content-length'] ?? 0);

/** Sends a blob, or the part of it that was asked for. */
export async function sendBlob(
  exchange: Exchange,
  blob: OpenBlob,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const { request, response } = exchange;
  const { size } = blob;
  const range = rangeOf(request.headers.range, size);
  if (isHead(exchange) || range === 'invalid' || size === 0) {
    await blob.close();
    if (range === 'invalid') return answer(exchange, 416, { 'Content-Range': `bytes */${size}` });
    response.writeHead(200, { ...headers, 'Accept-Ranges': 'bytes', 'Content-Length': size });
    return void response.end();
  }
  const { start, length } = range ?? { start: 0, length: size };
  response.writeHead(range ? 206 : 200, {
    ...headers,
    'Accept-Ranges': 'bytes',
    'Content-Length': length,
    ...(range && { 'Content-Range': `bytes ${start}-${start + length - 1}/${size}` }),
  });
  await pipeline(blob.stream(start, length), response);
}

/** One range; undefined for none or for several, which are answered with the whole. */
export function rangeOf(
  header: string | undefined,
  size: number,
): { start: number; length: number } | 'invalid' | undefined {
  const found = header === undefined ? undefined : /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header);
  if (!found) return undefined;
  const [, from = '', to = ''] = found;
  if (from === '' && to === '') return undefined;
  const start = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const end = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return start > end ? 'invalid' : { start, length: end - start + 1 };
}

/** The part of a sorted list that `n` and `last` ask for, with the link to what follows. */
export function pageOf(
  { query }: Exchange,
  all: readonly string[],
  path: string,
): { items: readonly string[]; headers: Readonly<Record<string, string>> } {
  const n = query.get('n');
  const last = query.get('last') ?? '';
  if (n !== null && !/^\d{1,9}$/.test(n))
    throw new RegistryError(400, 'UNSUPPORTED', 'n: a number is expected');
  const count = Math.min(n === null ? LIMITS.listed : Number(n), LIMITS.listed);
  const rest = all.filter((name) => name > last);
  const items = rest.slice(0, count);
  if (items.length === rest.length || items.length === 0) return { items, headers: {} };
  const next = `${path}?n=${count}&last=${encodeURIComponent(items.at(-1)!)}`;
  return { items, headers: { Link: `<${next}>; rel="next"` } };
}
