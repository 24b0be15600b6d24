// The dashboard behind a real API server on a port of 127.0.0.1, and requests as a browser and as programs send them.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { WebSocket } from 'ws';
import type { Credential } from '../../cluster/pki/credential-files.ts';
import { type Clock, systemClock } from '../../kit/clock.ts';
import { silentLogger } from '../../kit/log.ts';
import { systemRandom } from '../../kit/random.ts';
import { type HttpsApiServer, startHttpsServer } from '../../sim/https-server.ts';
import { Dashboard } from './dashboard.ts';

export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** A client certificate. */
  readonly as?: Credential;
}

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever it is
  readonly json: any;
}

/** What a browser has of a session. */
export interface BrowserSession {
  readonly cookie: string;
  readonly key: string;
}

export interface DashboardScene {
  readonly server: HttpsApiServer;
  /** Milliseconds by which the clock is ahead. */
  ahead: number;
  /** How often the dashboard was made. */
  opened: number;
  /** What the dashboard does from time to time, done now. */
  tick(): void;
  ask(path: string, asked?: Asked): Promise<Answered>;
  /** As the page asks, with its session. */
  page(session: BrowserSession, path: string, asked?: Asked): Promise<Answered>;
  /** A one-time code for the owner of a certificate, or of the headers' token. */
  code(asked?: Asked): Promise<string>;
  logIn(body: object): Promise<BrowserSession>;
  /** A WebSocket as the page opens it; rejects with the status that refuses it. */
  socket(session: BrowserSession, path: string, options?: SocketOptions): Promise<WebSocket>;
  stop(): Promise<void>;
}

export interface SocketOptions {
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

export const PROTOCOL = 'streams.dashboard.tiphys';
const KEY_PROTOCOL = 'key.dashboard.tiphys.';

/** The page of these tests. */
const FILES = { 'index.html': 'text/html', 'assets/main-ABC.js': 'text/javascript' };

export async function dashboardScene(): Promise<DashboardScene> {
  const directory = mkdtempSync(join(tmpdir(), 'dashboard-'));
  mkdirSync(join(directory, 'assets'));
  writeFileSync(join(directory, 'files.json'), JSON.stringify(FILES));
  for (const name of Object.keys(FILES))
    writeFileSync(join(directory, `${name}.gz`), gzipSync(`the text of ${name}`));
  writeFileSync(join(directory, 'secret.gz'), gzipSync('secret'));
  const repeated = new Set<() => void>();
  const clock: Clock = {
    ...systemClock,
    now: () => systemClock.now() + scene.ahead,
    monotonic: () => systemClock.monotonic() + scene.ahead,
  };
  const pageClock: Clock = {
    ...clock,
    every(_, fn) {
      repeated.add(fn);
      return { cancel: () => repeated.delete(fn) };
    },
  };
  const scene: DashboardScene = {
    server: undefined as never,
    ahead: 0,
    opened: 0,
    tick: () => {
      for (const fn of [...repeated]) fn();
    },
    async ask(path, { method, headers = {}, body, as } = {}) {
      const bytes = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
      const sent = request({
        ...scene.server.anonymous,
        agent: false,
        ...(as && { cert: as.certificate, key: as.key }),
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        path,
        headers: { ...(bytes !== undefined && { 'content-type': 'application/json' }), ...headers },
      });
      sent.end(bytes);
      const [answer] = await once(sent, 'response');
      const received = await text(answer);
      return {
        status: answer.statusCode,
        headers: answer.headers,
        text: received,
        get json() {
          return JSON.parse(received);
        },
      };
    },
    page: (session, path, asked = {}) =>
      scene.ask(path, {
        ...asked,
        headers: { cookie: session.cookie, 'x-tiphys-dashboard': session.key, ...asked.headers },
      }),
    async code(asked) {
      const headers = { 'x-tiphys-dashboard': 'none', ...asked?.headers };
      const made = await scene.ask('/dashboard/codes', { method: 'POST', ...asked, headers });
      if (made.status !== 201) throw new Error(`${made.status} ${made.text}`);
      return made.json.code;
    },
    async logIn(body) {
      const answer = await scene.ask('/dashboard/session', {
        body,
        headers: { 'x-tiphys-dashboard': 'none' },
      });
      if (answer.status !== 201) throw new Error(`${answer.status} ${answer.text}`);
      return { key: answer.json.key, cookie: cookieOf(answer.headers['set-cookie'] ?? []) };
    },
    socket(session, path, { protocols = [PROTOCOL], headers = {} } = {}) {
      const { host, port } = scene.server.anonymous;
      const origin = `https://${host}:${port}`;
      const socket = new WebSocket(
        `wss://${host}:${port}${path}`,
        [...protocols, KEY_PROTOCOL + session.key],
        {
          rejectUnauthorized: false,
          headers: { cookie: session.cookie, origin, ...headers },
        },
      );
      return new Promise((resolve, reject) => {
        socket.once('open', () => resolve(socket));
        socket.once('unexpected-response', (_, answer) => {
          answer.resume();
          reject(new Error(String(answer.statusCode)));
        });
        socket.on('error', reject);
      });
    },
    async stop() {
      await scene.server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  const server = await startHttpsServer(
    {
      clock,
      dashboard: async (host) => {
        scene.opened++;
        return new Dashboard({ host, directory, clock: pageClock, random: systemRandom, log: silentLogger });
      },
    },
    {},
  );
  return Object.assign(scene, { server });
}

const cookieOf = (set: readonly string[]): string =>
  set
    .filter((one) => !one.includes('Max-Age=0'))
    .map((one) => one.split(';', 1)[0])
    .join('; ');
