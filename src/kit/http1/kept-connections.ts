// Connections to other servers that are kept open between requests: one pool for each address, server name, authorities and client
// certificate. A request whose kept connection was closed by the server meanwhile is sent once more, over a new one, where that
// is safe. Used for webhooks (apiserver/webhooks, apiserver/remote) and aggregation (apiserver/aggregation/forwarding).
// HTTP/1.1 only, as upstream's clients of webhooks.
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Clock } from '../clock.ts';
import { DialError, startRequest, type TlsTarget, type UpgradeRequest } from './upgrade.ts';

export interface KeptRequest extends UpgradeRequest {
  /** Sends the body, and ends the request. It is called again if the request is sent once more, unless `once` says that it cannot. */
  readonly feed: (outgoing: ClientRequest) => void;
  readonly once?: boolean;
}

export interface KeptLimits {
  /** Milliseconds after which a connection that nobody uses is closed, or a second before the server said that it would close it. */
  readonly idleMs: number;
  /** Connections without a request. If there are more in all, those that have been idle for longest are closed. */
  readonly idlePerServer: number;
  readonly idle: number;
  /** Connections to one server; further requests wait for one until their time is over. */
  readonly perServer: number;
}

/** The first two are those of client-go and of Go's transport. */
const LIMITS: KeptLimits = { idleMs: 90_000, idlePerServer: 25, idle: 250, perServer: 5_000 };
/** As in Go's net package. */
const KEEP_ALIVE_MS = 15_000;
/** Authorities and certificates whose parsed form is kept: parsing takes a millisecond, and much more for many authorities. */
const MOST_CONTEXTS = 200;

/** How often more of them may end while this process looks. */
const MOST_LOOKS = 3;

export class KeptConnections {
  readonly #clock: Pick<Clock, 'turn'>;
  readonly #limits: KeptLimits;
  readonly #idle = new Set<Duplex>();
  readonly #used = new WeakSet<Duplex>();
  readonly #contexts = new Map<string, SecureContext>();
  readonly #numbers = new WeakMap<SecureContext, number>();
  #lastNumber = 0;
  readonly #plain: HttpAgent;
  readonly #secure: HttpsAgent;

  constructor(clock: Pick<Clock, 'turn'>, limits: Partial<KeptLimits> = {}) {
    this.#clock = clock;
    this.#limits = { ...LIMITS, ...limits };
    const { idleMs, idlePerServer, perServer } = this.#limits;
    const options = {
      keepAlive: true,
      keepAliveMsecs: KEEP_ALIVE_MS,
      timeout: idleMs,
      maxFreeSockets: idlePerServer,
      maxSockets: perServer,
    };
    this.#plain = this.#counted(new HttpAgent(options));
    // With a resumed session the server's certificate would not be verified again.
    this.#secure = this.#counted(new HttpsAgent({ ...options, maxCachedSessions: 0 }));
  }

