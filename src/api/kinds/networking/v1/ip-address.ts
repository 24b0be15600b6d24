import { resource } from '../../../meta/v1/resource.ts';
import { type Of, ref, required, string, struct } from '../../../schema/notation.ts';

export const ParentReference = struct(
  'io.k8s.api.networking.v1.ParentReference',
  {
    group: string(1, { doc: 'API group of the object. Empty for the core group.' }),
    name: required(string(4, { doc: 'Name of the object.' })),
    namespace: string(3, { doc: 'Namespace of the object, if it has one.' }),
    resource: required(string(2, { doc: 'Resource of the object, such as services.' })),
  },
  { doc: 'Reference to the object that an IP address belongs to.' },
);
export interface ParentReference extends Of<typeof ParentReference> {}

export const IPAddressSpec = struct(
  'io.k8s.api.networking.v1.IPAddressSpec',
  {
    parentRef: required(
      ref(1, ParentReference, {
        doc: 'Object that the IP address belongs to, usually a Service.',
        emit: 'if-set',
      }),
    ),
  },
  { doc: 'Desired attributes of the IP address.' },
);
export interface IPAddressSpec extends Of<typeof IPAddressSpec> {}

export const IPAddress = resource(
  'io.k8s.api.networking.v1.IPAddress',
  {
    doc: 'IP address that is allocated to an object, usually a Service.',
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
