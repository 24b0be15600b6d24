// Serves NodePorts and LoadBalancer Services on the machine's loopback. Called by the node agent, once per machine.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { inNetwork, type Range } from '../balanced-addresses/ranges.ts';
import { HostPorts } from './listeners.ts';
import { LocalBalancers } from './load-balancer.ts';
import { targetsIn } from './targets.ts';
import { wantedHostPorts } from './wanted.ts';

export interface HostPortsOptions {
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly log: Logger;
  /** Loopback addresses for LoadBalancer Services; none where these are served elsewhere. */
  readonly ranges: readonly Range[];
  /** Networks of nodes and pods. */
  readonly networks: readonly string[];
}

export interface RunningHostPorts {
  readonly balancers: LocalBalancers;
  stop(): void;
}

/** Changes within this time are handled together. */
const DEBOUNCE_MS = 20;

export function startHostPorts({
  informers,
  clock,
  log,
  ranges,
  networks,
}: HostPortsOptions): RunningHostPorts {
  const services = informers.informer(Service);
  const nodes = informers.informer(Node);
  const slices = informers.informer(EndpointSlice);
  const choose = targetsIn({
    service: (key) => services.lister.byKey(key),
    nodes: () => nodes.lister.list(),
    slices: () => slices.lister.list(),
    isInside: (address) => networks.some((network) => inNetwork(network, address)),
  });
  const ports = new HostPorts({ choose, clock, log });
  const stopping = new AbortController();
  let next: Promise<void> | undefined;
  let work: Promise<void> = Promise.resolve();
  const apply = () => {
    balancers.adopt();
    return ports.sync(wantedHostPorts(services.lister.list(), (service) => balancers.addressesOf(service)));
  };
  const sync = (): Promise<void> => {
    next ??= clock.sleep(DEBOUNCE_MS, stopping.signal).then(() => {
      next = undefined;
      work = work.catch(() => {}).then(apply);
      return work;
    });
    return next;
  };
  const changed = () =>
    void sync().catch((error: unknown) => {
      if (!stopping.signal.aborted) log.warn('updating host ports failed', { error: messageOf(error) });
    });
  const balancers = new LocalBalancers({
    ranges,
    services: () => services.lister.list(),
    sync,
    holder: (id) => ports.holder(id),
  });
  const remove = services.addHandler({ onAdd: changed, onUpdate: changed, onDelete: changed });
  return {
    balancers,
    stop: () => {
      remove();
      stopping.abort();
      ports.close();
    },
  };
}
