import { Condition } from '../../../meta/v1/condition.ts';
import { resource } from '../../../meta/v1/resource.ts';
import {
  boolean,
  int32,
  intOrString,
  list,
  map,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
} from '../../../schema/notation.ts';

export const ClientIPConfig = struct(
  'io.k8s.api.core.v1.ClientIPConfig',
  {
    timeoutSeconds: int32(1, {
      doc: 'For how many seconds a client stays with its pod; 10800 when absent.',
      emit: 'if-set',
    }),
  },
  { doc: 'How long a client stays with its pod.' },
);
export interface ClientIPConfig extends Of<typeof ClientIPConfig> {}

export const PortStatus = struct(
  'io.k8s.api.core.v1.PortStatus',
  {
    error: string(3, { doc: 'Why the port does not work; absent when it does.', emit: 'if-set' }),
    port: required(int32(1, { doc: 'The number of the port.', emit: 'always' })),
    protocol: required(string(2, { doc: 'TCP, UDP or SCTP.', enum: ['SCTP', 'TCP', 'UDP'], emit: 'always' })),
  },
  { doc: 'How one port of the load balancer is doing.' },
);
export interface PortStatus extends Of<typeof PortStatus> {}

export const LoadBalancerIngress = struct(
  'io.k8s.api.core.v1.LoadBalancerIngress',
  {
    hostname: string(2, { doc: "The load balancer's name in DNS, if it goes by name." }),
    ip: string(1, { doc: "The load balancer's address, if it goes by address." }),
    ipMode: string(3, {
      doc: 'VIP or Proxy: whether packets keep this address as their destination.',
      emit: 'if-set',
    }),
    ports: list(4, PortStatus, { doc: 'How each port is doing.', listType: 'atomic' }),
  },
  { doc: 'An address of the load balancer.' },
);
export interface LoadBalancerIngress extends Of<typeof LoadBalancerIngress> {}

export const LoadBalancerStatus = struct(
  'io.k8s.api.core.v1.LoadBalancerStatus',
  {
    ingress: list(1, LoadBalancerIngress, { doc: "The load balancer's addresses.", listType: 'atomic' }),
  },
  { doc: 'Where the load balancer is reached.' },
);
export interface LoadBalancerStatus extends Of<typeof LoadBalancerStatus> {}

export const ServicePort = struct(
  'io.k8s.api.core.v1.ServicePort',
  {
    appProtocol: string(6, { doc: 'What is spoken on it.', emit: 'if-set' }),
    name: string(1, { doc: 'The name of the port; needed if there are several.' }),
    nodePort: int32(5, { doc: 'The port on every node, for NodePort and LoadBalancer.' }),
    port: required(int32(3, { doc: 'The port of the service.', emit: 'always' })),
    protocol: string(2, { doc: 'TCP, UDP or SCTP.', enum: ['SCTP', 'TCP', 'UDP'], default: 'TCP' }),
    targetPort: intOrString(4, {
      doc: 'The port of the pods, by number or name; the same if left out.',
      emit: 'always',
    }),
  },
  { doc: 'One port of a service.' },
);
export interface ServicePort extends Of<typeof ServicePort> {}

export const SessionAffinityConfig = struct(
  'io.k8s.api.core.v1.SessionAffinityConfig',
  {
    clientIP: ref(1, ClientIPConfig, {
      doc: "Settings for affinity by the client's address.",
      emit: 'if-set',
    }),
  },
  { doc: 'Settings of session affinity.' },
);
export interface SessionAffinityConfig extends Of<typeof SessionAffinityConfig> {}

