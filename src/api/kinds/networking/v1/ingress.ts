import { resource } from '../../../meta/v1/resource.ts';
import { int32, list, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';
import { TypedLocalObjectReference } from '../../core/v1/references.ts';

export const ServiceBackendPort = struct(
  'io.k8s.api.networking.v1.ServiceBackendPort',
  {
    name: string(1, { doc: 'Name of the port. Mutually exclusive with number.' }),
    number: int32(2, { doc: 'Number of the port. Mutually exclusive with name.' }),
  },
  { doc: 'Port of a Service.', atomic: true },
);
export interface ServiceBackendPort extends Of<typeof ServiceBackendPort> {}

export const IngressServiceBackend = struct(
  'io.k8s.api.networking.v1.IngressServiceBackend',
  {
    name: required(string(1, { doc: 'Name of the Service.', emit: 'always' })),
    port: ref(2, ServiceBackendPort, { doc: 'Port of the Service.', emit: 'always' }),
  },
  { doc: 'Reference to a Service and one of its ports.' },
);
export interface IngressServiceBackend extends Of<typeof IngressServiceBackend> {}

export const IngressBackend = struct(
  'io.k8s.api.networking.v1.IngressBackend',
  {
    resource: ref(3, TypedLocalObjectReference, {
      doc: 'Reference to an object in the same namespace.',
      emit: 'if-set',
    }),
    service: ref(4, IngressServiceBackend, {
      doc: 'Service in the same namespace. Mutually exclusive with resource.',
      emit: 'if-set',
    }),
  },
  { doc: 'Destination of requests.' },
);
export interface IngressBackend extends Of<typeof IngressBackend> {}

export const HTTPIngressPath = struct(
  'io.k8s.api.networking.v1.HTTPIngressPath',
  {
    backend: required(ref(2, IngressBackend, { doc: 'Destination of the requests.', emit: 'always' })),
    path: string(1, { doc: 'Path to match.' }),
    pathType: required(
      string(3, {
        doc: 'How the path is matched: Exact, Prefix or ImplementationSpecific.',
        enum: ['Exact', 'ImplementationSpecific', 'Prefix'],
        emit: 'if-set',
      }),
    ),
  },
  { doc: 'Path, and the backend for requests that match it.' },
);
export interface HTTPIngressPath extends Of<typeof HTTPIngressPath> {}

export const HTTPIngressRuleValue = struct(
  'io.k8s.api.networking.v1.HTTPIngressRuleValue',
  {
    paths: required(
      list(1, HTTPIngressPath, { doc: 'Paths and their backends.', emit: 'always', listType: 'atomic' }),
    ),
  },
  { doc: 'Backends by path.' },
);
export interface HTTPIngressRuleValue extends Of<typeof HTTPIngressRuleValue> {}

export const IngressPortStatus = struct(
  'io.k8s.api.networking.v1.IngressPortStatus',
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
export interface IngressPortStatus extends Of<typeof IngressPortStatus> {}

export const IngressLoadBalancerIngress = struct(
  'io.k8s.api.networking.v1.IngressLoadBalancerIngress',
  {
    hostname: string(2, { doc: 'Hostname of the load balancer, if it has one.' }),
    ip: string(1, { doc: 'IP address of the load balancer, if it has one.' }),
    ports: list(4, IngressPortStatus, { doc: 'Status of each port.', listType: 'atomic' }),
  },
  { doc: 'Ingress point of a load balancer.' },
);
export interface IngressLoadBalancerIngress extends Of<typeof IngressLoadBalancerIngress> {}

export const IngressLoadBalancerStatus = struct(
  'io.k8s.api.networking.v1.IngressLoadBalancerStatus',
  {
    ingress: list(1, IngressLoadBalancerIngress, {
      doc: 'Ingress points of the load balancer.',
      listType: 'atomic',
    }),
  },
  { doc: 'Status of a load balancer.' },
);
export interface IngressLoadBalancerStatus extends Of<typeof IngressLoadBalancerStatus> {}

export const IngressRule = struct(
  'io.k8s.api.networking.v1.IngressRule',
  {
    host: string(1, { doc: 'Host to match. By default, all hosts match.' }),
    http: ref(1, HTTPIngressRuleValue, { doc: 'Paths of the host.', emit: 'if-set', inline: [2] }),
  },
  { doc: 'Rules for the requests to a host.' },
);
export interface IngressRule extends Of<typeof IngressRule> {}

export const IngressTLS = struct(
  'io.k8s.api.networking.v1.IngressTLS',
  {
    hosts: list(1, text, { doc: 'Hosts that the certificate is for.', listType: 'atomic' }),
    secretName: string(2, { doc: 'Name of the Secret with the certificate and the private key.' }),
  },
  { doc: 'TLS configuration for a set of hosts.' },
);
export interface IngressTLS extends Of<typeof IngressTLS> {}

export const IngressSpec = struct(
  'io.k8s.api.networking.v1.IngressSpec',
  {
    defaultBackend: ref(1, IngressBackend, {
      doc: 'Backend for requests that match no rule.',
      emit: 'if-set',
    }),
    ingressClassName: string(4, { doc: 'Name of the IngressClass.', emit: 'if-set' }),
    rules: list(3, IngressRule, { doc: 'Rules by host.', listType: 'atomic' }),
    tls: list(2, IngressTLS, { doc: 'TLS configuration by host.', listType: 'atomic' }),
  },
  { doc: 'Desired rules and TLS configuration.' },
);
export interface IngressSpec extends Of<typeof IngressSpec> {}

export const IngressStatus = struct(
  'io.k8s.api.networking.v1.IngressStatus',
  {
    loadBalancer: ref(1, IngressLoadBalancerStatus, {
      doc: 'Status of the load balancer.',
      emit: 'always',
    }),
  },
  { doc: 'Observed state of the Ingress.' },
);
export interface IngressStatus extends Of<typeof IngressStatus> {}

export const Ingress = resource(
  'io.k8s.api.networking.v1.Ingress',
  {
    doc: 'Routes external HTTP requests to Services.',
    group: 'networking.k8s.io',
    version: 'v1',
    kind: 'Ingress',
    plural: 'ingresses',
    singular: 'ingress',
    namespaced: true,
    shortNames: ['ing'],
    storageVersionHash: '39NQlfNR+bo=',
    subresources: { status: { kind: 'Ingress', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: ref(2, IngressSpec, { emit: 'always' }),
    status: ref(3, IngressStatus, { emit: 'always' }),
  },
);
export interface Ingress extends Of<typeof Ingress> {}
