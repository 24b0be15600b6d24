// The pod network between nodes on one link: each node routes the pod CIDRs of the others to their addresses.
// `wantedRoutes` and `routeChanges` are pure; RouteTable applies them. Called by start-routes.ts.
import { isIPv4 } from 'node:net';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { Backoff } from '../../kit/backoff.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { internalAddress } from '../node-address.ts';
import type { NodeExec } from '../node-exec.ts';

/** Pod CIDR → address of the next hop; an empty address where it is not known which one is set. */
export type Routes = ReadonlyMap<string, string>;

/** The routes that node `self` needs. An empty name stands for a machine that is no node and routes to all of them. */
export function wantedRoutes(nodes: readonly Node[], self: string): Routes {
  const routes = new Map<string, string>();
  for (const node of nodes) {
    if (nameOf(node) === self) continue;
    const address = internalAddress(node);
    const ranges = node.spec?.podCIDRs ?? (node.spec?.podCIDR ? [node.spec.podCIDR] : []);
    // Security: a node's own credentials can write these values, and they become input of root's `ip`. Only addresses may pass.
    if (address && isIPv4(address))
      for (const range of ranges) if (isRange(range)) routes.set(range, address);
  }
  return routes;
}

/** The shortest prefix of a node's range: a shorter one would take over routes that are not of pods, 0.0.0.0/0 all of them. */
const SHORTEST_PREFIX = 16;

const isRange = (text: string): boolean => {
  const [address = '', bits = '', ...more] = text.split('/');
  if (!isIPv4(address) || !/^[0-9]{1,2}$/.test(bits) || more.length > 0) return false;
  return Number(bits) >= SHORTEST_PREFIX && Number(bits) <= 32;
};

/**
 * The lines for `ip -batch` that turn `applied` into `wanted`. They may be repeated: `flush` succeeds where `del` would
 * fail because the route is gone. `proto boot` is what `ip` itself sets, and spares the kernel's route of our own range.
 */
export function routeChanges(applied: Routes, wanted: Routes): string[] {
  const gone = [...applied.keys()]
    .filter((range) => !wanted.has(range))
    .map((range) => `route flush ${range} proto boot`);
  const set = [...wanted].filter(([range, hop]) => applied.get(range) !== hop);
  return [...gone, ...set.map(([range, hop]) => `route replace ${range} via ${hop}`)];
}

export interface RouteTableOptions {
  readonly exec: NodeExec;
  readonly self: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Milliseconds between attempts while `ip` fails, for example because a node's address is on no link yet. */
const BACKOFF = { base: 1_000, cap: 30_000 };

export class RouteTable {
  readonly #options: RouteTableOptions;
  readonly #backoff = new Backoff<'routes'>(BACKOFF);
  #wanted: Routes = new Map();
  #applied: Routes = new Map();
  #work: Promise<void> = Promise.resolve();
  #retry: Timer | undefined;
  #stopped = false;

  constructor(options: RouteTableOptions) {
    this.#options = options;
  }

  /** Sets the routes for `nodes`, and again with back-off when that fails; batches run one after another. */
  sync(nodes: readonly Node[]): Promise<void> {
    this.#wanted = wantedRoutes(nodes, this.#options.self);
    this.#work = this.#work.then(() => this.#apply());
    return this.#work;
  }

  /** Ends the retries; the routes stay. */
  stop(): void {
    this.#stopped = true;
    this.#retry?.cancel();
  }

  async #apply(): Promise<void> {
    this.#retry?.cancel();
    const wanted = this.#wanted;
    const lines = routeChanges(this.#applied, wanted);
    if (lines.length === 0 || this.#stopped) return;
    try {
      await this.#options.exec(['ip', '-force', '-batch', '-'], { input: `${lines.join('\n')}\n` });
      this.#applied = wanted;
      this.#backoff.forget('routes');
    } catch (error) {
      this.#failed(wanted, error);
    }
  }

  /** With -force, `ip` carries on after a line that fails: any of the old and new routes may be set now. */
  #failed(wanted: Routes, error: unknown): void {
    this.#applied = new Map([...this.#applied.keys(), ...wanted.keys()].map((range) => [range, '']));
    const wait = this.#backoff.next('routes');
    this.#options.log.warn('setting routes failed, trying again', { wait, error });
    if (this.#stopped) return;
    this.#retry = this.#options.clock.after(wait, () => {
      this.#work = this.#work.then(() => this.#apply());
    });
  }
}
