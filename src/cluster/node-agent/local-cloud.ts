// The local cloud: its load balancers are ports of this machine's loopback. The loop that looks after them runs in this process,
// beside the ports, and is the only one that writes the addresses of Services.

import type { Client } from '../../client/client.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import { type LoadBalancers, RetryError } from '../../controllers/cloud/provider.ts';
import { startCloudControllers } from '../../controllers/cloud/start.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';
import { type Range, rangeOf } from '../../network/balanced-addresses/ranges.ts';
import { BALANCER_CLASS } from '../../network/balanced-addresses/wishes.ts';
import type { LocalBalancers } from '../../network/host-ports/load-balancer.ts';
import { startHostPorts } from '../../network/host-ports/start-host-ports.ts';
import { loopbackRanges, type NodesPlan } from '../nodes/plan.ts';

export interface LocalCloudOptions {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly cluster: Pick<NodesPlan, 'index'>;
  /** False where another program looks after load balancers: then only NodePorts are served. */
  readonly balances: boolean;
}

/** How soon a port that somebody else has is tried again. */
const RETRY_MS = 10_000;

/** Returns how to stop it. */
export function startLocalCloud(options: LocalCloudOptions): () => Promise<void> {
  const { balances, log } = options;
  const ranges = balances
    ? loopbackRanges(options.cluster).flatMap((text): Range[] =>
        [rangeOf(text)].flatMap((range) => range ?? []),
      )
    : [];
  const ports = startHostPorts({ ...options, ranges, log: log.child('host-ports') });
  const controllers =
    balances &&
    startCloudControllers({ ...options, log: log.child('cloud') }, { loadBalancers: of(ports.balancers) });
  return async () => {
    if (controllers) await controllers.stop();
    ports.stop();
  };
}

function of(balancers: LocalBalancers): LoadBalancers {
  return {
    className: BALANCER_CLASS,
    find: async (service) => (balancers.exists(service) ? {} : undefined),
    ensure: async (service) => {
      const ensured = await balancers.ensure(service);
      // Meanwhile it shows no address, also when it had one before this machine was started again.
      if ('problem' in ensured) throw new RetryError(ensured.problem, RETRY_MS, {});
      return ensured.status;
    },
    // Each connection goes to a node that is ready then.
    update: async () => {},
    remove: (service) => balancers.remove(service),
  };
}
