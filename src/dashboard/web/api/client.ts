// Requests to the API with the session's rights. Paths are the API's own: /api/v1/nodes.
import { apiError } from './errors.ts';
import { KEY_HEADER, sessionIsOver, sessionKey } from './session.ts';

export { ApiError } from './errors.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Wishes {
  readonly signal?: AbortSignal;
  readonly accept?: string;
}

const PATCHES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

export const withQuery = (path: string, query: Query = {}): string => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, String(value));
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
};

interface Sent extends Wishes {
  readonly method?: string;
  readonly query?: Query | undefined;
  readonly body?: string;
  readonly contentType?: string;
}

async function send(
  path: string,
  { method = 'GET', query, body, contentType, ...wishes }: Sent,
): Promise<Response> {
  const answer = await fetch(`/dashboard/api${withQuery(path, query)}`, {
    method,
    headers: {
      [KEY_HEADER]: sessionKey(),
      accept: wishes.accept ?? 'application/json',
      ...(body !== undefined && { 'content-type': contentType ?? 'application/json' }),
    },
    ...(body !== undefined && { body }),
    ...(wishes.signal && { signal: wishes.signal }),
  });
  if (answer.ok) return answer;
  if (answer.status === 401) sessionIsOver();
  throw apiError(answer.status, await answer.text());
}

const json = async <T>(path: string, sent: Sent): Promise<T> => (await send(path, sent)).json() as Promise<T>;

/** A text is sent as it is: YAML or JSON. */
const written = (body: unknown) =>
  typeof body === 'string' ? { body, contentType: 'application/yaml' } : { body: JSON.stringify(body) };

/** Every call rejects with an ApiError for what the server refuses, and with a TypeError when it cannot be reached. */
export const api = {
  get: <T>(path: string, query?: Query, wishes?: Wishes): Promise<T> => json<T>(path, { query, ...wishes }),
  text: async (path: string, query?: Query, wishes?: Wishes): Promise<string> =>
    (await send(path, { query, accept: '*/*', ...wishes })).text(),
  create: <T>(path: string, body: unknown, query?: Query): Promise<T> =>
    json<T>(path, { method: 'POST', query, ...written(body) }),
  replace: <T>(path: string, body: unknown, query?: Query): Promise<T> =>
    json<T>(path, { method: 'PUT', query, ...written(body) }),
  patch: <T>(path: string, body: unknown, type: keyof typeof PATCHES, query?: Query): Promise<T> =>
    json<T>(path, {
      method: 'PATCH',
      query,
      body: typeof body === 'string' ? body : JSON.stringify(body),
      contentType: PATCHES[type],
    }),
  remove: <T>(path: string, body?: unknown, query?: Query): Promise<T> =>
    json<T>(path, { method: 'DELETE', query, ...(body !== undefined && written(body)) }),
};
