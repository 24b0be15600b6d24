// Serves NodePorts and LoadBalancer Services on the machine's 127.0.0.1, and writes that address into the status of
// LoadBalancer Services. Called by the node agent, once per machine.
import { slicesByService } from '../../api/endpoints/slices.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { nameOf, splitKey } from '../../api/meta/v1/object.ts';
import { isNodeReady } from '../../api/nodes/readiness.ts';
import type { Client } from '../../client/client.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { internalAddress } from '../node-address.ts';
import { HostPorts } from './listeners.ts';
import { statusChanges, writeStatus } from './load-balancer.ts';
import { type HostPort, nodesFor, wantedHostPorts } from './wanted.ts';

export interface HostPortsOptions {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly log: Logger;
}

const ADDRESS = '127.0.0.1';
/** Changes within this time are handled together. */
const DEBOUNCE_MS = 20;

/** Returns a function that stops it. */
export function startHostPorts({ client, informers, clock, log }: HostPortsOptions): () => void {
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
  let timer: Timer | undefined;
  let work: Promise<void> = Promise.resolve();
  const sync = async () => {
    await ports.sync(wantedHostPorts(services.lister.list()));
    const changes = statusChanges(services.lister.list(), ports.open(), ADDRESS);
    for (const { service, ips } of changes) await writeStatus(client, service, ips);
  };
  const changed = () => {
    timer?.cancel();
    timer = clock.after(DEBOUNCE_MS, () => {
      work = work.then(sync).catch((error) => log.warn('updating host ports failed', { error }));
    });
  };
  const remove = services.addHandler({ onAdd: changed, onUpdate: changed, onDelete: changed });
  return () => {
    remove();
    timer?.cancel();
    ports.close();
  };
}
