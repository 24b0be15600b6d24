import { Condition } from '../../meta/v1/condition.ts';
import { resource } from '../../meta/v1/resource.ts';
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
} from '../../schema/notation.ts';

export const ClientIPConfig = struct('io.k8s.api.core.v1.ClientIPConfig', {
  timeoutSeconds: int32(1, { emit: 'if-set' }),
});
export interface ClientIPConfig extends Of<typeof ClientIPConfig> {}

export const PortStatus = struct('io.k8s.api.core.v1.PortStatus', {
  error: string(3, { emit: 'if-set' }),
  port: required(int32(1, { emit: 'always' })),
  protocol: required(string(2, { enum: ['SCTP', 'TCP', 'UDP'], emit: 'always' })),
});
export interface PortStatus extends Of<typeof PortStatus> {}

export const LoadBalancerIngress = struct('io.k8s.api.core.v1.LoadBalancerIngress', {
  hostname: string(2),
  ip: string(1),
  ipMode: string(3, { emit: 'if-set' }),
  ports: list(4, PortStatus, { listType: 'atomic' }),
});
export interface LoadBalancerIngress extends Of<typeof LoadBalancerIngress> {}

export const LoadBalancerStatus = struct('io.k8s.api.core.v1.LoadBalancerStatus', {
  ingress: list(1, LoadBalancerIngress, { listType: 'atomic' }),
});
export interface LoadBalancerStatus extends Of<typeof LoadBalancerStatus> {}

export const ServicePort = struct('io.k8s.api.core.v1.ServicePort', {
  appProtocol: string(6, { emit: 'if-set' }),
  name: string(1),
  nodePort: int32(5),
  port: required(int32(3, { emit: 'always' })),
  protocol: string(2, { enum: ['SCTP', 'TCP', 'UDP'], default: 'TCP' }),
  targetPort: intOrString(4, { emit: 'always' }),
});
export interface ServicePort extends Of<typeof ServicePort> {}

export const SessionAffinityConfig = struct('io.k8s.api.core.v1.SessionAffinityConfig', {
  clientIP: ref(1, ClientIPConfig, { emit: 'if-set' }),
});
export interface SessionAffinityConfig extends Of<typeof SessionAffinityConfig> {}

export const ServiceSpec = struct('io.k8s.api.core.v1.ServiceSpec', {
  allocateLoadBalancerNodePorts: boolean(20, { emit: 'if-set' }),
  clusterIP: string(3),
  clusterIPs: list(18, text, { listType: 'atomic' }),
  externalIPs: list(5, text, { listType: 'atomic' }),
  externalName: string(10),
  externalTrafficPolicy: string(11, { enum: ['Cluster', 'Local'] }),
  healthCheckNodePort: int32(12),
  internalTrafficPolicy: string(22, { enum: ['Cluster', 'Local'], emit: 'if-set' }),
  ipFamilies: list(19, text, { listType: 'atomic' }),
  ipFamilyPolicy: string(17, {
    enum: ['PreferDualStack', 'RequireDualStack', 'SingleStack'],
    emit: 'if-set',
  }),
  loadBalancerClass: string(21, { emit: 'if-set' }),
  loadBalancerIP: string(8),
  loadBalancerSourceRanges: list(9, text, { listType: 'atomic' }),
  ports: list(1, ServicePort, { listType: 'map', keys: ['port', 'protocol'], merge: 'port' }),
  publishNotReadyAddresses: boolean(13),
  selector: map(2, text, { mapType: 'atomic' }),
  sessionAffinity: string(7, { assumed: 'None', enum: ['ClientIP', 'None'] }),
  sessionAffinityConfig: ref(14, SessionAffinityConfig, { emit: 'if-set' }),
  trafficDistribution: string(23, { emit: 'if-set' }),
  type: string(4, { assumed: 'ClusterIP', enum: ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'] }),
});
export interface ServiceSpec extends Of<typeof ServiceSpec> {}

export const ServiceStatus = struct('io.k8s.api.core.v1.ServiceStatus', {
  conditions: list(2, Condition, { listType: 'map', keys: ['type'], merge: 'type' }),
  loadBalancer: ref(1, LoadBalancerStatus, { emit: 'always' }),
});
export interface ServiceStatus extends Of<typeof ServiceStatus> {}

export const Service = resource(
  'io.k8s.api.core.v1.Service',
  {
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
