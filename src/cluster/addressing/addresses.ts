// Addresses and names that every cluster has alike.
import { type Family, nthAddress } from '../../api/addresses/prefix.ts';

export const CLUSTER_DOMAIN = 'cluster.local';

/** What all our addresses of IPv6 begin with: 48 bits. */
export const ULA = 'fd74:6970:6879';

/** As kubeadm's in size: 65,534 addresses. */
export const SERVICE_CIDRS: Readonly<Record<Family, string>> = {
  IPv4: '10.96.0.0/16',
  IPv6: `${ULA}:ffff::/112`,
};

/** Of the Service kube-dns, as kubeadm chooses them: the tenth address of each range. */
export const dnsServiceIPs = (serviceCidrs: readonly string[]): string[] =>
  serviceCidrs.map((cidr) => nthAddress(cidr, 10));
