// A server over the memory store and calls to it, for the tests of this room.
import { SteppedClock } from '../kit/clock.fake.ts';
import { silentLogger } from '../kit/log.ts';
import { seededRandom } from '../kit/random.ts';
import { openMemoryStore } from '../store/memory/memory-store.ts';
import { type ApiServer, createApiServer } from './api-server.ts';
import type { LocalFrame, LocalUser } from './in-process.ts';
import type { ApiServerOptions } from './options.ts';

export const ADMIN: LocalUser = { name: 'kubernetes-admin', groups: ['system:masters'] };

/** What tests read of an answer, whatever it is. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every kind
export type Body = any;

export interface Called {
  readonly status: number;
  readonly body: Body;
  readonly headers: Readonly<Record<string, string>>;
}

export interface CallOptions {
  readonly query?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly user?: LocalUser;
}

export interface TestServer {
  readonly api: ApiServer;
  readonly clock: SteppedClock;
  readonly store: ReturnType<typeof openMemoryStore>;
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Called>;
  watch(path: string, query?: Record<string, string>, headers?: Record<string, string>): Promise<TestWatch>;
}

export interface TestWatch {
  next(): Promise<{ type: string; object: Body }>;
  stop(): void;
}

/** Without service accounts' admission: no controller makes them here. */
export async function testServer(options: Partial<ApiServerOptions> = {}): Promise<TestServer> {
  const clock = new SteppedClock();
  const store = openMemoryStore({ clock });
  const api = createApiServer({
    store,
    clock,
    random: seededRandom(1),
    log: silentLogger,
    disableAdmissionPlugins: ['ServiceAccount'],
    ...options,
  });
  await api.start();
  return {
    api,
    clock,
    store,
    async call(method, path, body, { query, headers = {}, user = ADMIN } = {}) {
      const bytes = Buffer.isBuffer(body) ? body : body === undefined ? undefined : text(body);
      const answer = await api.inProcess.request(
        { method, path, headers, ...(bytes && { body: bytes }), ...(query && { query }) },
        user,
      );
      return { status: answer.status, body: parsed(answer.body), headers: answer.headers };
    },
    async watch(path, query = {}, headers = {}) {
      const stop = new AbortController();
      const request = {
        method: 'GET',
        path,
        headers,
        query: { watch: 'true', ...query },
        signal: stop.signal,
      };
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

const text = (body: unknown): Buffer => Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));

function parsed(body: Buffer): Body {
  try {
    return JSON.parse(body.toString());
  } catch {
    return body.toString();
  }
}