export const ServiceSpec = struct(
  'io.k8s.api.core.v1.ServiceSpec',
  {
    allocateLoadBalancerNodePorts: boolean(20, {
      doc: 'Whether a load balancer gets node ports, too.',
      emit: 'if-set',
    }),
    clusterIP: string(3, { doc: 'The address inside the cluster; None for a headless service.' }),
    clusterIPs: list(18, text, {
      doc: 'The addresses inside the cluster, one for each family.',
      listType: 'atomic',
    }),
    externalIPs: list(5, text, {
      doc: 'Further addresses at which nodes accept traffic.',
      listType: 'atomic',
    }),
    externalName: string(10, { doc: 'The DNS name this service is an alias of, for type ExternalName.' }),
    externalTrafficPolicy: string(11, {
      doc: 'Whether traffic from outside goes to all pods or only to those of the node: Cluster or Local.',
      enum: ['Cluster', 'Local'],
    }),
    healthCheckNodePort: int32(12, {
      doc: 'The port at which nodes tell whether they have pods, for Local.',
    }),
    internalTrafficPolicy: string(22, {
      doc: 'Whether traffic from inside goes to all pods or only to those of the node: Cluster or Local.',
      enum: ['Cluster', 'Local'],
      emit: 'if-set',
    }),
    ipFamilies: list(19, text, { doc: 'IPv4, IPv6 or both.', listType: 'atomic' }),
    ipFamilyPolicy: string(17, {
      doc: 'SingleStack, PreferDualStack or RequireDualStack.',
      enum: ['PreferDualStack', 'RequireDualStack', 'SingleStack'],
      emit: 'if-set',
    }),
    loadBalancerClass: string(21, { doc: 'Which load balancer takes care of it.', emit: 'if-set' }),
    loadBalancerIP: string(8, { doc: 'An address wanted from the load balancer; old.' }),
    loadBalancerSourceRanges: list(9, text, { doc: 'Who may use the load balancer.', listType: 'atomic' }),
    ports: list(1, ServicePort, {
      doc: 'The ports of the service.',
      listType: 'map',
      keys: ['port', 'protocol'],
      merge: 'port',
    }),
    publishNotReadyAddresses: boolean(13, { doc: 'Send traffic to pods that are not ready, too.' }),
    selector: map(2, text, {
      doc: 'The labels of the pods. Without one, endpoints are made by others.',
      mapType: 'atomic',
    }),
    sessionAffinity: string(7, {
      doc: 'ClientIP sends a client to the same pod every time.',
      assumed: 'None',
      enum: ['ClientIP', 'None'],
    }),
    sessionAffinityConfig: ref(14, SessionAffinityConfig, {
      doc: 'How long a client stays with its pod.',
      emit: 'if-set',
    }),
    trafficDistribution: string(23, { doc: 'Whether nearer pods are preferred.', emit: 'if-set' }),
    type: string(4, {
      doc: 'ClusterIP, NodePort, LoadBalancer or ExternalName.',
      assumed: 'ClusterIP',
      enum: ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'],
    }),
  },
  { doc: 'Which pods, by which address and ports.' },
);
export interface ServiceSpec extends Of<typeof ServiceSpec> {}

export const ServiceStatus = struct(
  'io.k8s.api.core.v1.ServiceStatus',
  {
    conditions: list(2, Condition, {
      doc: 'Its state, by aspect.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    loadBalancer: ref(1, LoadBalancerStatus, {
      doc: 'Where its load balancer can be reached.',
      emit: 'always',
    }),
  },
  { doc: 'What became of a service.' },
);
export interface ServiceStatus extends Of<typeof ServiceStatus> {}

export const Service = resource(
  'io.k8s.api.core.v1.Service',
  {
    doc: 'One address for many pods.',
    group: '',
    version: 'v1',
    kind: 'Service',
    plural: 'services',
    singular: 'service',
    namespaced: true,
    shortNames: ['svc'],
    categories: ['all'],
    storageVersionHash: '0/CO1lhkEBI=',
    subresources: {
      proxy: { kind: 'ServiceProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] },
      status: { kind: 'Service', verbs: ['get', 'patch', 'update'] },
    },
  },
  {
    spec: ref(2, ServiceSpec, { emit: 'always' }),
    status: ref(3, ServiceStatus, { emit: 'always' }),
  },
);
export interface Service extends Of<typeof Service> {}
