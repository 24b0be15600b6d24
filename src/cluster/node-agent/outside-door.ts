// The outside door of a cluster on one machine: HAProxy beside the node agent, at an address of the machine's loopback range and at
// the machine's address in the nodes' network. Until there is an Ingress it is one watch. Called by agent.ts.
import { BlockList } from 'node:net';
import { Ingress } from '../../api/kinds/networking/v1/ingress.ts';
import type { Client } from '../../client/client.ts';
import { InformerFactory } from '../../client/informer/factory.ts';
import type { Door } from '../../gateway/door.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Random } from '../../kit/random.ts';
import type { ClusterNodes } from '../nodes/create.ts';
import { doorAddress, doorDirectory } from '../nodes/plan.ts';

export interface OutsideDoorOptions {
  readonly cluster: ClusterNodes;
  /** With the door's own rights. */
  readonly client: Client;
  /** Has Services and EndpointSlices, which the agent watches anyway. */
  readonly network: InformerFactory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Of an isolated cluster nothing leads out: endpoints that a user writes must not either. */
function reachesOf({ isolated, networks }: ClusterNodes): (ip: string) => boolean {
  if (!isolated) return () => true;
  const own = new BlockList();
  for (const { clusterCidr, nodeCidr, family } of networks)
    for (const range of [clusterCidr, nodeCidr]) {
      const [address, bits] = range.split('/');
      own.addSubnet(address!, Number(bits), family === 'IPv4' ? 'ipv4' : 'ipv6');
    }
  return (ip) => own.check(ip, ip.includes(':') ? 'ipv6' : 'ipv4');
}

/** Upstream's ingress controllers have their metrics there. */
const METRICS_PORT = 10_254;

/** Returns how to stop it. */
export function startOutsideDoor(options: OutsideDoorOptions): () => Promise<void> {
  const { log } = options;
  const informers = new InformerFactory(options);
  let door: Promise<Door> | undefined;
  const first = () => {
    door ??= openDoor(options, informers);
    door.catch((error: unknown) => log.error('the door does not open', { error: messageOf(error) }));
  };
  const remove = informers.informer(Ingress).addHandler({ onAdd: first });
  informers.start();
  return async () => {
    remove();
    informers.stop();
    await (await door?.catch(() => undefined))?.stop();
  };
}

async function openDoor(
  { cluster, client, network, clock, random, log }: OutsideDoorOptions,
  informers: InformerFactory,
): Promise<Door> {
  const [{ Door }, { Proxies }, { selfSigned }] = await Promise.all([
    import('../../gateway/door.ts'),
    import('../../gateway/proxies.ts'),
    import('../pki/self-signed.ts'),
  ]);
  const address = doorAddress(cluster);
  const own = selfSigned('Tiphys Ingress Controller Default Certificate', ['ingress.local'], {
    clock,
    random,
  });
  const place = {
    directory: doorDirectory(cluster),
    addresses: cluster.host ? [address] : [address, ...cluster.networks.map(({ gateway }) => gateway)],
    metrics: { address, port: METRICS_PORT },
    certificate: own.certificate + own.key,
  };
  const door = new Door({
    client,
    informers,
    network,
    makeProxy: () => new Proxies({ place, clock, log: log.child('haproxy') }),
    reaches: reachesOf(cluster),
    address,
    clock,
    random,
    log,
  });
  await door.start();
  return door;
}
