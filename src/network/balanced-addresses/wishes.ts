// What a LoadBalancer Service asks for: families, ports, addresses, and with whom it shares one. Pure.
// The annotations are MetalLB's, whose names charts carry, and our own for the same.
import { addressOf, addressText, type Family } from '../../api/addresses/prefix.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import { keyOf } from '../../api/meta/v1/object.ts';
import type { Sharing, Wish } from './address-book.ts';

/** spec.loadBalancerClass of what Tiphys serves, besides Services without one. */
export const BALANCER_CLASS = 'tiphys.io/load-balancer';

const ADDRESSES = [
  'tiphys.io/load-balancer-ips',
  'metallb.io/loadBalancerIPs',
  'metallb.universe.tf/loadBalancerIPs',
];
const SHARING = [
  'tiphys.io/allow-shared-ip',
  'metallb.io/allow-shared-ip',
  'metallb.universe.tf/allow-shared-ip',
];

export const portsOf = (service: Readonly<Service>): string[] =>
  (service.spec?.ports ?? []).map(({ port, protocol = 'TCP' }) => `${protocol} ${port}`);

export const shownAddresses = (service: Readonly<Service>): string[] =>
  (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);

export const familiesOf = (service: Readonly<Service>): Family[] => {
  const families = (service.spec?.ipFamilies ?? []).filter((one) => one === 'IPv4' || one === 'IPv6');
  return families.length > 0 ? families : ['IPv4'];
};

/** Addresses that the user asks for, in their one spelling; texts that are none are left out. */
export function askedAddresses(service: Readonly<Service>): string[] {
  const annotations = service.metadata.annotations ?? {};
  const texts = ADDRESSES.flatMap((name) => annotations[name] ?? [])[0]?.split(',') ?? [
    service.spec?.loadBalancerIP ?? '',
  ];
  return texts.flatMap((text) => {
    const address = addressOf(text.trim());
    return address ? [addressText(address)] : [];
  });
}

export function sharingOf(service: Readonly<Service>): Sharing | undefined {
  const annotations = service.metadata.annotations ?? {};
  const key = SHARING.flatMap((name) => annotations[name] ?? [])[0];
  if (!key) return undefined;
  const { externalTrafficPolicy, selector } = service.spec ?? {};
  // Under Local the node that has the address must have pods of all of them: the same ones.
  const pods = Object.entries(selector ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const path = externalTrafficPolicy === 'Local' ? JSON.stringify([service.metadata.namespace, pods]) : '';
  return { key, path };
}

export function wishOf(service: Readonly<Service>): Wish {
  const sharing = sharingOf(service);
  return {
    service: keyOf(service),
    families: familiesOf(service),
    ports: portsOf(service),
    asked: askedAddresses(service),
    shown: shownAddresses(service),
    ...(sharing && { sharing }),
  };
}

/** Only by agreement: both have the key, and their traffic the same path. */
export const sharesByKey = ({ sharing: one }: Wish, { sharing: other }: Wish): boolean =>
  one !== undefined && other !== undefined && one.key === other.key && one.path === other.path;

/** A Service with another class is left to whoever has that class. */
export const isOurs = ({ spec }: Readonly<Service>): boolean =>
  spec?.type === 'LoadBalancer' &&
  (spec.loadBalancerClass === undefined || spec.loadBalancerClass === BALANCER_CLASS);
