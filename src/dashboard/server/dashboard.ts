// The server's side of the dashboard: everything below /dashboard/. The page's files are for everybody; /dashboard/session begins and
// ends sessions; /dashboard/api and /dashboard/streams are the API with the rights of the session's user and no others. Made by
// `cluster` with the first request; docs/decisions/0060-dashboard-server.md has the reasons.
import {
  badRequest,
  failure,
  methodNotAllowed,
  pageNotFound,
  unauthorized,
} from '../../api/status/status-error.ts';
import type { Clock } from '../../kit/clock.ts';
import type { IncomingUpgrade } from '../../kit/http1/tunnel.ts';
import { acceptWebSocket, isWebSocket } from '../../kit/http1/web-socket.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';
import { apiRequest } from './api-request.ts';
import { Assets } from './assets.ts';
import { CODE_SECONDS, Codes } from './codes.ts';
import {
  type Host,
  headerOf,
  type PageAnswer,
  type PageRequest,
  type SocketAnswer,
  type User,
} from './ports.ts';
import { checkHeader, checkOrigin, keyOf } from './same-origin.ts';
import { Seal } from './seal.ts';
import { DATA_HEADERS } from './security-headers.ts';
import { type Beginning, MOST_TOKEN, noCookies, type Session, Sessions } from './sessions.ts';
import { MOST_MESSAGE, serveStreams } from './streams.ts';
import type { Reader } from './views/reader.ts';
import type { Views } from './views/views.ts';

export interface DashboardOptions<Socket, Reply> {
  readonly host: Host<Socket, Reply>;
  /** Of the page's files. */
  readonly directory: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Bytes of the body of a login: a token in JSON. */
const MOST_LOGIN = MOST_TOKEN + 1024;
const PREFIX = '/dashboard/';
const API = '/dashboard/api';
const VIEWS = '/dashboard/views/';
const STREAMS_PROTOCOL = 'streams.dashboard.tiphys';

export class Dashboard<Socket, Reply> {
  readonly #options: DashboardOptions<Socket, Reply>;
  readonly #assets: Assets;
  readonly #codes: Codes<Beginning>;
  readonly #sessions: Sessions;
  #views: Promise<Views> | undefined;

  constructor(options: DashboardOptions<Socket, Reply>) {
    const { host, directory, clock, random } = options;
    this.#options = options;
    this.#assets = new Assets(directory);
    this.#codes = new Codes(clock, random);
    const seal = new Seal(() => host.secret(), random);
    this.#sessions = new Sessions({ seal, clock, random, userOf: (token) => host.userOf(token) });
  }

  async serve(request: PageRequest, socket: Socket): Promise<Reply | PageAnswer | SocketAnswer> {
    const { path, method } = request;
    if (request.tooLong) throw badRequest('number of URL query parameters exceeded limit');
    if (path === '/dashboard') return redirect(PREFIX);
    if (path.startsWith(`${API}/`)) return this.#api(request);
    if (path.startsWith(VIEWS)) return this.#view(request);
    if (path === '/dashboard/streams') return this.#streams(request);
    if (path === '/dashboard/session') return this.#session(request);
    if (path === '/dashboard/codes') return this.#code(request, socket);
    if (method !== 'GET' && method !== 'HEAD')
      throw methodNotAllowed({ resource: 'dashboard' }, method.toLowerCase());
    const answer = await this.#assets.answer(path.slice(PREFIX.length), request.headers);
    if (!answer) throw pageNotFound();
    return answer;
  }

  async #api(request: PageRequest): Promise<Reply> {
    const session = await this.#judged(request);
    const asked = apiRequest(request, request.path.slice(API.length), session);
    return this.#options.host.handle(asked, session.user);
  }

