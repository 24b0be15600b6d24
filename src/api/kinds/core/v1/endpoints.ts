import { resource } from '../../../meta/v1/resource.ts';
import { int32, list, type Of, ref, required, string, struct } from '../../../schema/notation.ts';
import { ObjectReference } from './references.ts';

export const EndpointAddress = struct(
  'io.k8s.api.core.v1.EndpointAddress',
  {
    hostname: string(3, { doc: 'Hostname of the endpoint, used for DNS records.' }),
    ip: required(
      string(1, {
        doc: 'IP address of the endpoint. It must not be loopback, link-local or multicast.',
        emit: 'always',
      }),
    ),
    nodeName: string(4, { doc: 'Name of the node that hosts the endpoint.', emit: 'if-set' }),
    targetRef: ref(2, ObjectReference, {
      doc: 'Object that provides the endpoint, usually a Pod.',
      emit: 'if-set',
    }),
  },
  { doc: 'Address of an endpoint.', atomic: true },
);
export interface EndpointAddress extends Of<typeof EndpointAddress> {}

export const EndpointPort = struct(
  'io.k8s.api.core.v1.EndpointPort',
  {
    appProtocol: string(4, {
      doc: 'Application protocol of the port, as a hint for implementations, such as kubernetes.io/h2c.',
      emit: 'if-set',
    }),
    name: string(1, { doc: 'Name of the port. It must match the name of a port of the Service.' }),
    port: required(int32(2, { doc: 'Port number.', emit: 'always' })),
    protocol: string(3, {
      doc: 'Protocol of the port: TCP, UDP or SCTP. Defaults to TCP.',
      assumed: 'TCP',
      enum: ['SCTP', 'TCP', 'UDP'],
    }),
  },
  { doc: 'Network port of the endpoints.', atomic: true },
);
export interface EndpointPort extends Of<typeof EndpointPort> {}

export const EndpointSubset = struct(
  'io.k8s.api.core.v1.EndpointSubset',
  {
    addresses: list(1, EndpointAddress, {
      doc: 'Addresses that are ready to receive traffic.',
      listType: 'atomic',
    }),
    notReadyAddresses: list(2, EndpointAddress, {
      doc: 'Addresses that are not ready to receive traffic.',
      listType: 'atomic',
    }),
    ports: list(3, EndpointPort, {
      doc: 'Ports that are available on all of the addresses.',
      listType: 'atomic',
    }),
  },
  { doc: 'Group of addresses with a common set of ports.' },
);
export interface EndpointSubset extends Of<typeof EndpointSubset> {}

export const Endpoints = resource(
  'io.k8s.api.core.v1.Endpoints',
  {
    doc: 'Deprecated: lists the endpoints of a Service. Use EndpointSlice instead.',
    group: '',
    version: 'v1',
    kind: 'Endpoints',
    plural: 'endpoints',
    singular: 'endpoints',
    namespaced: true,
    shortNames: ['ep'],
    storageVersionHash: 'fWeeMqaN/OA=',
  },
  {
    subsets: list(2, EndpointSubset, {
      doc: 'Groups of addresses. Their union is the set of all endpoints.',
      listType: 'atomic',
    }),
  },
);
export interface Endpoints extends Of<typeof Endpoints> {}
