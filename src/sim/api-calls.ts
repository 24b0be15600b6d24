// Plain HTTP-like calls to the API server of a simulated cluster, for tests that look at statuses, headers and bodies
// as they come. Everything else uses a client.
import type { ApiServer } from '../apiserver/api-server.ts';
import type { LocalFrame, LocalUser } from '../apiserver/in-process.ts';

export const ADMIN: LocalUser = { name: 'kubernetes-admin', groups: ['system:masters'] };

/** What tests read of an answer, whatever it is. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every kind
export type Body = any;

export interface Called {
  readonly status: number;
  /** Parsed when it is JSON, else its text. */
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;
}

export interface CallOptions {
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  /** `ADMIN` when left out. */
  readonly user?: LocalUser;
}

export interface OpenWatch {
  /** The next event; of type END once the server has ended the watch. */
  next(): Promise<{ type: string; object: Body }>;
  stop(): void;
}

export interface ApiCalls {
  /** An object is sent as JSON, a string or buffer as it is. */
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Called>;
  watch(path: string, query?: Record<string, string>, headers?: Record<string, string>): Promise<OpenWatch>;
}

export function apiCalls(api: ApiServer): ApiCalls {
  return {
    async call(method, path, body, { query, headers = {}, user = ADMIN } = {}) {
      const bytes = body === undefined ? undefined : bytesOf(body);
      const answer = await api.inProcess.request(
        { method, path, headers, ...(bytes && { body: bytes }), ...(query && { query }) },
        user,
      );
      return { status: answer.status, body: parsed(answer.body), headers: answer.headers };
    },
    async watch(path, query = {}, headers = {}) {
      const stop = new AbortController();
      const { signal } = stop;
      const request = { method: 'GET', path, headers, query: { watch: 'true', ...query }, signal };
      const frames = (await api.inProcess.watch(request, ADMIN))[Symbol.asyncIterator]();
      return {
        stop: () => stop.abort(),
        async next() {
          const { value, done } = await frames.next();
          return done ? { type: 'END', object: undefined } : (value as LocalFrame);
        },
      };
    },
  };
}

/** Posts `object`; gives it as it was created, throws when it was not. */
export async function create({ call }: ApiCalls, path: string, object: unknown): Promise<Body> {
  const { status, body } = await call('POST', path, object);
  if (status !== 201) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  return body;
}

function bytesOf(body: unknown): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

function parsed(body: Buffer): Body {
  try {
    return JSON.parse(body.toString());
  } catch {
    return body.toString();
  }
}
