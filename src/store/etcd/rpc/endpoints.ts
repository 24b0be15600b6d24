// The members of etcd that this server may ask, and the one that it asks now. A member counts as living when it answers a
// linearizable read, which needs a quorum: one that is cut off from the others is left, too. A call that fails with
// `unavailable`, and the watchdog, have all of them asked; the first to answer is used from then on.
// Called by everything in this folder that talks to etcd.
import { Backoff } from '../../../kit/backoff.ts';
import type { Clock } from '../../../kit/clock.ts';
import { GrpcClient, type Method } from '../../../kit/grpc/client.ts';
import type { TlsOptions } from '../../../kit/grpc/connection.ts';
import { isGrpcError, rpcErrorText } from '../../../kit/grpc/status.ts';
import type { Logger } from '../../../kit/log.ts';
import { RANGE } from './methods.ts';

type Material = { readonly ca?: string; readonly cert?: string; readonly key?: string };
/** PEM; a function is called for each connection, so that renewed certificates are used. */
export type EtcdTls = Material | (() => Material);

export interface EndpointsOptions {
  /** URLs, as --etcd-servers has them: http://host:port or https://host:port. */
  readonly urls: readonly string[];
  readonly tls?: EtcdTls;
  /** The member to try first, which differs between servers. */
  readonly first: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** A key that a user of etcd with rights on the prefix may read. */
  readonly probeKey: Buffer;
}

/** How long a member may take to answer before another is used. */
const PROBE_MS = 2_000;
const BACKOFF = { base: 100, cap: 2_000 };
/** One page of large objects, and one part of a watch's answer, fit. */
const MAX_MESSAGE_SIZE = 64 << 20;

export class Endpoints {
  readonly #options: EndpointsOptions;
  readonly #clients: readonly { readonly url: string; readonly client: GrpcClient }[];
  readonly #stop = new AbortController();
  #active: number;
  #choosing: Promise<void> | undefined;
  #problem: string | undefined;

  constructor(options: EndpointsOptions) {
    this.#options = options;
    const { urls, clock, tls } = options;
    this.#clients = urls.map((url) => ({
      url,
      client: new GrpcClient({ target: targetOf(url, tls), clock, maxMessageSize: MAX_MESSAGE_SIZE }),
    }));
    this.#active = options.first % urls.length;
  }

  /** The client of the member in use. Its streams end when another takes its place. */
  get client(): GrpcClient {
    return this.#clients[this.#active]!.client;
  }

  get url(): string {
    return this.#clients[this.#active]!.url;
  }

  /** Why no member could be reached when they were asked last. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** One call to the member in use. */
  async call<Req, Res>(method: Method<Req, Res>, request: Req, timeout: number): Promise<Res> {
    try {
      return await this.client.unary(method, request, { timeout, signal: this.#stop.signal });
    } catch (error) {
      if (isGrpcError(error, 'unavailable')) void this.choose();
      throw error;
    }
  }

  /** Asks all members until one answers, which is then used. Callers share one round; resolves at once after close(). */
  choose(): Promise<void> {
    this.#choosing ??= this.#choose().finally(() => {
      this.#choosing = undefined;
    });
    return this.#choosing;
  }

  close(): void {
    this.#stop.abort();
    for (const { client } of this.#clients) client.close();
  }

  async #choose(): Promise<void> {
    const { clock, log } = this.#options;
    const backoff = new Backoff<'choose'>(BACKOFF);
    while (!this.#stop.signal.aborted) {
      try {
        const found = await this.#firstToAnswer();
        if (this.#problem !== undefined)
          log.info('etcd answers again', { endpoint: this.#clients[found]!.url });
        this.#problem = undefined;
        this.#use(found);
        return;
      } catch (error) {
        const reasons =
          error instanceof AggregateError ? error.errors.map(rpcErrorText) : [rpcErrorText(error)];
        if (this.#stop.signal.aborted) return;
        if (this.#problem === undefined)
          log.warn('no member of etcd answers', { reasons: reasons.join('; ') });
        this.#problem = reasons[0] ?? 'no answer';
        await clock.sleep(backoff.next('choose'), this.#stop.signal).catch(() => {});
      }
    }
  }

  /** The member in use first: a change costs all that is under way there. */
  async #firstToAnswer(): Promise<number> {
    const probes = this.#clients.map(({ client }, index) =>
      client
        .unary(
          RANGE,
          { key: this.#options.probeKey, count_only: true },
          { timeout: PROBE_MS, signal: this.#stop.signal },
        )
        .then(() => index),
    );
    // Nobody may be asked about the others yet when they fail.
    for (const probe of probes) probe.catch(() => {});
    const active = probes[this.#active]!;
    const ahead = this.#options.clock.sleep(ADVANTAGE_MS).then(() => Promise.any(probes));
    return Promise.any([active, ahead]);
  }

  #use(index: number): void {
    if (index === this.#active) return;
    const { url, client } = this.#clients[this.#active]!;
    this.#active = index;
    this.#options.log.info('another member of etcd is used', { from: url, to: this.url });
    // What is under way there fails now instead of at its deadline.
    client.close();
  }
}

/** How much longer than the others the member in use may take. */
const ADVANTAGE_MS = 100;

function targetOf(
  url: string,
  tls: EndpointsOptions['tls'],
): ConstructorParameters<typeof GrpcClient>[0]['target'] {
  const parsed = URL.parse(url.includes('://') ? url : `http://${url}`);
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol) || !parsed.hostname)
    throw new Error(`the URL of an etcd server is http://host:port or https://host:port, not ${url}`);
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  const port = Number(parsed.port || 2379);
  const secure: { tls?: TlsOptions | (() => TlsOptions) } =
    parsed.protocol === 'https:' ? { tls: tls ?? {} } : {};
  return { host, port, ...secure };
}
