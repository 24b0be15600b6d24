import { resource } from '../../../meta/v1/resource.ts';
import { int32, list, type Of, ref, required, string, struct } from '../../../schema/notation.ts';
import { ObjectReference } from './references.ts';

export const EndpointAddress = struct(
  'io.k8s.api.core.v1.EndpointAddress',
  {
    hostname: string(3, { doc: 'The name the endpoint has in DNS below its service.' }),
    ip: required(
      string(1, { doc: 'The IP address; not loopback, link-local or multicast.', emit: 'always' }),
    ),
    nodeName: string(4, { doc: 'The node on which the endpoint runs.', emit: 'if-set' }),
    targetRef: ref(2, ObjectReference, {
      doc: 'The object behind the address, mostly a pod.',
      emit: 'if-set',
    }),
  },
  { doc: 'One address that serves.', atomic: true },
);
export interface EndpointAddress extends Of<typeof EndpointAddress> {}

export const EndpointPort = struct(
  'io.k8s.api.core.v1.EndpointPort',
  {
    appProtocol: string(4, {
      doc: "The application's protocol, as a hint to proxies; plain when absent.",
      emit: 'if-set',
    }),
    name: string(1, { doc: "The port's name in the service; needed when there are several." }),
    port: required(int32(2, { doc: 'The number of the port.', emit: 'always' })),
    protocol: string(3, {
      doc: 'TCP, UDP or SCTP; TCP when absent.',
      assumed: 'TCP',
      enum: ['SCTP', 'TCP', 'UDP'],
    }),
  },
  { doc: 'A port that the addresses serve.', atomic: true },
);
export interface EndpointPort extends Of<typeof EndpointPort> {}

export const EndpointSubset = struct(
  'io.k8s.api.core.v1.EndpointSubset',
  {
    addresses: list(1, EndpointAddress, {
      doc: 'The addresses that are ready for traffic.',
      listType: 'atomic',
    }),
    notReadyAddresses: list(2, EndpointAddress, {
      doc: 'The addresses that should get no traffic yet.',
      listType: 'atomic',
    }),
    ports: list(3, EndpointPort, { doc: 'The ports that each of the addresses serves.', listType: 'atomic' }),
  },
  { doc: 'Addresses that serve the same ports.' },
);
export interface EndpointSubset extends Of<typeof EndpointSubset> {}

export const Endpoints = resource(
  'io.k8s.api.core.v1.Endpoints',
  {
    doc: 'The addresses behind a service, in the old form.',
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
    subsets: list(2, EndpointSubset, { doc: 'Addresses and ports.', listType: 'atomic' }),
  },
);
export interface Endpoints extends Of<typeof Endpoints> {}
