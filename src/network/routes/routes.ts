// The pod network between nodes on one link: each node routes the pod CIDRs of the others to their addresses.
// `wantedRoutes` and `routeChanges` are pure; RouteTable applies them. Called by start-routes.ts.
import { isIPv4 } from 'node:net';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import type { Logger } from '../../kit/log.ts';
import type { NodeExec } from '../node-exec.ts';

/** Pod CIDR → next hop. */
export type Routes = ReadonlyMap<string, string>;

/** The routes that node `self` needs. An empty name stands for a machine that is no node and routes to all of them. */
export function wantedRoutes(nodes: readonly Node[], self: string): Routes {
  const routes = new Map<string, string>();
  for (const node of nodes) {
    if (nameOf(node) === self) continue;
    const address = node.status?.addresses?.find((a) => a.type === 'InternalIP')?.address;
    const ranges = node.spec?.podCIDRs ?? (node.spec?.podCIDR ? [node.spec.podCIDR] : []);
    // Security: a node's own credentials can write these values, and they become input of root's `ip`. Only addresses may pass.
    if (address && isIPv4(address))
      for (const range of ranges) if (isRange(range)) routes.set(range, address);
  }
  return routes;
}

const isRange = (text: string): boolean => {
  const [address = '', bits = '', ...more] = text.split('/');
  return isIPv4(address) && /^\d{1,2}$/.test(bits) && more.length === 0;
};

/** The lines for `ip -batch` that turn `applied` into `wanted`. */
export function routeChanges(applied: Routes, wanted: Routes): string[] {
  const gone = [...applied.keys()].filter((range) => !wanted.has(range)).map((range) => `route del ${range}`);
  const set = [...wanted].filter(([range, hop]) => applied.get(range) !== hop);
  return [...gone, ...set.map(([range, hop]) => `route replace ${range} via ${hop}`)];
}

export class RouteTable {
  readonly #exec: NodeExec;
  readonly #self: string;
  readonly #log: Logger;
  #applied: Routes = new Map();
  #work: Promise<void> = Promise.resolve();

  constructor(options: { exec: NodeExec; self: string; log: Logger }) {
    this.#exec = options.exec;
    this.#self = options.self;
    this.#log = options.log;
  }

  /** Sets the routes for `nodes`; calls are applied one after another. After a failure the next call sets them. */
  sync(nodes: readonly Node[]): Promise<void> {
    const wanted = wantedRoutes(nodes, this.#self);
    this.#work = this.#work.then(() => this.#apply(wanted));
    return this.#work;
  }

  async #apply(wanted: Routes): Promise<void> {
    const lines = routeChanges(this.#applied, wanted);
    if (lines.length === 0) return;
    try {
      await this.#exec(['ip', '-force', '-batch', '-'], { input: `${lines.join('\n')}\n` });
      this.#applied = wanted;
    } catch (error) {
      this.#log.warn('setting routes failed', { error });
    }
  }
}
