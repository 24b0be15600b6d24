// A loopback port on a node that leads to a living API server: kubelet, proxy and agent use it in place of a server's address. Knows
// the servers from where the node joined, later from the cluster, and from its disk after a restart. Called by what runs a node agent.
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { hostPort } from '../../kit/net/host-port.ts';
import type { Random } from '../../kit/random.ts';
import { parseServer, serverText } from './addresses.ts';
import { orderOf } from './choice.ts';
import { type Health, ServerHealth } from './health.ts';
import { httpsProber, type Prober } from './probe.ts';
import { Relay } from './relay.ts';
import { type Remembered, readRemembered, remember, writeRemembered } from './remembered.ts';

export interface ServerBalancerOptions {
  /** Those that the user named, as `host:port` or URL. */
  readonly servers: readonly string[];
  /** Where the servers are remembered. */
  readonly file: string;
  /** 127.0.0.1 when left out. */
  readonly address?: string;
  /** Any free one when left out. */
  readonly port?: number;
  /** PEM of the authority whose servers count; any server does when left out. */
  readonly ca?: () => string;
  /** A server has come, and this node should connect anew to have its share of it: when what is under way has ended. */
  readonly onSpread?: () => void;
  /** For tests. */
  readonly prober?: Prober;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface ServerBalancer {
  readonly address: string;
  readonly port: number;
  /** For a kubeconfig. */
  readonly url: string;
  /** The cluster has these servers now. An empty list changes nothing: without servers nobody could say so. */
  setServers(servers: readonly string[]): void;
  close(): Promise<void>;
}

/** Within this time the nodes of a cluster move some of their connections to a server that has come. */
const SPREAD_MS = 30_000;

export async function startServerBalancer(options: ServerBalancerOptions): Promise<ServerBalancer> {
  const balancer = new Balancer(options);
  const { address = '127.0.0.1', port = 0 } = options;
  const chosen = await balancer.relay.listen(address, port);
  return {
    address,
    port: chosen,
    url: `https://${hostPort(address, chosen)}`,
    setServers: (servers) => balancer.setServers(servers),
    close: () => balancer.close(),
  };
}

class Balancer {
  readonly #options: ServerBalancerOptions;
  readonly #prober: Prober;
  readonly #health: ServerHealth;
  readonly relay: Relay;
  #known: Remembered;
  #spread: Timer | undefined;

  constructor(options: ServerBalancerOptions) {
    this.#options = options;
    const { clock, file } = options;
    this.#prober = options.prober ?? httpsProber(clock, options.ca);
    this.#health = new ServerHealth({
      ...{ clock, probe: this.#prober.probe },
      onChange: (server, health, before) => this.#changed(server, health, before),
    });
    this.relay = new Relay({
      clock,
      order: () => this.#order(),
      onFailure: (server) => options.log.warn('an API server takes no connection', { server }),
    });
    const named = normal(options.servers);
    const remembered = readRemembered(file);
    // What the cluster said last is better than what the user said once.
    this.#known =
      remembered.current.length > 0
        ? { ...remembered, earlier: [...new Set([...remembered.earlier, ...named])] }
        : { current: named, earlier: remembered.earlier };
    this.#health.watch(this.#all());
  }

  setServers(servers: readonly string[]): void {
    const now = normal(servers).sort();
    const { current } = this.#known;
    if (now.length === 0 || now.join() === [...current].sort().join()) return;
    const come = now.filter((server) => !current.includes(server));
    this.#known = remember(this.#known, now);
    this.#options.log.info('API servers of the cluster', { servers: now.join(' ') });
    try {
      writeRemembered(this.#options.file, this.#known);
    } catch (error) {
      // On a full disk the node goes on with what it knows.
      this.#options.log.warn('the API servers could not be written down', { error });
    }
    this.#health.watch(this.#all());
    if (come.length > 0) this.#spreadSoon();
  }

  async close(): Promise<void> {
    this.#spread?.cancel();
    this.#health.stop();
    this.#prober.close();
    await this.relay.close();
  }

  #all(): string[] {
    const { current, earlier } = this.#known;
    return [...new Set([...current, ...earlier])];
  }

  #order(): string[] {
    const candidates = this.#all().map((name) => ({
      name,
      current: this.#known.current.includes(name),
      health: this.#health.of(name),
      connections: this.relay.connections(name),
    }));
    return orderOf(candidates, () => this.#options.random.float());
  }

  #changed(server: string, health: Health, before: Health): void {
    const { log } = this.#options;
    log.info('an API server changed', { server, health, before });
    const others = this.#known.current.filter((one) => one !== server);
    const another = others.some((one) => this.#health.of(one) === 'ready');
    // Its clients would wait for answers that do not come. Where no server answers, it may be this node that hears nothing.
    if (health !== 'ready' && another) this.relay.drop(server);
    if (health === 'ready' && this.#known.current.includes(server)) this.#spreadSoon();
  }

  /** Of N servers one has come: each node moves with a chance of 1 in N, and not all at once. */
  #spreadSoon(): void {
    const { clock, random, onSpread } = this.#options;
    if (!onSpread || this.#spread || this.#known.current.length < 2) return;
    if (random.float() >= 1 / this.#known.current.length) return;
    this.#spread = clock.after(random.float() * SPREAD_MS, () => {
      this.#spread = undefined;
      onSpread();
    });
  }
}

const normal = (servers: readonly string[]): string[] => [
  ...new Set(servers.flatMap((text) => parseServer(text) ?? []).map(serverText)),
];
