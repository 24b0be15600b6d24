// Announces the addresses of a pool from the nodes of this process. Called by the node agent, once per machine, when there is a pool.
import { slicesByService } from '../../api/endpoints/slices.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { keyOf, nameOf } from '../../api/meta/v1/object.ts';
import type { Client } from '../../client/client.ts';
import { createEventRecorder, referenceTo } from '../../client/events/events.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { nodesWithEndpoints } from '../balanced-addresses/endpoints.ts';
import { inRange, type Range } from '../balanced-addresses/ranges.ts';
import { internalAddress } from '../node-address.ts';
import type { NodeExec } from '../node-exec.ts';
import { Announcer } from './announcer.ts';
import { type Situation, servicesByAddress } from './election.ts';
import type { IsAnnounced } from './interfaces.ts';
import { Liveness, probeTcp } from './liveness.ts';
import { syncMachineRoutes } from './machine-routes.ts';
import { NodeAnnouncer } from './node-announcer.ts';

export interface AnnouncementsOptions {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly ranges: readonly Range[];
  readonly nodes: readonly {
    readonly name: string;
    readonly address: string;
    readonly exec: NodeExec;
    /** Not switched off. */
    readonly isOn: () => boolean;
  }[];
  /** The bridge that joins the nodes, and how to run programs beside it; undefined where the machine itself is the node. */
  readonly bridge:
    | { readonly name: string; readonly networks: readonly string[]; readonly exec: NodeExec }
    | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface RunningAnnouncements {
  /** A node was switched on or off. */
  changed(): void;
  stop(): void;
}

const KUBELET_PORT = 10_250;
const NODE_LINK = 'eth0';
/** Changes within this time are handled together. */
const DEBOUNCE_MS = 20;
/** How soon an address is put right that somebody else took away, or put elsewhere. */
const LOOK_EVERY_MS = 10_000;

export function startAnnouncer(options: AnnouncementsOptions): RunningAnnouncements {
  const { informers, ranges, bridge, clock, log } = options;
  const services = informers.informer(Service);
  const nodes = informers.informer(Node);
  const slices = informers.informer(EndpointSlice);
  const events = createEventRecorder({ ...options, component: 'load-balancer-announcer' });
  const isPooled = (address: string) => ranges.some((range) => inRange(range, address));
  const switches = new Map(options.nodes.map((node) => [node.name, node.isOn]));
  const addressOf = (name: string) => {
    const node = nodes.lister.get(name);
    return node && internalAddress(node);
  };
  const liveness = new Liveness({ clock, probe: probeTcp(clock, KUBELET_PORT), onChange: () => changed() });
  const situation = (): Situation => {
    let own: Map<string, EndpointSlice[]> | undefined;
    const found = new Map<string, Set<string>>();
    return {
      services: services.lister.list(),
      nodes: nodes.lister.list().filter(internalAddress),
      nodesWithEndpoints: (service) => {
        const key = keyOf(service);
        own ??= slicesByService(slices.lister.list());
        const names = found.get(key) ?? nodesWithEndpoints(own.get(key) ?? []);
        found.set(key, names);
        return names;
      },
      isAlive: (name) => (switches.get(name)?.() ?? true) && liveness.isAlive(addressOf(name) ?? ''),
      isPooled,
    };
  };
  const announcer = new Announcer({
    nodes: options.nodes.map(({ name, address, exec }) => {
      // On a node in a namespace of its own every whole address of its link is one that was announced, also for a pool of an earlier start.
      const isAnnounced: IsAnnounced = bridge ? (_, ifname) => ifname === NODE_LINK : isPooled;
      return new NodeAnnouncer({ name, exec, address, isAnnounced });
    }),
    situation,
    lead: async (addresses) => {
      if (bridge) await syncMachineRoutes({ ...bridge, bridge: bridge.name, isPooled }, addresses);
    },
    onAssigned: (service, node) =>
      events.record(
        referenceTo(Service, service),
        'Normal',
        'nodeAssigned',
        `announcing from node "${node}" with protocol "layer2"`,
      ),
    clock,
    log,
  });
  const stopping = new AbortController();
  let pending = false;
  const synced = Promise.all([services.synced(), nodes.synced(), slices.synced()]);
  const changed = () => {
    if (pending) return;
    pending = true;
    void synced
      .then(() => clock.sleep(DEBOUNCE_MS, stopping.signal))
      .then(() => {
        pending = false;
        watch();
        return announcer.changed();
      })
      .catch(() => {});
  };
  const isUsed = () => servicesByAddress({ services: services.lister.list(), isPooled }).size > 0;
  /** Nothing is asked while nothing is announced, or by a node of itself. */
  const watch = () => {
    const others = nodes.lister.list().filter((node) => bridge || !switches.has(nameOf(node)));
    liveness.watch(new Set(isUsed() ? others.flatMap((node) => internalAddress(node) ?? []) : []));
  };
  const handler = { onAdd: changed, onUpdate: changed, onDelete: changed };
  const removals = [services.addHandler(handler), nodes.addHandler(handler), slices.addHandler(handler)];
  const looks = clock.every(LOOK_EVERY_MS, () => void (isUsed() && announcer.look()));
  changed();
  return {
    changed,
    stop: () => {
      for (const remove of removals) remove();
      stopping.abort();
      looks.cancel();
      liveness.stop();
      announcer.stop();
    },
  };
}
