// Names outside the cluster: answered by the cache, else by the servers of their stub domain, of the ConfigMap or of the node's
// resolv.conf, in this order of preference. The first is asked, and the next when it does not answer. Called by resolver.ts.
import type { Logger } from '../../../kit/log.ts';
import { RCODE } from '../message/codes.ts';
import type { Question } from '../message/question.ts';
import type { Reply } from '../message/reply.ts';
import type { UpstreamReply } from '../message/unpack.ts';
import { ReplyCache } from './reply-cache.ts';
import { addressText, type ServerAddress } from './server-address.ts';
import { type ForwardSettings, NO_SETTINGS, stubDomainOf } from './settings.ts';
import { Upstream, type UpstreamCounts, type UpstreamOptions } from './upstream.ts';

export interface ForwarderOptions extends UpstreamOptions {
  /** Of the node; called for each query that the cache does not answer. */
  readonly nodeServers: () => readonly ServerAddress[];
  readonly counts: ForwardCounts;
  /** Names for which there is no server are refused, rather than failing. */
  readonly isolated: boolean;
  readonly log: Logger;
}

export interface ForwardCounts extends UpstreamCounts {
  rejected(): void;
  allDown(): void;
}

/** Queries under way at a time, as in kubeadm's CoreDNS (max_concurrent): each holds a socket. */
const MOST_CONCURRENT = 1_000;
/** Clients that wait for them: of all queries, and of one client, so that its names do not keep out those of others. */
const MOST_WAITING = 4_000;
const MOST_OF_ONE = 250;
/** Milliseconds to wait for one server, for all of them, and for all while the cache has an expired reply: a resolver
 *  library waits for 5 s, and RFC 8767 proposes 1.8 s. */
const TIMEOUT = 2_000;
const PATIENCE = 5_000;
const PATIENCE_WITH_STALE = 1_800;
/** Of the node's servers and their like, as CoreDNS allows. */
const MOST_SERVERS = 15;
/** More than a ConfigMap can name. */
const MOST_KNOWN = 20_000;

export class Forwarder {
  readonly cache: ReplyCache;
  readonly #options: ForwarderOptions;
  readonly #upstreams = new Map<string, Upstream>();
  readonly #running = new Map<string, Promise<Reply>>();
  readonly #byClient = new Map<string, number>();
  #waiting = 0;
  #settings = NO_SETTINGS;

  constructor(options: ForwarderOptions) {
    this.#options = options;
    this.cache = new ReplyCache(options.clock);
  }

  configure(settings: ForwardSettings): void {
    this.#settings = settings;
    this.cache.clear();
    this.#upstreams.clear();
  }

  /** The reply to a question that the cache does not answer: SERVFAIL when no server does, REFUSED when too many are under way. */
  ask(question: Question, client: string): Promise<Reply> {
    const own = this.#byClient.get(client) ?? 0;
    const running = this.#running.get(question.key);
    const isFull = !running && this.#running.size >= MOST_CONCURRENT;
    if (isFull || this.#waiting >= MOST_WAITING || own >= MOST_OF_ONE) {
      this.#options.counts.rejected();
      return Promise.resolve(failure(RCODE.REFUSED));
    }
    this.#count(client, own + 1);
    return (running ?? this.#start(question)).finally(() =>
      this.#count(client, this.#byClient.get(client)! - 1),
    );
  }

  /** Whoever asks the same meanwhile waits for the same reply. */
  #start(question: Question): Promise<Reply> {
    const running = this.#ask(question).finally(() => this.#running.delete(question.key));
    this.#running.set(question.key, running);
    return running;
  }

  #count(client: string, waiting: number): void {
    this.#waiting += waiting - (this.#byClient.get(client) ?? 0);
    if (waiting > 0) this.#byClient.set(client, waiting);
    else this.#byClient.delete(client);
  }

  /** A query has come in for `name`: true when it is one that this server sent to find loops. */
  noticesLoop(name: string): boolean {
    for (const upstream of this.#upstreams.values())
      if (upstream.noticesLoop(name)) {
        const server = upstream.name;
        this.#options.log.warn('upstream DNS server sends queries back to this server, and is not used', {
          server,
        });
        return true;
      }
    return false;
  }

  async #ask(question: Question): Promise<Reply> {
    const servers = this.#serversFor(question.name);
    if (servers.length === 0) return failure(this.#options.isolated ? RCODE.REFUSED : RCODE.SERVFAIL);
    const stale = this.cache.hasStale(question.key);
    const reply =
      stale && servers.every(({ isDown }) => isDown)
        ? undefined
        : await this.#first(servers, question, stale);
    if (reply && !(stale && reply.rcode === RCODE.SERVFAIL)) return this.cache.put(question.key, reply);
    for (const server of servers) if (server.isDown) server.probe();
    return this.cache.stale(question.key) ?? failure(RCODE.SERVFAIL);
  }

  /** The first good reply; when servers only refuse or fail, what the last one said. */
  async #first(
    servers: readonly Upstream[],
    question: Question,
    stale: boolean,
  ): Promise<UpstreamReply | undefined> {
    const { clock, log, counts } = this.#options;
    const end = clock.monotonic() + (stale ? PATIENCE_WITH_STALE : PATIENCE);
    const up = servers.filter(({ isDown }) => !isDown);
    if (up.length === 0) counts.allDown();
    for (const server of servers) if (server.isDown) server.probe();
    let refusal: UpstreamReply | undefined;
    for (const server of up.length > 0 ? up : servers) {
      const left = end - clock.monotonic();
      if (left <= 0) break;
      try {
        const reply = await server.ask(question, Math.min(TIMEOUT, left));
        if (reply.rcode === RCODE.NOERROR || reply.rcode === RCODE.NXDOMAIN) return reply;
        refusal = reply;
      } catch (error) {
        log.debug('upstream DNS server failed', { server: server.name, error });
      }
    }
    return refusal;
  }

  #serversFor(name: string): Upstream[] {
    const { stubDomains, upstream } = this.#settings;
    const stub = stubDomainOf(this.#settings, name);
    const addresses = stub === undefined ? (upstream ?? this.#options.nodeServers()) : stubDomains.get(stub)!;
    return addresses
      .slice(0, MOST_SERVERS)
      .map((address) => this.#upstream(address))
      .filter(({ isUsable }) => isUsable);
  }

  #upstream(address: ServerAddress): Upstream {
    const name = addressText(address);
    let upstream = this.#upstreams.get(name);
    if (!upstream) {
      // Those of networks that the machine has left.
      if (this.#upstreams.size > MOST_KNOWN) this.#upstreams.clear();
      upstream = new Upstream(address, this.#options);
      this.#upstreams.set(name, upstream);
    }
    return upstream;
  }
}

/** A reply without records. */
export const failure = (rcode: number): Reply => ({
  rcode,
  authoritative: false,
  authenticated: false,
  origin: rcode === RCODE.REFUSED ? '' : 'forward',
  records: Buffer.alloc(0),
  answers: 0,
  authorities: 0,
  additionals: 0,
  ends: [],
  addresses: undefined,
});
