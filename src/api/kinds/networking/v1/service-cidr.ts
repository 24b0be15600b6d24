import { Condition } from '../../../meta/v1/condition.ts';
import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, struct, text } from '../../../schema/notation.ts';

export const ServiceCIDRSpec = struct(
  'io.k8s.api.networking.v1.ServiceCIDRSpec',
  {
    cidrs: list(1, text, { doc: 'IP ranges, at most one per IP family.', listType: 'atomic' }),
  },
  { doc: 'Desired IP ranges.' },
);
export interface ServiceCIDRSpec extends Of<typeof ServiceCIDRSpec> {}

export const ServiceCIDRStatus = struct(
  'io.k8s.api.networking.v1.ServiceCIDRStatus',
  {
    conditions: list(1, Condition, {
      doc: 'Latest observations of the current state.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
  },
  { doc: 'Observed state of the IP ranges.' },
);
export interface ServiceCIDRStatus extends Of<typeof ServiceCIDRStatus> {}

export const ServiceCIDR = resource(
  'io.k8s.api.networking.v1.ServiceCIDR',
  {
    doc: 'Defines IP ranges from which Services get their addresses.',
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'ServiceCIDR',
    plural: 'servicecidrs',
    singular: 'servicecidr',
    namespaced: false,
    storageVersionHash: 'gNLvruQhW2g=',
    subresources: { status: { kind: 'ServiceCIDR', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: ref(2, ServiceCIDRSpec, { emit: 'always' }),
    status: ref(3, ServiceCIDRStatus, { emit: 'always' }),
  },
);
export interface ServiceCIDR extends Of<typeof ServiceCIDR> {}
