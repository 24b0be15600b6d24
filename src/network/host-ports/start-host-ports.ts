// Serves NodePorts and LoadBalancer Services on the machine's 127.0.0.1. Called by the node agent, once per machine.
import { slicesByService } from '../../api/endpoints/slices.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { nameOf, splitKey } from '../../api/meta/v1/object.ts';
import { isNodeReady } from '../../api/nodes/readiness.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import { internalAddress } from '../node-address.ts';
import { HostPorts } from './listeners.ts';
import { LocalBalancers } from './load-balancer.ts';
import { type HostPort, nodesFor, wantedHostPorts } from './wanted.ts';

export interface HostPortsOptions {
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly log: Logger;
  /** LoadBalancer Services are served too. */
  readonly balances: boolean;
}

export interface RunningHostPorts {
  readonly balancers: LocalBalancers;
  stop(): void;
}

const ADDRESS = '127.0.0.1';
/** Changes within this time are handled together. */
const DEBOUNCE_MS = 20;

export function startHostPorts({ informers, clock, log, balances }: HostPortsOptions): RunningHostPorts {
  const services = informers.informer(Service);
  const nodes = informers.informer(Node);
  const slices = informers.informer(EndpointSlice);
  const targets = ({ service }: HostPort): string[] => {
    const { namespace, name } = splitKey(service);
    const own = () => slicesByService(slices.lister.list()).get(service) ?? [];
    const ready = nodes.lister.list().filter((node) => internalAddress(node) && isNodeReady(node));
    const names = nodesFor(services.lister.get(name, namespace), own, ready.map(nameOf));
    return ready
      .filter((node) => names.includes(nameOf(node)))
      .flatMap((node) => internalAddress(node) ?? []);
  };
  const ports = new HostPorts({ address: ADDRESS, nodes: targets, log });
  const stopping = new AbortController();
  let next: Promise<void> | undefined;
  let work: Promise<void> = Promise.resolve();
  const sync = (): Promise<void> => {
    next ??= clock.sleep(DEBOUNCE_MS, stopping.signal).then(() => {
      next = undefined;
      work = work.catch(() => {}).then(() => ports.sync(wantedHostPorts(services.lister.list(), balances)));
      return work;
    });
    return next;
  };
  const changed = () =>
    void sync().catch((error: unknown) => {
      if (!stopping.signal.aborted) log.warn('updating host ports failed', { error: messageOf(error) });
    });
  const remove = services.addHandler({ onAdd: changed, onUpdate: changed, onDelete: changed });
  return {
    balancers: new LocalBalancers({ address: ADDRESS, sync, open: () => ports.open() }),
    stop: () => {
      remove();
      stopping.abort();
      ports.close();
    },
  };
}
