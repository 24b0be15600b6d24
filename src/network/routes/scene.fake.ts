// Nodes of a pod network for tests: Node objects, and one node's PodRoutes over a kernel in memory on a stepped clock.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { silentLogger } from '../../kit/log.ts';
import { ANNOTATION, annotationOf, type Endpoint } from './annotation.ts';
import { FakeKernel } from './kernel.fake.ts';
import type { Mode } from './paths.ts';
import { PodRoutes } from './pod-routes.ts';

export interface NodeFacts {
  readonly ranges: readonly string[];
  readonly addresses: readonly string[];
  readonly end?: Endpoint;
  readonly created?: string;
}

export const aPeer = (
  name: string,
  { ranges, addresses, end, created = '2026-01-01T00:00:00Z' }: NodeFacts,
): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name,
    creationTimestamp: created,
    ...(end && { annotations: { [ANNOTATION]: annotationOf(end) } }),
  },
  spec: { podCIDR: ranges[0]!, podCIDRs: [...ranges] },
  status: { addresses: addresses.map((address) => ({ type: 'InternalIP', address })) },
});

export const vxlanEnd = (address: string, last: string): Endpoint => ({
  backend: 'vxlan',
  address,
  id: `02:00:00:00:00:${last}`,
});

export const SELF = aPeer('self', { ranges: ['10.1.0.0/24'], addresses: ['192.0.2.1'] });
/** On the link of `self`, and behind a router. */
export const NEAR = aPeer('near', { ranges: ['10.1.1.0/24'], addresses: ['192.0.2.2'] });
export const FAR_FACTS = { ranges: ['10.1.2.0/24'], addresses: ['198.51.100.3'] };
export const FAR = aPeer('far', { ...FAR_FACTS, end: vxlanEnd('198.51.100.3', '03') });

/** What `self` knows and does. */
export class RoutesScene {
  readonly kernel = new FakeKernel();
  readonly clock = new SteppedClock();
  readonly published: (string | null)[] = [];
  readonly mtus: number[] = [];
  nodes: Node[] = [SELF, NEAR, FAR];
  publishFails = false;
  readonly #options: { readonly mode: Mode; readonly nodeName?: string; readonly keyFile?: string };
  #routes: PodRoutes;

  constructor(options: { readonly mode: Mode; readonly nodeName?: string; readonly keyFile?: string }) {
    this.#options = options;
    this.kernel.addLink('lo', ['127.0.0.1/8', '::1/128'], 65_536);
    this.kernel.addLink('eth0', ['192.0.2.1/24', '2001:db8::1/64']);
    this.#routes = this.#start();
  }

  sync(): Promise<void> {
    return this.#routes.sync();
  }

  /** Another agent takes over. */
  async restart(): Promise<void> {
    this.#routes.stop();
    this.kernel.changes.length = 0;
    this.#routes = this.#start();
    await this.sync();
  }

  stop(): void {
    this.#routes.stop();
  }

  /** The nodes of the next round, and the lines that it took. */
  async with(...nodes: Node[]): Promise<readonly string[]> {
    this.nodes = nodes;
    this.kernel.changes.length = 0;
    await this.sync();
    return [...this.kernel.changes];
  }

  /** Range → how it is reached. */
  get routes(): Record<string, string> {
    return Object.fromEntries(this.kernel.routes.map(({ range, how }) => [range, how]));
  }

  #start(): PodRoutes {
    const { kernel, clock } = this;
    return new PodRoutes({
      nodeName: 'self',
      ...this.#options,
      device: 'tunnel',
      metric: 7_700,
      exec: kernel.exec,
      nodes: () => this.nodes,
      publish: async (annotation) => {
        if (this.publishFails) throw new Error('no API server');
        this.published.push(annotation);
      },
      onMtu: async (mtu) => void this.mtus.push(mtu),
      clock,
      log: silentLogger,
    });
  }
}
