// Where the API of a control plane listens and is found, and so which names its certificate needs: on this machine alone, in the
// network of this machine's nodes, or for other machines. Called by control-plane.ts, and by the process that makes the certificates.
import { firstAddress } from '../../../api/addresses/prefix.ts';
import type { CertificatesOptions } from '../../pki/ensure-certificates.ts';
import type { ControlPlaneSettings, ServerPlace } from '../settings.ts';

export interface Place {
  /** Addresses to listen on. */
  readonly hosts: readonly string[];
  /** Where nodes and pods find it; undefined when only this machine does. */
  readonly advertised: string | undefined;
  /** Pods' ranges that this control plane gives to nodes; undefined when it gives none. */
  readonly clusterCidrs: readonly string[] | undefined;
  readonly certified: CertifiedPlace;
}

type CertifiedPlace = Pick<CertificatesOptions, 'nodes' | 'names' | 'addresses' | 'serviceAddress'>;

const LOOPBACK = '127.0.0.1';
/** Addresses to listen on that lead nowhere. */
const ANY: Readonly<Record<string, string>> = { '0.0.0.0': LOOPBACK, '::': '::1' };

export function placeOf({
  nodes,
  server,
  serviceCidrs,
}: Pick<ControlPlaneSettings, 'nodes' | 'server' | 'serviceCidrs'>): Place {
  if (server)
    return {
      hosts: server.bindAddress in ANY ? [server.bindAddress] : [...new Set([server.bindAddress, LOOPBACK])],
      advertised: server.advertiseAddress,
      clusterCidrs: server.clusterCidrs,
      certified: certifiedOf(server, serviceCidrs),
    };
  return {
    hosts: [...new Set([LOOPBACK, ...(nodes?.gateways ?? [])])],
    advertised: nodes?.gateway,
    clusterCidrs: nodes?.clusterCidrs,
    certified: {
      nodes: nodes?.certified ?? [],
      addresses: nodes?.gateways ?? [],
      serviceAddress: firstAddress(serviceCidrs[0]!),
    },
  };
}

/** Under which others reach the API: no node may have a certificate for one of them. */
export const serverNames = ({ hosts, certified }: Place): string[] => [
  ...hosts,
  ...(certified.names ?? []),
  ...(certified.addresses ?? []),
];

function certifiedOf(server: ServerPlace, serviceCidrs: readonly string[]): CertifiedPlace {
  const { bindAddress, advertiseAddress, names, addresses } = server;
  const bound = bindAddress in ANY ? [] : [bindAddress];
  return {
    nodes: [],
    names,
    addresses: [...new Set([advertiseAddress, ...bound, ...addresses])],
    serviceAddress: firstAddress(serviceCidrs[0]!),
  };
}
