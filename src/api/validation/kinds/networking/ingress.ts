// Validates Ingresses.
// Paths and messages follow k8s.io/kubernetes pkg/apis/networking/validation. Called through rule-book.ts.
import { addAll } from '../../../../kit/lists.ts';
import type {
  HTTPIngressPath,
  HTTPIngressRuleValue,
  Ingress,
  IngressBackend,
} from '../../../kinds/networking/v1/ingress.ts';
import { isLooseIP } from '../../addresses.ts';
import {
  checkItems,
  complaints,
  errorsOfItems,
  type FieldError,
  invalid,
  notSupported,
  required,
} from '../../field.ts';
import {
  isDNS1123Label,
  isDNS1123Subdomain,
  isValidPortName,
  isValidPortNumber,
  isWildcardDNS1123Subdomain,
} from '../../names.ts';
import type { Rules } from '../../rules.ts';
import { referenceErrors } from './ingress-class.ts';
import { addressesIn, pointAddressErrors, pointNameErrors } from './load-balancer.ts';

const classAnnotation = 'kubernetes.io/ingress.class';

function backendErrors(backend: IngressBackend, path: string): FieldError[] {
  const { service, resource } = backend;
  if (service && resource) return [invalid(path, '', 'cannot set both resource and service backends')];
  if (resource) return referenceErrors(resource, `${path}.resource`);
  if (!service) return [invalid(path, '', 'resource or service backend is required')];
  const errors = service.name
    ? complaints(`${path}.service.name`, service.name, isDNS1123Label(service.name))
    : [required(`${path}.service.name`)];
  const { name, number } = service.port ?? {};
  if (name && number) return [...errors, invalid(path, '', 'cannot set both port name & port number')];
  if (name) return [...errors, ...complaints(`${path}.service.port.name`, name, isValidPortName(name))];
  if (number)
    return [...errors, ...complaints(`${path}.service.port.number`, number, isValidPortNumber(number))];
  return [...errors, required(path, 'port name or number is required')];
}

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix'];
const badParts = ['//', '/./', '/../', '%2f', '%2F'];
const badEnds = ['/..', '/.'];

function pathErrors({ path = '', pathType, backend }: HTTPIngressPath, at: string): FieldError[] {
  if (pathType === undefined) return [required(`${at}.pathType`, 'pathType must be specified')];
  const errors: FieldError[] = [];
  const isAbsolute = path.startsWith('/');
  const bad = (why: string) => errors.push(invalid(`${at}.path`, path, why));
  if (pathType === 'Exact' || pathType === 'Prefix') {
    if (!isAbsolute) bad('must be an absolute path');
    for (const part of badParts) if (path.includes(part)) bad(`must not contain '${part}'`);
    for (const end of badEnds) if (path.endsWith(end)) bad(`cannot end with '${end}'`);
  } else if (pathType === 'ImplementationSpecific') {
    if (path && !isAbsolute) bad('must be an absolute path');
  } else errors.push(notSupported(`${at}.pathType`, pathType, pathTypes));
  return [...errors, ...backendErrors(backend, `${at}.backend`)];
}

function pathsErrors(http: HTTPIngressRuleValue | undefined, rule: string): FieldError[] {
  if (!http) return [];
  const at = `${rule}.http.paths`;
  if (!http.paths?.length) return [required(at)];
  return errorsOfItems(http.paths, (path, i) => pathErrors(path, `${at}[${i}]`));
}

const isWildcard = (host: string): boolean => host.includes('*');

const hostErrors = (host: string, path: string): FieldError[] =>
  complaints(path, host, isWildcard(host) ? isWildcardDNS1123Subdomain(host) : isDNS1123Subdomain(host));

function ruleHostErrors(host: string, path: string): FieldError[] {
  if (host === '') return [];
  const address = isLooseIP(host) ? [invalid(path, host, 'must be a DNS name, not an IP address')] : [];
  return [...address, ...hostErrors(host, path)];
}

const secretNameComplaints = (name = ''): string[] => (name === '' ? [] : isDNS1123Subdomain(name));

/** What the stored Ingress has although it is not valid, and so keeps. */
interface Tolerated {
  readonly secretNames: boolean;
  readonly wildcardRules: boolean;
}

function specErrors({ spec = {} }: Ingress, tolerated: Tolerated): FieldError[] {
  const errors: FieldError[] = [];
  if (!spec.rules?.length && !spec.defaultBackend)
    errors.push(invalid('spec', spec.rules ?? null, 'either `defaultBackend` or `rules` must be specified'));
  if (spec.defaultBackend) addAll(errors, backendErrors(spec.defaultBackend, 'spec.defaultBackend'));
  checkItems(errors, spec.rules, ({ host = '', http }, i) => {
    const at = `spec.rules[${i}]`;
    addAll(errors, ruleHostErrors(host, `${at}.host`));
    if (!isWildcard(host) || !tolerated.wildcardRules) addAll(errors, pathsErrors(http, at));
  });
  checkItems(errors, spec.tls, ({ hosts, secretName }, i) => {
    const at = `spec.tls[${i}]`;
    checkItems(errors, hosts, (host, h) => {
      addAll(errors, hostErrors(host, `${at}.hosts[${h}]`));
    });
    if (!tolerated.secretNames)
      addAll(errors, complaints(`${at}.secretName`, secretName, secretNameComplaints(secretName)));
  });
  const name = spec.ingressClassName;
  if (name !== undefined) addAll(errors, complaints('spec.ingressClassName', name, isDNS1123Subdomain(name)));
  return errors;
}

const toleratedBy = ({ spec = {} }: Ingress): Tolerated => ({
  secretNames: (spec.tls ?? []).some(({ secretName }) => secretNameComplaints(secretName).length > 0),
  wildcardRules: (spec.rules ?? []).some(
    ({ host = '', http }) => isWildcard(host) && pathsErrors(http, '').length > 0,
  ),
});

function classErrors({ metadata, spec }: Ingress): FieldError[] {
  const annotation = metadata.annotations?.[classAnnotation];
  const name = spec?.ingressClassName;
  if (annotation === undefined || name === undefined || annotation === name) return [];
  const says = 'must match `ingressClassName` when both are specified';
  return [invalid(`annotations.${classAnnotation}`, annotation, says)];
}

function statusErrors({ status }: Ingress, old: Ingress): FieldError[] {
  const known = addressesIn(old.status?.loadBalancer?.ingress);
  return errorsOfItems(status?.loadBalancer?.ingress, (point, i) => {
    const at = `status.loadBalancer.ingress[${i}]`;
    return [...pointAddressErrors(point, at, known), ...pointNameErrors(point, at)];
  });
}

export const ingressRules: Rules<Ingress> = {
  create: (i) => [...specErrors(i, { secretNames: false, wildcardRules: false }), ...classErrors(i)],
  update: (i, old) => specErrors(i, toleratedBy(old)),
  status: statusErrors,
};