  /** What views need besides the API; all of it is read as the user. */
  async #view(request: PageRequest): Promise<PageAnswer> {
    const session = await this.#judged(request);
    this.#views ??= this.#openViews();
    const views = await this.#views;
    const { host } = this.#options;
    const headers = { ...session.as, accept: 'application/json' };
    const read: Reader = (path, query) =>
      host.read(
        { ...request, method: 'GET', path, query: new URLSearchParams(query), headers },
        session.user,
      );
    const view = request.path.slice(VIEWS.length);
    return json(200, await views.answer(request.method, view, request.query, read));
  }

  async #openViews(): Promise<Views> {
    const { host, clock, log } = this.#options;
    const [{ Views }, { measured }] = await Promise.all([
      import('./views/views.ts'),
      import('./usage/history.ts'),
    ]);
    return new Views({ measure: async () => measured(await host.usage()), clock, log });
  }

  /** The session of a request that comes from the page itself. */
  async #judged(request: PageRequest): Promise<Session> {
    checkOrigin(request);
    const session = await this.#sessions.judge(request.headers, keyOf(request));
    if (request.peer) request.peer.authenticated = true;
    return session;
  }

  async #streams(request: PageRequest): Promise<SocketAnswer> {
    const session = await this.#judged(request);
    if (!request.upgrade) throw badRequest('this path is for WebSockets');
    const { host, clock } = this.#options;
    // The handshake removes the subprotocols from the request.
    const key = keyOf(request);
    const judge = async (): Promise<User> => (await this.#sessions.judge(request.headers, key)).user;
    const tunnel = async (incoming: IncomingUpgrade) => {
      if (!isWebSocket(incoming.request)) throw badRequest('this path is for WebSockets');
      const socket = await acceptWebSocket(incoming, STREAMS_PROTOCOL, MOST_MESSAGE);
      await serveStreams({
        socket,
        clock,
        judge,
        watch: (url, accept, user, out) => {
          const { pathname, searchParams } = url;
          searchParams.set('watch', 'true');
          const { upgrade: _, ...plain } = request;
          const asked = apiRequest({ ...plain, method: 'GET', query: searchParams }, pathname, session);
          return host.watch({ ...asked, headers: { ...session.as, accept } }, user, out);
        },
      });
    };
    return { tunnel, proxy: () => Promise.reject(badRequest('this path is for WebSockets')) };
  }

  async #session(request: PageRequest): Promise<PageAnswer> {
    checkOrigin(request);
    checkHeader(request);
    if (request.method === 'POST') return this.#begin(request);
    const session = await this.#judged(request);
    if (request.method === 'GET') return json(200, shown(session));
    if (request.method !== 'DELETE')
      throw methodNotAllowed({ resource: 'session' }, request.method.toLowerCase());
    this.#sessions.end(session);
    return withCookies(json(200, {}), noCookies(isSecure(request)));
  }

  async #begin(request: PageRequest): Promise<PageAnswer> {
    const { code, token } = await loginOf(request);
    const beginning = code !== undefined ? this.#codes.take(code) : await this.#byToken(token);
    if (!beginning) throw unauthorized();
    const { key, cookies } = this.#sessions.begin(beginning, isSecure(request));
    const cookie = cookies.map((one) => one.split(';', 1)[0]).join('; ');
    const session = await this.#sessions.judge({ cookie }, key);
    if (request.peer) request.peer.authenticated = true;
    return withCookies(json(201, { key, ...shown(session) }), cookies);
  }

  async #byToken(token: string): Promise<Beginning | undefined> {
    const user = await this.#options.host.userOf(token);
    return user && this.#sessions.beginning({ user, token, certifiedUntil: undefined });
  }

  /** For `tiphys dashboard`, which shows who it is as with every other request. */
  async #code(request: PageRequest, socket: Socket): Promise<PageAnswer> {
    checkOrigin(request);
    checkHeader(request);
    if (request.method !== 'POST')
      throw methodNotAllowed({ resource: 'codes' }, request.method.toLowerCase());
    const sender = await this.#options.host.sender(request, socket);
    if (request.peer) request.peer.authenticated = true;
    if (sender.token !== undefined && sender.token.length > MOST_TOKEN) throw tooLong();
    const beginning = this.#sessions.beginning(sender, impersonation(request));
    if (!beginning)
      throw failure(403, 'Forbidden', 'a session needs a token or a client certificate of the user itself');
    const code = this.#codes.make(sender.user.name, beginning);
    return json(201, { code, expiresInSeconds: CODE_SECONDS, until: beginning.until });
  }
}

const tooLong = () => failure(413, 'RequestEntityTooLarge', `the token is longer than ${MOST_TOKEN} bytes`);

async function loginOf(request: PageRequest): Promise<{ code: string | undefined; token: string }> {
  if (!headerOf(request.headers, 'content-type')?.startsWith('application/json'))
    throw badRequest('the body must be JSON');
  let bytes = 0;
  const body = await request.body((more) => {
    bytes += more;
    if (bytes > MOST_LOGIN) throw tooLong();
  });
  let value: unknown;
  try {
    value = JSON.parse(body.toString());
  } catch {
    throw badRequest('the body must be JSON');
  }
  const { code, token } = (value ?? {}) as Record<string, unknown>;
  if (typeof code === 'string') return { code, token: '' };
  if (typeof token !== 'string' || token === '') throw badRequest('give a code or a token');
  if (token.length > MOST_TOKEN) throw tooLong();
  return { code: undefined, token };
}

/** The Impersonate headers: judged with every request of the session. */
function impersonation({ headers }: PageRequest): Record<string, string | readonly string[]> | undefined {
  const found = Object.entries(headers).filter(
    (entry): entry is [string, string | string[]] =>
      entry[0].startsWith('impersonate-') && entry[1] !== undefined,
  );
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}

const shown = ({ user, until, as }: Session) => ({
  user: user.name,
  until,
  ...(typeof as['impersonate-user'] === 'string' && { as: as['impersonate-user'] }),
});

/** The relay of `tiphys dashboard` says when browsers reach it without TLS. */
const isSecure = ({ headers }: PageRequest): boolean => headerOf(headers, 'x-forwarded-proto') !== 'http';

const json = (status: number, value: unknown): PageAnswer => ({
  status,
  headers: { ...DATA_HEADERS, 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify(value)),
});

const withCookies = (answer: PageAnswer, cookies: readonly string[]): PageAnswer => ({
  ...answer,
  headers: { ...answer.headers, 'set-cookie': cookies },
});

const redirect = (location: string): PageAnswer => ({
  status: 308,
  headers: { ...DATA_HEADERS, location },
  body: Buffer.alloc(0),
});
