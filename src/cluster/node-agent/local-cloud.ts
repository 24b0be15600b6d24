// The local cloud: its load balancers are ports of this machine's loopback, or addresses of a pool that nodes announce. The loop
// that looks after them runs in this process, beside ports and nodes, and is the only one that writes the addresses of Services.

import { Service } from '../../api/kinds/core/v1/service.ts';
import type { Client } from '../../client/client.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import { type LoadBalancers, RetryError } from '../../controllers/cloud/provider.ts';
import { startCloudControllers } from '../../controllers/cloud/start.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';
import { PoolBalancers } from '../../network/balanced-addresses/pool-balancers.ts';
import { rangesOf } from '../../network/balanced-addresses/ranges.ts';
import { BALANCER_CLASS } from '../../network/balanced-addresses/wishes.ts';
import type { LocalBalancers } from '../../network/host-ports/load-balancer.ts';
import { startHostPorts } from '../../network/host-ports/start-host-ports.ts';
import type { ClusterNodes } from '../nodes/create.ts';
import { loopbackRanges } from '../nodes/plan.ts';
import { announceAddresses } from './announcements.ts';
import type { RunningNodes } from './nodes.ts';

export interface LocalCloudOptions {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly cluster: ClusterNodes;
  readonly nodes: RunningNodes;
  /** False where another program looks after load balancers: then only NodePorts are served. */
  readonly balances: boolean;
}

/** How soon a port or an address that somebody else has is tried again. */
const RETRY_MS = 10_000;

/** Returns how to stop it. */
export async function startLocalCloud(options: LocalCloudOptions): Promise<() => Promise<void>> {
  const { balances, cluster, informers, log } = options;
  const pool = balances ? cluster.pool : [];
  const loopback = balances && pool.length === 0 ? loopbackRanges(cluster) : [];
  const networks = cluster.networks.flatMap(({ clusterCidr, nodeCidr }) => [clusterCidr, nodeCidr]);
  const ranges = rangesOf(loopback);
  const ports = startHostPorts({ ...options, ranges, networks, log: log.child('host-ports') });
  const services = informers.informer(Service);
  const loadBalancers =
    pool.length > 0
      ? providerOf(new PoolBalancers({ ranges: rangesOf(pool), services: () => services.lister.list() }))
      : providerOf(ports.balancers);
  const controllers =
    balances && startCloudControllers({ ...options, log: log.child('cloud') }, { loadBalancers });
  const endAnnouncements = pool.length > 0 ? await announceAddresses({ ...options, pool }) : undefined;
  return async () => {
    endAnnouncements?.();
    if (controllers) await controllers.stop();
    ports.stop();
  };
}

/** As the port of cloud providers has it. */
export function providerOf(balancers: LocalBalancers | PoolBalancers): LoadBalancers {
  return {
    className: BALANCER_CLASS,
    find: async (service) => (balancers.exists(service) ? {} : undefined),
    ensure: async (service) => {
      const ensured = await balancers.ensure(service);
      // Meanwhile it shows no address, also when it had one before this machine was started again.
      if ('problem' in ensured) throw new RetryError(ensured.problem, RETRY_MS, {});
      return ensured.status;
    },
    // Each connection goes to a node that is ready then; which node announces an address is found out by itself.
    update: async () => {},
    remove: async (service) => balancers.remove(service),
  };
}
