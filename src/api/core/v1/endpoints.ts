import { resource } from '../../meta/v1/resource.ts';
import { int32, list, type Of, ref, required, string, struct } from '../../schema/notation.ts';
import { ObjectReference } from './references.ts';

export const EndpointAddress = struct(
  'io.k8s.api.core.v1.EndpointAddress',
  {
    hostname: string(3),
    ip: required(string(1, { emit: 'always' })),
    nodeName: string(4, { emit: 'if-set' }),
    targetRef: ref(2, ObjectReference, { emit: 'if-set' }),
  },
  { atomic: true },
);
export interface EndpointAddress extends Of<typeof EndpointAddress> {}

export const EndpointPort = struct(
  'io.k8s.api.core.v1.EndpointPort',
  {
    appProtocol: string(4, { emit: 'if-set' }),
    name: string(1),
    port: required(int32(2, { emit: 'always' })),
    protocol: string(3, { assumed: 'TCP', enum: ['SCTP', 'TCP', 'UDP'] }),
  },
  { atomic: true },
);
export interface EndpointPort extends Of<typeof EndpointPort> {}

export const EndpointSubset = struct('io.k8s.api.core.v1.EndpointSubset', {
  addresses: list(1, EndpointAddress, { listType: 'atomic' }),
  notReadyAddresses: list(2, EndpointAddress, { listType: 'atomic' }),
  ports: list(3, EndpointPort, { listType: 'atomic' }),
});
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
