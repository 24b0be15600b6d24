// Addresses of the scene, and Services with their endpoints.
import type { Service } from '../../../src/api/kinds/core/v1/service.ts';
import type { Endpoint, EndpointSlice } from '../../../src/api/kinds/discovery/v1/endpoint-slice.ts';

export interface Addresses {
  readonly family: 'IPv4' | 'IPv6';
  readonly pods: string;
  /** Pods of the node, and one of another node. */
  readonly p1: string;
  readonly p2: string;
  readonly far: string;
  /** The pods' way out. */
  readonly gateway: string;
  readonly node: string;
  readonly outside: string;
  readonly cluster: string;
  /** Another address of the same range. */
  readonly unused: string;
  readonly services: string;
  /** Led to the node from outside. */
  readonly balancer: string;
}

export const FOUR: Addresses = {
  family: 'IPv4',
  pods: '10.128.0.0/16',
  p1: '10.128.0.2',
  p2: '10.128.0.3',
  far: '10.128.1.2',
  gateway: '10.128.0.1',
  node: '192.0.2.1',
  outside: '192.0.2.100',
  cluster: '10.96.0.20',
  unused: '10.96.0.99',
  services: '10.96.0.0/24',
  balancer: '203.0.113.7',
};

export const SIX: Addresses = {
  family: 'IPv6',
  pods: 'fd00:10:128::/56',
  p1: 'fd00:10:128::2',
  p2: 'fd00:10:128::3',
  far: 'fd00:10:128:1::2',
  gateway: 'fd00:10:128::1',
  node: '2001:db8::1',
  outside: '2001:db8::100',
  cluster: 'fd00:96::20',
  unused: 'fd00:96::99',
  services: 'fd00:96::/112',
  balancer: '2001:db8:7::7',
};

export const aService = (all: Addresses, spec: Partial<NonNullable<Service['spec']>> = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    type: 'ClusterIP',
    clusterIP: all.cluster,
    clusterIPs: [all.cluster],
    ports: [{ name: 'p', port: 80, protocol: 'TCP' }],
    ...spec,
  },
  status: spec.type === 'LoadBalancer' ? { loadBalancer: { ingress: [{ ip: all.balancer }] } } : {},
});

type Who = 'p1' | 'p2' | 'far';
type Some = Omit<Endpoint, 'addresses'>;

/** Endpoints on port 8080; `far` is on another node. */
export function endpoints(all: Addresses, who: Partial<Record<Who, Some>> | readonly Who[]): EndpointSlice[] {
  const some: Partial<Record<Who, Some>> = Array.isArray(who)
    ? Object.fromEntries(who.map((name) => [name, {}]))
    : (who as Partial<Record<Who, Some>>);
  const list = Object.entries(some).map(([name, more]) => ({
    addresses: [all[name as Who]],
    nodeName: name === 'far' ? 'n2' : 'n1',
    ...more,
  }));
  const common = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    addressType: all.family,
  } as const;
  return [
    {
      ...common,
      metadata: { name: 'web-1', namespace: 'default' },
      ports: (['TCP', 'UDP', 'SCTP'] as const).map((protocol) => ({
        name: protocol === 'SCTP' ? 's' : 'p',
        port: 8080,
        protocol,
      })),
      endpoints: list,
    },
  ];
}
