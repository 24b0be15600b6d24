import { resource } from '../../../meta/v1/resource.ts';
import {
  boolean,
  int32,
  list,
  map,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
} from '../../../schema/notation.ts';
import { ObjectReference } from '../../core/v1/references.ts';

export const EndpointConditions = struct(
  'io.k8s.api.discovery.v1.EndpointConditions',
  {
    ready: boolean(1, { doc: 'It is serving and not ending.', emit: 'if-set' }),
    serving: boolean(2, { doc: 'Its probe succeeds.', emit: 'if-set' }),
    terminating: boolean(3, { doc: 'It is ending.', emit: 'if-set' }),
  },
  { doc: 'Whether an address can be used.' },
);
export interface EndpointConditions extends Of<typeof EndpointConditions> {}

export const ForNode = struct(
  'io.k8s.api.discovery.v1.ForNode',
  {
    name: required(string(1, { doc: "The node's name.", emit: 'always' })),
  },
  { doc: 'A node whose clients should use an endpoint.' },
);
export interface ForNode extends Of<typeof ForNode> {}

export const ForZone = struct(
  'io.k8s.api.discovery.v1.ForZone',
  {
    name: required(string(1, { doc: "The zone's name.", emit: 'always' })),
  },
  { doc: 'A zone whose clients should use an endpoint.' },
);
export interface ForZone extends Of<typeof ForZone> {}

export const EndpointHints = struct(
  'io.k8s.api.discovery.v1.EndpointHints',
  {
    forNodes: list(2, ForNode, { doc: 'The nodes whose clients should use it.', listType: 'atomic' }),
    forZones: list(1, ForZone, { doc: 'The zones whose clients should use it.', listType: 'atomic' }),
  },
  { doc: 'For whom an endpoint is meant.' },
);
export interface EndpointHints extends Of<typeof EndpointHints> {}

export const Endpoint = struct(
  'io.k8s.api.discovery.v1.Endpoint',
  {
    addresses: required(list(1, text, { doc: 'The address.', emit: 'always', listType: 'set' })),
    conditions: ref(2, EndpointConditions, { doc: 'Whether it can be used.', emit: 'always' }),
    deprecatedTopology: map(5, text, { doc: 'Node labels in the old form; read-only, no longer written.' }),
    hints: ref(8, EndpointHints, { doc: 'For whom it is meant.', emit: 'if-set' }),
    hostname: string(3, { doc: 'Its host name.', emit: 'if-set' }),
    nodeName: string(6, { doc: 'The node it is on.', emit: 'if-set' }),
    targetRef: ref(4, ObjectReference, { doc: 'The pod it belongs to.', emit: 'if-set' }),
    zone: string(7, { doc: 'The zone it is in.', emit: 'if-set' }),
  },
  { doc: 'One address and its state.' },
);
export interface Endpoint extends Of<typeof Endpoint> {}

export const EndpointPort = struct(
  'io.k8s.api.discovery.v1.EndpointPort',
  {
    appProtocol: string(4, {
      doc: "The application's protocol, as a hint to proxies; plain when absent.",
      emit: 'if-set',
    }),
    name: string(1, {
      doc: "The port's name, unique in the slice; may be empty.",
      assumed: '',
      emit: 'if-set',
    }),
    port: int32(3, { doc: 'The number of the port.', emit: 'if-set' }),
    protocol: string(2, {
      doc: 'TCP, UDP or SCTP; TCP when absent.',
      assumed: 'TCP',
      enum: ['SCTP', 'TCP', 'UDP'],
      emit: 'if-set',
    }),
  },
  { doc: 'A port that the endpoints serve.', atomic: true },
);
export interface EndpointPort extends Of<typeof EndpointPort> {}

export const EndpointSlice = resource(
  'io.k8s.api.discovery.v1.EndpointSlice',
  {
    doc: 'Some of the addresses behind a service.',
    group: 'discovery.k8s.io',
    version: 'v1',
    kind: 'EndpointSlice',
    plural: 'endpointslices',
    singular: 'endpointslice',
    namespaced: true,
    storageVersionHash: 'qgS0xkrxYAI=',
  },
  {
    addressType: required(
      string(4, { doc: 'IPv4, IPv6 or FQDN.', enum: ['FQDN', 'IPv4', 'IPv6'], emit: 'always' }),
    ),
    endpoints: list(2, Endpoint, {
      doc: 'The addresses and their state.',
      emit: 'always',
      listType: 'atomic',
    }),
    ports: list(3, EndpointPort, {
      doc: 'The ports, the same for every address.',
      emit: 'always',
      listType: 'atomic',
    }),
  },
);
export interface EndpointSlice extends Of<typeof EndpointSlice> {}
