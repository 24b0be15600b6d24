import { resource } from '../../../meta/v1/resource.ts';
import { int32, list, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';
import { TypedLocalObjectReference } from '../../core/v1/references.ts';

export const ServiceBackendPort = struct(
  'io.k8s.api.networking.v1.ServiceBackendPort',
  {
    name: string(1, { doc: 'By name.' }),
    number: int32(2, { doc: 'By number.' }),
  },
  { doc: 'A port of a service.', atomic: true },
);
export interface ServiceBackendPort extends Of<typeof ServiceBackendPort> {}

export const IngressServiceBackend = struct(
  'io.k8s.api.networking.v1.IngressServiceBackend',
  {
    name: required(string(1, { doc: 'The service.', emit: 'always' })),
    port: ref(2, ServiceBackendPort, { doc: 'Its port.', emit: 'always' }),
  },
  { doc: 'A service and its port.' },
);
export interface IngressServiceBackend extends Of<typeof IngressServiceBackend> {}

export const IngressBackend = struct(
  'io.k8s.api.networking.v1.IngressBackend',
  {
    resource: ref(3, TypedLocalObjectReference, { doc: 'An object in the same namespace.', emit: 'if-set' }),
    service: ref(4, IngressServiceBackend, { doc: 'A service in the same namespace.', emit: 'if-set' }),
  },
  { doc: 'Where requests go.' },
);
export interface IngressBackend extends Of<typeof IngressBackend> {}

export const HTTPIngressPath = struct(
  'io.k8s.api.networking.v1.HTTPIngressPath',
  {
    backend: required(ref(2, IngressBackend, { doc: 'Where it leads.', emit: 'always' })),
    path: string(1, { doc: 'The path.' }),
    pathType: required(
      string(3, {
        doc: 'Exact, Prefix or ImplementationSpecific.',
        enum: ['Exact', 'ImplementationSpecific', 'Prefix'],
        emit: 'if-set',
      }),
    ),
  },
  { doc: 'One path and where it leads.' },
);
export interface HTTPIngressPath extends Of<typeof HTTPIngressPath> {}

export const HTTPIngressRuleValue = struct(
  'io.k8s.api.networking.v1.HTTPIngressRuleValue',
  {
    paths: required(
      list(1, HTTPIngressPath, { doc: 'Paths and their backends.', emit: 'always', listType: 'atomic' }),
    ),
  },
  { doc: 'Where requests go, by path.' },
);
export interface HTTPIngressRuleValue extends Of<typeof HTTPIngressRuleValue> {}

export const IngressPortStatus = struct(
  'io.k8s.api.networking.v1.IngressPortStatus',
  {
    error: string(3, { doc: 'Why the port does not work; absent when it does.', emit: 'if-set' }),
    port: required(int32(1, { doc: 'The number of the port.', emit: 'always' })),
    protocol: required(string(2, { doc: 'TCP, UDP or SCTP.', enum: ['SCTP', 'TCP', 'UDP'], emit: 'always' })),
  },
  { doc: 'How one port of the load balancer is doing.' },
);
export interface IngressPortStatus extends Of<typeof IngressPortStatus> {}

export const IngressLoadBalancerIngress = struct(
  'io.k8s.api.networking.v1.IngressLoadBalancerIngress',
  {
    hostname: string(2, { doc: "The load balancer's name in DNS, if it goes by name." }),
    ip: string(1, { doc: "The load balancer's address, if it goes by address." }),
    ports: list(4, IngressPortStatus, { doc: 'How each port is doing.', listType: 'atomic' }),
  },
  { doc: 'An address of the load balancer.' },
);
export interface IngressLoadBalancerIngress extends Of<typeof IngressLoadBalancerIngress> {}

export const IngressLoadBalancerStatus = struct(
  'io.k8s.api.networking.v1.IngressLoadBalancerStatus',
  {
    ingress: list(1, IngressLoadBalancerIngress, {
      doc: "The load balancer's addresses.",
      listType: 'atomic',
    }),
  },
  { doc: 'Where the load balancer is reached.' },
);
export interface IngressLoadBalancerStatus extends Of<typeof IngressLoadBalancerStatus> {}

export const IngressRule = struct(
  'io.k8s.api.networking.v1.IngressRule',
  {
    host: string(1, { doc: 'The host; every one if left out.' }),
    http: ref(1, HTTPIngressRuleValue, { doc: 'Its paths.', emit: 'if-set', inline: [2] }),
  },
  { doc: 'The paths of one host.' },
);
export interface IngressRule extends Of<typeof IngressRule> {}

export const IngressTLS = struct(
  'io.k8s.api.networking.v1.IngressTLS',
  {
    hosts: list(1, text, { doc: 'The hosts.', listType: 'atomic' }),
    secretName: string(2, { doc: 'The secret with the certificate.' }),
  },
  { doc: 'A certificate and its hosts.' },
);
export interface IngressTLS extends Of<typeof IngressTLS> {}

export const IngressSpec = struct(
  'io.k8s.api.networking.v1.IngressSpec',
  {
    defaultBackend: ref(1, IngressBackend, { doc: 'Where everything else goes.', emit: 'if-set' }),
    ingressClassName: string(4, { doc: 'The class that takes care of it.', emit: 'if-set' }),
    rules: list(3, IngressRule, { doc: 'Hosts and their paths.', listType: 'atomic' }),
    tls: list(2, IngressTLS, { doc: 'Certificates, by host.', listType: 'atomic' }),
  },
  { doc: 'Which hosts and paths lead where.' },
);
export interface IngressSpec extends Of<typeof IngressSpec> {}

export const IngressStatus = struct(
  'io.k8s.api.networking.v1.IngressStatus',
  {
    loadBalancer: ref(1, IngressLoadBalancerStatus, {
      doc: 'The load balancer that serves it.',
      emit: 'always',
    }),
  },
  { doc: 'Where the ingress is reached.' },
);
export interface IngressStatus extends Of<typeof IngressStatus> {}

export const Ingress = resource(
  'io.k8s.api.networking.v1.Ingress',
  {
    doc: 'Leads HTTP from outside to services.',
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
