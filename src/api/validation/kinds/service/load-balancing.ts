// Validates what only Services of type LoadBalancer have: allowed source ranges, a class, and the status of the load balancer.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by service.ts.
import { addAll } from '../../../../kit/lists.ts';
import type { LoadBalancerIngress, Service, ServiceSpec } from '../../../kinds/core/v1/service.ts';
import { validateNewCIDR } from '../../addresses.ts';
import {
  checkItems,
  complaints,
  errorsOfItems,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../field.ts';
import { isQualifiedName } from '../../names.ts';
import { addressesIn, pointAddressErrors, pointNameErrors } from '../networking/load-balancer.ts';

const isBalanced = (spec: ServiceSpec | undefined): boolean => spec?.type === 'LoadBalancer';
const ONLY = "may only be used when `type` is 'LoadBalancer'";
const RANGES_ANNOTATION = 'service.beta.kubernetes.io/load-balancer-source-ranges';

export function balancerErrors({ metadata, spec = {} }: Service, old?: Service): FieldError[] {
  const ranges = spec.loadBalancerSourceRanges ?? [];
  const annotation = metadata.annotations?.[RANGES_ANNOTATION];
  const errors: FieldError[] = [];
  if (ranges.length > 0) addAll(errors, rangesErrors(spec, old?.spec?.loadBalancerSourceRanges));
  else if (annotation !== undefined)
    addAll(errors, annotationErrors(annotation, spec, old?.metadata.annotations?.[RANGES_ANNOTATION]));
  const given = spec.allocateLoadBalancerNodePorts !== undefined;
  if (given && !isBalanced(spec)) errors.push(forbidden('spec.allocateLoadBalancerNodePorts', ONLY));
  if (!given && isBalanced(spec)) errors.push(required('allocateLoadBalancerNodePorts'));
  return [...errors, ...classErrors(spec)];
}

/** Clients may write spaces around a range. */
function rangesErrors(spec: ServiceSpec, before: readonly string[] = []): FieldError[] {
  const path = 'spec.LoadBalancerSourceRanges';
  const errors = isBalanced(spec) ? [] : [forbidden(path, ONLY)];
  const known = new Set(before.map((range) => range.trim()));
  checkItems(errors, spec.loadBalancerSourceRanges, (range, i) => {
    addAll(errors, validateNewCIDR(`${path}[${i}]`, range.trim(), known));
  });
  return errors;
}

function annotationErrors(text: string, spec: ServiceSpec, before: string | undefined): FieldError[] {
  const path = `metadata.annotations[${RANGES_ANNOTATION}]`;
  const errors = isBalanced(spec) ? [] : [forbidden(path, ONLY)];
  if (text === before || text.trim() === '') return errors;
  return [
    ...errors,
    ...errorsOfItems(text.trim().split(','), (range) => validateNewCIDR(path, range.trim())),
  ];
}

const CLASS = 'spec.loadBalancerClass';

function classErrors(spec: ServiceSpec): FieldError[] {
  const { loadBalancerClass: name } = spec;
  if (name === undefined) return [];
  return isBalanced(spec) ? complaints(CLASS, name, isQualifiedName(name)) : [forbidden(CLASS, ONLY)];
}

export const classUpdateErrors = (spec: ServiceSpec, old: ServiceSpec): FieldError[] => [
  ...(isBalanced(spec) && isBalanced(old) && spec.loadBalancerClass !== old.loadBalancerClass
    ? [invalid(CLASS, spec.loadBalancerClass ?? null, 'may not change once set')]
    : []),
  ...classErrors(spec),
];

const modes = ['Proxy', 'VIP'];

function modeErrors({ ip, ipMode }: LoadBalancerIngress, path: string): FieldError[] {
  if (ipMode === undefined) return ip ? [required(path, 'must be specified when `ip` is set')] : [];
  if (!ip) return [forbidden(path, 'may not be specified when `ip` is not set')];
  return modes.includes(ipMode) ? [] : [notSupported(path, ipMode, modes)];
}

export function balancerStatusErrors({ spec, status }: Service, old: Service): FieldError[] {
  const path = 'status.loadBalancer.ingress';
  const points = status?.loadBalancer?.ingress ?? [];
  if (!isBalanced(spec) && points.length > 0)
    return [forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")];
  const known = addressesIn(old.status?.loadBalancer?.ingress);
  return errorsOfItems(points, (point, i) => {
    const at = `${path}[${i}]`;
    return [
      ...pointAddressErrors(point, at, known),
      ...modeErrors(point, `${at}.ipMode`),
      ...pointNameErrors(point, at),
    ];
  });
}
