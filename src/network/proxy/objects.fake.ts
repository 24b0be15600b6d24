// Services and slices for the tests of this room.
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { Endpoint, EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { IPV4 } from '../family.ts';

export const HERE = { nodeName: 'n1', family: IPV4 };

export const service = (spec: Partial<NonNullable<Service['spec']>> = {}, name = 'web'): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: {
    type: 'ClusterIP',
    clusterIP: '10.96.0.20',
    clusterIPs: ['10.96.0.20'],
    ports: [{ port: 80, protocol: 'TCP' }],
    ...spec,
  },
});

export type Some = NonNullable<Endpoint['conditions']> & { node?: string; hints?: Endpoint['hints'] };

export const slice = (endpoints: Record<string, Some>, port = 8080): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'web-abc', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  ports: [{ port, protocol: 'TCP' }],
  endpoints: Object.entries(endpoints).map(([ip, { node, hints, ...conditions }]) => ({
    addresses: [ip],
    conditions,
    nodeName: node ?? 'n1',
    ...(hints && { hints }),
  })),
});
