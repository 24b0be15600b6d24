// The addresses of a cluster's nodes, pods and Services on its machine, one network for each family that it has. Pure.
// K, the cluster's index, keeps clusters of one machine apart: nodes 10.77.K.0/24 and fd74:6970:6879:(8000+K)::/64, pods
// 10.(128+K).0.0/16 and fd74:6970:6879:KK00::/56. Those of IPv6 are unique local ones (RFC 4193).
import {
  type Family,
  familyOfRange,
  nthAddress,
  nthSubnet,
  prefixOf,
  prefixText,
  widthOf,
} from '../../api/addresses/prefix.ts';
import { NODE_MASKS } from '../../controllers/node-ipam/plan.ts';
import { IPV4, IPV6 } from '../../network/family.ts';
import { SERVICE_CIDRS, ULA } from '../addressing/addresses.ts';

export interface ClusterNetwork {
  readonly family: Family;
  /** As nftables names the family. */
  readonly word: 'ip' | 'ip6';
  /** Address of the machine on the nodes' network. */
  readonly gateway: string;
  readonly nodeCidr: string;
  /** All the nodes' pod networks together. */
  readonly clusterCidr: string;
  readonly serviceCidr: string;
}

export interface NetworksOptions {
  /** The first is that of Services that do not ask for another; IPv4 alone when left out. */
  readonly families?: readonly Family[];
  readonly index: number;
  /** The node uses the machine's own namespaces, and has these addresses, in the order of the families; loopback's when left out. */
  readonly host?: boolean;
  readonly hostAddresses?: readonly string[];
  readonly serviceCidrs?: readonly string[];
  readonly clusterCidrs?: readonly string[];
}

const MACHINE = 254;

const NODES: Readonly<Record<Family, (index: number) => string>> = {
  IPv4: (index) => `10.77.${index}.0/24`,
  IPv6: (index) => `${ULA}:${(0x80_00 + index).toString(16)}::/64`,
};

const PODS: Readonly<Record<Family, (index: number) => string>> = {
  IPv4: (index) => `10.${128 + index}.0.0/16`,
  IPv6: (index) => prefixText(prefixOf(`${ULA}:${(index << 8).toString(16)}::/56`)!),
};

export const LOOPBACK: Readonly<Record<Family, string>> = { IPv4: '127.0.0.1', IPv6: '::1' };

export function planNetworks(options: NetworksOptions): ClusterNetwork[] {
  const { families = ['IPv4'], index, hostAddresses = [], serviceCidrs = [], clusterCidrs = [] } = options;
  const given = (ranges: readonly string[], family: Family) =>
    ranges.find((range) => familyOfRange(range) === family);
  return families.map((family, i) => {
    const host = options.host ? (hostAddresses[i] ?? LOOPBACK[family]) : undefined;
    const nodeCidr = host ? `${host}/${widthOf(family)}` : NODES[family](index);
    return {
      family,
      word: (family === 'IPv4' ? IPV4 : IPV6).word,
      gateway: host ?? nthAddress(nodeCidr, MACHINE),
      nodeCidr,
      clusterCidr: given(clusterCidrs, family) ?? PODS[family](index),
      serviceCidr: given(serviceCidrs, family) ?? SERVICE_CIDRS[family],
    };
  });
}

/** Numbers of nodes begin with 1. */
export const nodeAddress = ({ nodeCidr }: ClusterNetwork, number: number): string =>
  nthAddress(nodeCidr, number);

export const podCidrOf = ({ clusterCidr, family }: ClusterNetwork, number: number): string =>
  nthSubnet(clusterCidr, NODE_MASKS[family], number - 1);