  /** Ends all connections, and the requests that use them. */
  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }

  /** Resolves with the response; rejects with a DialError. */
  async send(request: KeptRequest): Promise<IncomingMessage> {
    const { tls: wanted, signal } = request;
    const tls = wanted && this.#prepared(request.host, wanted);
    const agent = tls ? this.#secure : this.#plain;
    const target = { ...request, ...(tls && { tls }), agent };
    const pool = this.#nameOf({ ...target, ...tls });
    if (agent.freeSockets[pool]) await this.#findClosed(agent, pool);
    const first = this.#attempt(target);
    try {
      return await first.response;
    } catch (error) {
      if (request.once || signal?.aborted || !first.mayRepeat()) throw error;
    }
    // The server has closed one: probably all of them.
    for (const socket of agent.freeSockets[pool] ?? []) socket.destroy();
    return this.#attempt(target).response;
  }

  /** Closes those that the server has closed, as far as this process can know it: no request must be lost on them. */
  async #findClosed(agent: HttpAgent, pool: string): Promise<void> {
    // In one turn the event loop may not have looked for input.
    await this.#clock.turn();
    await this.#clock.turn();
    for (let i = 0; i < MOST_LOOKS; i++) {
      const ended = (agent.freeSockets[pool] ?? []).filter((one) => one.readableEnded || one.destroyed);
      if (ended.length === 0) return;
      for (const socket of ended) socket.destroy();
      // The agent forgets them.
      await this.#clock.turn();
    }
  }

  #attempt(target: KeptRequest): { response: Promise<IncomingMessage>; mayRepeat: () => boolean } {
    const outgoing = startRequest(target);
    let kept: { readonly socket: Socket; readonly written: number; readonly read: number } | undefined;
    outgoing.once('socket', (socket) => {
      if (this.#used.has(socket)) {
        kept = { socket, written: socket.bytesWritten, read: socket.bytesRead };
        return;
      }
      this.#used.add(socket);
      socket.once('close', () => this.#idle.delete(socket));
    });
    const response = new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.on('response', resolve);
      outgoing.on('error', (error) => reject(new DialError(target, error)));
      target.feed(outgoing);
    });
    const mayRepeat = () => {
      if (!kept) return false;
      const { socket, written, read } = kept;
      return socket.bytesWritten === written || (IDEMPOTENT.has(target.method) && socket.bytesRead === read);
    };
    return { response, mayRepeat };
  }

  #counted<A extends HttpAgent>(agent: A): A {
    const keep: (socket: Duplex) => unknown = agent.keepSocketAlive.bind(agent);
    const reuse = agent.reuseSocket.bind(agent);
    agent.getName = (options = {}) => this.#nameOf(options);
    agent.keepSocketAlive = (socket) => {
      if (keep(socket) === false) return false;
      this.#idle.add(socket);
      if (this.#idle.size > this.#limits.idle) this.#closeOldest();
      return true;
    };
    agent.reuseSocket = (socket, request) => {
      this.#idle.delete(socket);
      reuse(socket, request);
    };
    return agent;
  }

  #closeOldest(): void {
    const [oldest] = this.#idle;
    if (!oldest) return;
    this.#idle.delete(oldest);
    oldest.destroy();
  }

  /** The name that the certificate must have is always said: Node.js would take it from the header Host. */
  #prepared(host: string, tls: TlsTarget) {
    return {
      secureContext: tls.secureContext ?? this.#contextOf(tls),
      servername: tls.servername ?? (isIP(host) ? '' : host),
      rejectUnauthorized: tls.rejectUnauthorized ?? true,
    };
  }

  #nameOf({ host, port, servername, rejectUnauthorized = true, secureContext }: Named): string {
    return [host, port, servername, rejectUnauthorized, secureContext && this.#numberOf(secureContext)].join(
      ' ',
    );
  }

  #numberOf(context: SecureContext): number {
    const number = this.#numbers.get(context) ?? ++this.#lastNumber;
    this.#numbers.set(context, number);
    return number;
  }

  #contextOf({ ca, cert, key }: TlsTarget): SecureContext {
    const name = [ca, cert, key].map((pem) => String(pem ?? '')).join('\0');
    const known = this.#contexts.get(name);
    this.#contexts.delete(name);
    const context =
      known ??
      createSecureContext({ ...(ca && { ca: ca as string }), ...(cert && { cert }), ...(key && { key }) });
    this.#contexts.set(name, context);
    if (this.#contexts.size > MOST_CONTEXTS) {
      const [oldest = ''] = this.#contexts.keys();
      this.#contexts.delete(oldest);
    }
    return context;
  }
}

/** Methods that may be repeated although the server may have got the request (RFC 9110, 9.2.2), as Go's transport has them. */
const IDEMPOTENT: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** What connections are kept by. */
interface Named {
  readonly host?: string | null | undefined;
  readonly port?: string | number | null | undefined;
  readonly servername?: string | undefined;
  readonly rejectUnauthorized?: boolean | undefined;
  readonly secureContext?: SecureContext | undefined;
}
