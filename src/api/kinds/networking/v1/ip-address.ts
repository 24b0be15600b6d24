import { resource } from '../../../meta/v1/resource.ts';
import { type Of, ref, required, string, struct } from '../../../schema/notation.ts';

export const ParentReference = struct(
  'io.k8s.api.networking.v1.ParentReference',
  {
    group: string(1, { doc: "The object's API group; the core group when absent." }),
    name: required(string(4, { doc: "The object's name." })),
    namespace: string(3, { doc: "The object's namespace, if it has one." }),
    resource: required(string(2, { doc: "The object's resource, such as services." })),
  },
  { doc: 'The object an address belongs to.' },
);
export interface ParentReference extends Of<typeof ParentReference> {}

export const IPAddressSpec = struct(
  'io.k8s.api.networking.v1.IPAddressSpec',
  {
    parentRef: required(
      ref(1, ParentReference, { doc: 'The object that uses it, mostly a service.', emit: 'if-set' }),
    ),
  },
  { doc: 'Who uses the address.' },
);
export interface IPAddressSpec extends Of<typeof IPAddressSpec> {}

export const IPAddress = resource(
  'io.k8s.api.networking.v1.IPAddress',
  {
    doc: 'An address of a service that is in use.',
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'IPAddress',
    plural: 'ipaddresses',
    singular: 'ipaddress',
    namespaced: false,
    shortNames: ['ip'],
    storageVersionHash: '3f/plJFChNE=',
  },
  {
    spec: required(ref(2, IPAddressSpec, { emit: 'always' })),
  },
);
export interface IPAddress extends Of<typeof IPAddress> {}
