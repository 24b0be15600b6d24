// NodePorts and LoadBalancer Services on the machine's 127.0.0.1, and the addresses in those Services' status.
import { Node } from '../../api/core/v1/node.ts';
import { Service } from '../../api/core/v1/service.ts';
import type { Client } from '../../client/client.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { HostPorts } from '../../network/host-ports/listeners.ts';
import { statusChanges, writeStatus } from '../../network/host-ports/load-balancer.ts';
import { wantedHostPorts } from '../../network/host-ports/wanted.ts';

export interface HostPortsOptions {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly log: Logger;
}

const ADDRESS = '127.0.0.1';
const GATHER = 20;

/** Returns how to stop. */
export function keepHostPorts({ client, informers, clock, log }: HostPortsOptions): () => void {
  const services = informers.informer(Service);
  const nodes = informers.informer(Node);
  const ports = new HostPorts({ address: ADDRESS, nodes: () => readyAddresses(nodes.lister.list()), log });
  let timer: Timer | undefined;
  let work: Promise<void> = Promise.resolve();
  const sync = async () => {
    await ports.sync(wantedHostPorts(services.lister.list()));
    const changes = statusChanges(services.lister.list(), ports.open(), ADDRESS);
    for (const { service, ips } of changes) await writeStatus(client, service, ips);
  };
  const changed = () => {
    timer?.cancel();
    timer = clock.after(GATHER, () => {
      work = work.then(sync).catch((error) => log.warn('opening ports of this machine failed', { error }));
    });
  };
  const remove = services.addHandler({ onAdd: changed, onUpdate: changed, onDelete: changed });
  return () => {
    remove();
    timer?.cancel();
    ports.close();
  };
}

function readyAddresses(nodes: readonly Readonly<Node>[]): string[] {
  return nodes
    .filter((node) => node.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True'))
    .flatMap((node) => node.status?.addresses?.find((a) => a.type === 'InternalIP')?.address ?? []);
}
