// The door of a cluster on one machine: beside the node agent of `tiphys up`, at addresses of the machine's loopback range and at
// addresses that pods reach. Called by node-agent/agent.ts.
import { BlockList } from 'node:net';
import { messageOf } from '../../kit/message-of.ts';
import type { ClusterNodes } from '../nodes/create.ts';
import { doorAddress, gatewayAddresses } from '../nodes/plan.ts';
import type { GatewayAddresses } from './gateway-addresses.ts';
import { type ProxiesOptions, proxiesOf } from './proxies.ts';
import type { DoorSite } from './site.ts';

export interface LocalSiteOptions extends Omit<ProxiesOptions, 'addresses'> {
  readonly cluster: ClusterNodes;
}

export function localSite(options: LocalSiteOptions): DoorSite {
  const { cluster, log } = options;
  const address = doorAddress(cluster);
  let held: GatewayAddresses | undefined;
  return {
    reaches: reachesOf(cluster),
    reports: true,
    proxies: () => {
      const addresses = cluster.host
        ? [address]
        : [address, ...cluster.networks.map(({ gateway }) => gateway)];
      return proxiesOf({ ...options, addresses });
    },
    ingresses: async (part) => {
      const { IngressPart } = await import('../../gateway/ingress-part.ts');
      return new IngressPart({ ...part, shown: () => [{ ip: address }] });
    },
    gateways: async (part) => {
      const [{ GatewayPart }, { PoolAddresses }, { GatewayAddresses }] = await Promise.all([
        import('../../gateway/gateway-part.ts'),
        import('../../gateway/routes/listeners/addresses.ts'),
        import('./gateway-addresses.ts'),
      ]);
      const addresses = new GatewayAddresses(cluster);
      held = addresses;
      // What else is served must not wait for it.
      const hold = (wanted: ReadonlySet<string>) =>
        addresses
          .hold(wanted)
          .catch((error: unknown) => log.warn('pods do not reach Gateways', { error: messageOf(error) }));
      const pool = new PoolAddresses(gatewayAddresses(cluster));
      return new GatewayPart({ ...part, addresses: pool, hold, reports: true });
    },
    release: async () => held?.release(),
  };
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
