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
    ready: boolean(1, {
      doc: 'Whether the endpoint should receive new traffic. Unset means true.',
      emit: 'if-set',
    }),
    serving: boolean(2, {
      doc: 'Whether the endpoint can receive traffic, even if it is terminating. Unset means true.',
      emit: 'if-set',
    }),
    terminating: boolean(3, {
      doc: 'Whether the endpoint is terminating. Unset means false.',
      emit: 'if-set',
    }),
  },
  { doc: 'Current conditions of an endpoint.' },
);
export interface EndpointConditions extends Of<typeof EndpointConditions> {}

export const ForNode = struct(
  'io.k8s.api.discovery.v1.ForNode',
  {
    name: required(string(1, { doc: 'Name of the node.', emit: 'always' })),
  },
  { doc: 'Node that should consume an endpoint.' },
);
export interface ForNode extends Of<typeof ForNode> {}

export const ForZone = struct(
  'io.k8s.api.discovery.v1.ForZone',
  {
    name: required(string(1, { doc: 'Name of the zone.', emit: 'always' })),
  },
  { doc: 'Zone that should consume an endpoint.' },
);
export interface ForZone extends Of<typeof ForZone> {}

export const EndpointHints = struct(
  'io.k8s.api.discovery.v1.EndpointHints',
  {
    forNodes: list(2, ForNode, { doc: 'Nodes that should consume the endpoint.', listType: 'atomic' }),
    forZones: list(1, ForZone, { doc: 'Zones that should consume the endpoint.', listType: 'atomic' }),
  },
  { doc: 'Hints about which clients should use an endpoint.' },
);
export interface EndpointHints extends Of<typeof EndpointHints> {}

export const Endpoint = struct(
  'io.k8s.api.discovery.v1.Endpoint',
  {
    addresses: required(
      list(1, text, {
        doc: 'Addresses of the endpoint. Clients should use the first one.',
        emit: 'always',
        listType: 'set',
      }),
    ),
    conditions: ref(2, EndpointConditions, {
      doc: 'Current conditions of the endpoint.',
      emit: 'always',
    }),
    deprecatedTopology: map(5, text, { doc: 'Deprecated: topology labels of the node. Read-only.' }),
    hints: ref(8, EndpointHints, {
      doc: 'Hints about which clients should use the endpoint.',
      emit: 'if-set',
    }),
    hostname: string(3, { doc: 'Hostname of the endpoint, used for DNS records.', emit: 'if-set' }),
    nodeName: string(6, { doc: 'Name of the node that hosts the endpoint.', emit: 'if-set' }),
    targetRef: ref(4, ObjectReference, {
      doc: 'Object that provides the endpoint, usually a Pod.',
      emit: 'if-set',
    }),
    zone: string(7, { doc: 'Name of the zone in which the endpoint is located.', emit: 'if-set' }),
  },
  { doc: 'Single logical backend of a Service.' },
);
export interface Endpoint extends Of<typeof Endpoint> {}

export const EndpointPort = struct(
  'io.k8s.api.discovery.v1.EndpointPort',
  {
    appProtocol: string(4, {
      doc: 'Application protocol of the port, as a hint for implementations, such as kubernetes.io/h2c.',
      emit: 'if-set',
    }),
    name: string(1, {
      doc: 'Name of the port, unique within the slice. It can be empty.',
      assumed: '',
      emit: 'if-set',
    }),
    port: int32(3, { doc: 'Port number.', emit: 'if-set' }),
    protocol: string(2, {
      doc: 'Protocol of the port: TCP, UDP or SCTP. Defaults to TCP.',
      assumed: 'TCP',
      enum: ['SCTP', 'TCP', 'UDP'],
      emit: 'if-set',
    }),
  },
  { doc: 'Network port of the endpoints.', atomic: true },
);
export interface EndpointPort extends Of<typeof EndpointPort> {}

export const EndpointSlice = resource(
  'io.k8s.api.discovery.v1.EndpointSlice',
  {
    doc: 'Subset of the endpoints of a Service.',
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
      string(4, {
        doc: 'Type of the addresses: IPv4, IPv6 or FQDN.',
        enum: ['FQDN', 'IPv4', 'IPv6'],
        emit: 'always',
      }),
    ),
    endpoints: list(2, Endpoint, {
      doc: 'Endpoints in this slice.',
      emit: 'always',
      listType: 'atomic',
    }),
    ports: list(3, EndpointPort, {
      doc: 'Ports that each endpoint exposes.',
      emit: 'always',
      listType: 'atomic',
    }),
  },
);
export interface EndpointSlice extends Of<typeof EndpointSlice> {}
