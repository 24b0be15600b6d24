// Validates Ingresses, IngressClasses and NetworkPolicies.
// Paths and messages follow k8s.io/kubernetes pkg/apis/networking/validation. Called through rule-book.ts.
import { addAll } from '../../../../kit/lists.ts';
import type { HTTPIngressPath, Ingress, IngressBackend } from '../../../kinds/networking/v1/ingress.ts';
import type { IngressClass } from '../../../kinds/networking/v1/ingress-class.ts';
import type {
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '../../../kinds/networking/v1/network-policy.ts';
import { isCIDR, isIP, validateCIDR } from '../../addresses.ts';
import {
  checkItems,
  complaints,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../field.ts';
import { validateLabelSelector } from '../../labels.ts';
import {
  isDNS1035Label,
  isDNS1123Subdomain,
  isValidPortName,
  isValidPortNumber,
  isWildcardDNS1123Subdomain,
} from '../../names.ts';
import { unchanged } from '../../object-meta.ts';
import { validatePortNumberOrName } from '../../pod/containers/probe.ts';
import type { Rules } from '../../rules.ts';

const classAnnotation = 'kubernetes.io/ingress.class';

function backendErrors(backend: IngressBackend, path: string): FieldError[] {
  const { service, resource } = backend;
  if (service && resource) return [invalid(path, '', 'cannot set both resource and service backends')];
  if (resource) return resource.name ? [] : [required(`${path}.resource.name`)];
  if (!service) return [required(path, 'resource or service backend is required')];
  const errors = service.name
    ? complaints(`${path}.service.name`, service.name, isDNS1035Label(service.name))
    : [required(`${path}.service.name`)];
  const { name, number } = service.port ?? {};
  if (name && number) return [...errors, invalid(path, '', 'cannot set both port name & port number')];
  if (name) return [...errors, ...complaints(`${path}.service.port.name`, name, isValidPortName(name))];
  if (number)
    return [...errors, ...complaints(`${path}.service.port.number`, number, isValidPortNumber(number))];
  return [...errors, required(path, 'port name or number is required')];
}

const pathTypes = ['Exact', 'Prefix', 'ImplementationSpecific'];
const badParts = ['//', '/./', '/../', '%2f', '%2F'];
const badEnds = ['/..', '/.'];

function pathErrors(entry: HTTPIngressPath, at: string): FieldError[] {
  const { path = '', pathType } = entry;
  const errors: FieldError[] = [];
  if (!pathType) errors.push(required(`${at}.pathType`, 'pathType must be specified'));
  else if (pathType === 'Exact' || pathType === 'Prefix') {
    if (!path.startsWith('/')) errors.push(invalid(`${at}.path`, path, 'must be an absolute path'));
    for (const part of badParts)
      if (path.includes(part)) errors.push(invalid(`${at}.path`, path, `must not contain '${part}'`));
    for (const end of badEnds)
      if (path.endsWith(end)) errors.push(invalid(`${at}.path`, path, `cannot end with '${end}'`));
  } else if (pathType === 'ImplementationSpecific') {
    if (path && !path.startsWith('/')) errors.push(invalid(`${at}.path`, path, 'must be an absolute path'));
  } else errors.push(notSupported(`${at}.pathType`, pathType, pathTypes));
  return [...errors, ...backendErrors(entry.backend, `${at}.backend`)];
}

function hostErrors(host: string, path: string): FieldError[] {
  if (host === '') return [];
  if (isIP(host)) return [invalid(path, host, 'must be a DNS name, not an IP address')];
  return complaints(
    path,
    host,
    host.includes('*') ? isWildcardDNS1123Subdomain(host) : isDNS1123Subdomain(host),
  );
}

function ingressSpec({ spec = {} }: Ingress): FieldError[] {
  const errors: FieldError[] = [];
  if (!spec.rules?.length && !spec.defaultBackend)
    errors.push(invalid('spec', spec.rules ?? null, 'either `defaultBackend` or `rules` must be specified'));
  if (spec.defaultBackend) addAll(errors, backendErrors(spec.defaultBackend, 'spec.defaultBackend'));
  checkItems(errors, spec.rules, ({ host = '', http }, i) => {
    addAll(errors, hostErrors(host, `spec.rules[${i}].host`));
    if (!http) return;
    const at = `spec.rules[${i}].http.paths`;
    if (!http.paths?.length) errors.push(required(at));
    checkItems(errors, http.paths, (path, p) => {
      addAll(errors, pathErrors(path, `${at}[${p}]`));
    });
  });
  checkItems(errors, spec.tls, ({ hosts = [] }, i) => {
    checkItems(errors, hosts, (host, h) => {
      addAll(errors, hostErrors(host, `spec.tls[${i}].hosts[${h}]`));
    });
  });
  if (spec.ingressClassName !== undefined)
    addAll(
      errors,
      complaints('spec.ingressClassName', spec.ingressClassName, isDNS1123Subdomain(spec.ingressClassName)),
    );
  return errors;
}

export const ingressRules: Rules<Ingress> = {
  create: (i) => {
    const annotation = i.metadata.annotations?.[classAnnotation];
    const both = annotation !== undefined && i.spec?.ingressClassName !== undefined;
    const clash = 'can not be set when the class field is also set';
    return [
      ...(both ? [invalid(`metadata.annotations.${classAnnotation}`, annotation, clash)] : []),
      ...ingressSpec(i),
    ];
  },
  update: ingressSpec,
};

function ingressClass({ spec }: IngressClass): FieldError[] {
  const controller = spec?.controller ?? '';
  const errors: FieldError[] = [];
  if (controller.length > 250)
    errors.push({
      ...invalid('spec.controller', '', ''),
      type: 'FieldValueTooLong',
      message: 'Too long: may not be more than 250 bytes',
    });
  else if (controller === '') errors.push(required('spec.controller'));
  else if (!/^[a-z0-9.-]+\/[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(controller))
    errors.push(
      invalid('spec.controller', controller, 'must be a domain-prefixed path (such as "acme.io/foo")'),
    );
  const parameters = spec?.parameters;
  if (!parameters) return errors;
  if (!parameters.kind) errors.push(required('spec.parameters.kind', 'kind is required'));
  if (!parameters.name) errors.push(required('spec.parameters.name', 'name is required'));
  if (parameters.scope === 'Namespace' && !parameters.namespace)
    errors.push(required('spec.parameters.namespace', "`parameters.scope` is set to 'Namespace'"));
  if (parameters.scope === 'Cluster' && parameters.namespace)
    errors.push(forbidden('spec.parameters.namespace', "`parameters.scope` is set to 'Cluster'"));
  return errors;
}

export const ingressClassRules: Rules<IngressClass> = {
  create: ingressClass,
  update: (c, old) => [
    ...ingressClass(c),
    ...unchanged('spec.controller', c.spec?.controller, old.spec?.controller),
  ],
};

const protocols = ['SCTP', 'TCP', 'UDP'];

function policyPort({ port, endPort, protocol }: NetworkPolicyPort, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (protocol && !protocols.includes(protocol))
    errors.push(notSupported(`${path}.protocol`, protocol, protocols));
  if (port !== undefined) addAll(errors, validatePortNumberOrName(port, `${path}.port`));
  if (endPort === undefined) return errors;
  if (port === undefined)
    errors.push(required(`${path}.endPort`, 'may not be specified when `port` is not specified'));
  else if (typeof port === 'string')
    errors.push(invalid(`${path}.endPort`, endPort, 'may not be specified when `port` is non-numeric'));
  else {
    if (endPort < port)
      errors.push(invalid(`${path}.endPort`, endPort, 'must be greater than or equal to `port`'));
    addAll(errors, complaints(`${path}.endPort`, endPort, isValidPortNumber(endPort)));
  }
  return errors;
}

function policyPeer(
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
  path: string,
): FieldError[] {
  const errors = [
    ...validateLabelSelector(podSelector, `${path}.podSelector`),
    ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`),
  ];
  if (ipBlock) addAll(errors, ipBlockErrors(ipBlock, `${path}.ipBlock`));
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(required(path, 'must specify a peer'));
  else if (ipBlock && (podSelector || namespaceSelector))
    errors.push(forbidden(path, 'may not specify both ipBlock and another peer'));
  return errors;
}

function ipBlockErrors(
  { cidr, except = [] }: { cidr: string; except?: string[] },
  path: string,
): FieldError[] {
  if (!cidr) return [required(`${path}.cidr`)];
  const errors = validateCIDR(`${path}.cidr`, cidr);
  checkItems(errors, except, (range, i) => {
    if (!isCIDR(range)) addAll(errors, validateCIDR(`${path}.except[${i}]`, range));
  });
  return errors;
}

function networkPolicy({ spec }: NetworkPolicy): FieldError[] {
  const errors = validateLabelSelector(spec?.podSelector, 'spec.podSelector');
  checkItems(errors, spec?.ingress, ({ ports = [], from = [] }, i) => {
    checkItems(errors, ports, (port, p) => {
      addAll(errors, policyPort(port, `spec.ingress[${i}].ports[${p}]`));
    });
    checkItems(errors, from, (peer, p) => {
      addAll(errors, policyPeer(peer, `spec.ingress[${i}].from[${p}]`));
    });
  });
  checkItems(errors, spec?.egress, ({ ports = [], to = [] }, i) => {
    checkItems(errors, ports, (port, p) => {
      addAll(errors, policyPort(port, `spec.egress[${i}].ports[${p}]`));
    });
    checkItems(errors, to, (peer, p) => {
      addAll(errors, policyPeer(peer, `spec.egress[${i}].to[${p}]`));
    });
  });
  const types = spec?.policyTypes ?? [];
  if (types.length > 2)
    return [...errors, invalid('spec.policyTypes', types, 'may not specify more than two policyTypes')];
  checkItems(errors, types, (type, i) => {
    if (type !== 'Ingress' && type !== 'Egress')
      errors.push(notSupported(`spec.policyTypes[${i}]`, type, ['Egress', 'Ingress']));
  });
  return errors;
}

export const networkPolicyRules: Rules<NetworkPolicy> = { create: networkPolicy };
