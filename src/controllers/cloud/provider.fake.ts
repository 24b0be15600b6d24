// A provider in memory, for tests of the controllers: what it has, and what it was asked for.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { LoadBalancerStatus, Service } from '../../api/kinds/core/v1/service.ts';
import { keyOf, nameOf } from '../../api/meta/v1/object.ts';
import { silentLogger } from '../../kit/log.ts';
import { MetricsRegistry } from '../../kit/metrics.ts';
import type { SimCluster } from '../../sim/cluster.ts';
import type { CloudSettings } from './context.ts';
import type { CloudProvider, InstanceMetadata, Route } from './provider.ts';
import { startCloudControllers } from './start.ts';

export class FakeCloud {
  readonly calls: string[] = [];
  readonly balancers = new Map<string, LoadBalancerStatus>();
  /** By name of the node. */
  readonly machines = new Map<string, InstanceMetadata & { shutDown?: boolean }>();
  routes: Route[] = [];
  readonly metrics = new MetricsRegistry();
  /** Thrown by the call of this name. */
  readonly failures = new Map<string, Error>();
  stop: () => Promise<void> = async () => {};

  readonly provider: Required<Omit<CloudProvider, 'noLoadBalancers'>> = {
    loadBalancers: {
      find: async (service) => this.balancers.get(keyOf(service)),
      ensure: async (service, nodes) => {
        this.#asked('ensure', service, nodes);
        const key = keyOf(service);
        const free = { ingress: [{ ip: `192.0.2.${this.balancers.size + 1}` }] };
        const status = this.balancers.get(key) ?? free;
        this.balancers.set(key, status);
        return status;
      },
      update: async (service, nodes) => this.#asked('update', service, nodes),
      remove: async (service) => {
        this.#asked('remove', service);
        this.balancers.delete(keyOf(service));
      },
    },
    instances: {
      exists: async (node) => this.machines.has(nameOf(node)),
      isShutDown: async (node) => this.machines.get(nameOf(node))?.shutDown ?? false,
      metadata: async (node) => this.machines.get(nameOf(node)),
    },
    routes: {
      list: async () => this.routes,
      create: async (name, route) => {
        this.#asked('create', undefined, [], route.destinationCIDR);
        const isAnother = ({ targetNode, destinationCIDR }: Route) =>
          targetNode !== route.targetNode || destinationCIDR !== route.destinationCIDR;
        this.routes = [...this.routes.filter(isAnother), { name, ...route }];
      },
      remove: async (route) => {
        this.calls.push(`remove ${route.name}`);
        this.routes = this.routes.filter((one) => one !== route);
      },
    },
  };

  /** The controllers of this provider in `cluster`, until `stop`. */
  async run(
    cluster: SimCluster,
    parts: readonly (keyof FakeCloud['provider'])[],
    settings?: CloudSettings,
  ): Promise<void> {
    const { client, informers, clock, random } = cluster;
    const { metrics } = this;
    const context = { client, informers, clock, random, metrics, log: silentLogger };
    const has = Object.fromEntries(parts.map((part) => [part, this.provider[part]]));
    const running = startCloudControllers(context, has, settings);
    this.stop = () => running.stop();
    await running.started;
  }

  #asked(call: string, service?: Readonly<Service>, nodes: readonly Readonly<Node>[] = [], more = ''): void {
    this.calls.push(
      [call, service && nameOf(service), ...nodes.map(nameOf).sort(), more].filter(Boolean).join(' '),
    );
    const failure = this.failures.get(call);
    if (failure) throw failure;
  }
}
