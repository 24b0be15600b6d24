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
      doc: 'Number of seconds for which a client is sent to the same endpoint. Defaults to 10800.',
      emit: 'if-set',
    }),
  },
  { doc: 'Settings of session affinity by client IP.' },
);
export interface ClientIPConfig extends Of<typeof ClientIPConfig> {}

export const PortStatus = struct(
  'io.k8s.api.core.v1.PortStatus',
  {
    error: string(3, { doc: 'Error on the port. Not set if there is none.', emit: 'if-set' }),
    port: required(int32(1, { doc: 'Port number.', emit: 'always' })),
    protocol: required(
      string(2, {
        doc: 'Protocol of the port: TCP, UDP or SCTP.',
        enum: ['SCTP', 'TCP', 'UDP'],
        emit: 'always',
      }),
    ),
  },
  { doc: 'Status of a port of the load balancer.' },
);
export interface PortStatus extends Of<typeof PortStatus> {}

export const LoadBalancerIngress = struct(
  'io.k8s.api.core.v1.LoadBalancerIngress',
  {
    hostname: string(2, { doc: 'Hostname of the load balancer, if it has one.' }),
    ip: string(1, { doc: 'IP address of the load balancer, if it has one.' }),
    ipMode: string(3, {
      doc: 'How traffic arrives at the nodes: VIP with this destination address, or Proxy with that of a node or pod.',
      emit: 'if-set',
    }),
    ports: list(4, PortStatus, { doc: 'Status of each port.', listType: 'atomic' }),
  },
  { doc: 'Ingress point of a load balancer.' },
);
export interface LoadBalancerIngress extends Of<typeof LoadBalancerIngress> {}

export const LoadBalancerStatus = struct(
  'io.k8s.api.core.v1.LoadBalancerStatus',
  {
    ingress: list(1, LoadBalancerIngress, {
      doc: 'Ingress points of the load balancer.',
      listType: 'atomic',
    }),
  },
  { doc: 'Status of a load balancer.' },
);
export interface LoadBalancerStatus extends Of<typeof LoadBalancerStatus> {}

export const ServicePort = struct(
  'io.k8s.api.core.v1.ServicePort',
  {
    appProtocol: string(6, {
      doc: 'Application protocol of the port, as a hint for implementations.',
      emit: 'if-set',
    }),
    name: string(1, { doc: 'Name of the port. Required if there is more than one.' }),
    nodePort: int32(5, {
      doc: 'Port on each node, for type NodePort and LoadBalancer. Usually assigned by the system.',
    }),
    port: required(int32(3, { doc: 'Port that the Service exposes.', emit: 'always' })),
    protocol: string(2, {
      doc: 'Protocol of the port: TCP, UDP or SCTP. Defaults to TCP.',
      enum: ['SCTP', 'TCP', 'UDP'],
      default: 'TCP',
    }),
    targetPort: intOrString(4, {
      doc: 'Number or name of the port on the pods. Defaults to port.',
      emit: 'always',
    }),
  },
  { doc: 'Port of a Service.' },
);
export interface ServicePort extends Of<typeof ServicePort> {}

export const SessionAffinityConfig = struct(
  'io.k8s.api.core.v1.SessionAffinityConfig',
  {
    clientIP: ref(1, ClientIPConfig, {
      doc: 'Settings of session affinity by client IP.',
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
      doc: 'Whether node ports are allocated for a load balancer. Defaults to true.',
      emit: 'if-set',
    }),
    clusterIP: string(3, {
      doc: 'IP address of the Service. Usually assigned by the system; None makes the Service headless.',
    }),
    clusterIPs: list(18, text, {
      doc: 'IP addresses of the Service, at most one per IP family.',
      listType: 'atomic',
    }),
    externalIPs: list(5, text, {
      doc: 'Additional IP addresses at which nodes accept traffic for the Service. Not managed by Kubernetes.',
      listType: 'atomic',
    }),
    externalName: string(10, {
      doc: 'Hostname that the Service is an alias for. Required if type is ExternalName.',
    }),
    externalTrafficPolicy: string(11, {
      doc: 'How external traffic is routed: Cluster to all endpoints, Local only to those on the receiving node.',
      enum: ['Cluster', 'Local'],
    }),
    healthCheckNodePort: int32(12, {
      doc: 'Port on which nodes report whether they have endpoints, if externalTrafficPolicy is Local.',
    }),
    internalTrafficPolicy: string(22, {
      doc: 'How internal traffic is routed: Cluster to all endpoints, Local only to those on the same node.',
      enum: ['Cluster', 'Local'],
      emit: 'if-set',
    }),
    ipFamilies: list(19, text, {
      doc: 'IP families of the Service: IPv4, IPv6 or both.',
      listType: 'atomic',
    }),
    ipFamilyPolicy: string(17, {
      doc: 'Whether the Service is dual-stack: SingleStack, PreferDualStack or RequireDualStack.',
      enum: ['PreferDualStack', 'RequireDualStack', 'SingleStack'],
      emit: 'if-set',
    }),
    loadBalancerClass: string(21, {
      doc: 'Class of the load balancer implementation. By default, that of the cloud provider is used.',
      emit: 'if-set',
    }),
    loadBalancerIP: string(8, { doc: 'Deprecated: requested IP address of the load balancer.' }),
    loadBalancerSourceRanges: list(9, text, {
      doc: 'Client IP ranges that the load balancer accepts traffic from.',
      listType: 'atomic',
    }),
    ports: list(1, ServicePort, {
      doc: 'Ports that the Service exposes.',
      listType: 'map',
      keys: ['port', 'protocol'],
      merge: 'port',
    }),
    publishNotReadyAddresses: boolean(13, {
      doc: 'Whether endpoints count as ready even if their pods are not. Defaults to false.',
    }),
    selector: map(2, text, {
      doc: 'Labels of the pods that receive the traffic. Without it, endpoints must be managed by other means.',
      mapType: 'atomic',
    }),
    sessionAffinity: string(7, {
      doc: 'Session affinity: None, or ClientIP to send a client to the same endpoint. Defaults to None.',
      assumed: 'None',
      enum: ['ClientIP', 'None'],
    }),
    sessionAffinityConfig: ref(14, SessionAffinityConfig, {
      doc: 'Settings of session affinity by client IP.',
      emit: 'if-set',
    }),
    trafficDistribution: string(23, {
      doc: 'Preference for endpoints close to the client, such as PreferSameZone or PreferSameNode.',
      emit: 'if-set',
    }),
    type: string(4, {
      doc: 'How the Service is exposed: ClusterIP, NodePort, LoadBalancer or ExternalName. Defaults to ClusterIP.',
      assumed: 'ClusterIP',
      enum: ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'],
    }),
  },
  { doc: 'Desired ports, selector and exposure of the Service.' },
);
export interface ServiceSpec extends Of<typeof ServiceSpec> {}

export const ServiceStatus = struct(
  'io.k8s.api.core.v1.ServiceStatus',
  {
    conditions: list(2, Condition, {
      doc: 'Latest observations of the current state.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    loadBalancer: ref(1, LoadBalancerStatus, {
      doc: 'Status of the load balancer.',
      emit: 'always',
    }),
  },
  { doc: 'Observed state of the Service.' },
);
export interface ServiceStatus extends Of<typeof ServiceStatus> {}

export const Service = resource(
  'io.k8s.api.core.v1.Service',
  {
    doc: 'Exposes a set of pods as a network service.',
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
