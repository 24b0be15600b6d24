// Validates how traffic reaches Services: session affinity, traffic policies, and their health check.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by service.ts.
import type { ServiceSpec } from '../../../kinds/core/v1/service.ts';
import { complaints, type FieldError, forbidden, invalid, notSupported, required } from '../../field.ts';
import { isValidPortNumber } from '../../names.ts';

const longestAffinity = 86400;

export function affinityErrors({ sessionAffinity, sessionAffinityConfig }: ServiceSpec): FieldError[] {
  if (!sessionAffinity) return [required('spec.sessionAffinity')];
  if (sessionAffinity !== 'None' && sessionAffinity !== 'ClientIP')
    return [notSupported('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None'])];
  const path = 'spec.sessionAffinityConfig';
  if (sessionAffinity === 'None')
    return sessionAffinityConfig ? [forbidden(path, `must not be set when session affinity is None`)] : [];
  const why = 'when session affinity type is ClientIP';
  if (!sessionAffinityConfig) return [required(path, why)];
  const { clientIP } = sessionAffinityConfig;
  if (!clientIP) return [required(`${path}.clientIP`, why)];
  const at = `${path}.clientIP.timeoutSeconds`;
  const seconds = clientIP.timeoutSeconds;
  if (seconds === undefined) return [required(at, why)];
  return seconds <= 0 || seconds > longestAffinity
    ? [invalid(at, seconds, `must be greater than 0 and less than ${longestAffinity}`)]
    : [];
}

const isReachable = ({ type, externalIPs = [] }: ServiceSpec): boolean =>
  type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && externalIPs.length > 0);

const checksHealth = ({ type, externalTrafficPolicy }: ServiceSpec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local';

const policies = ['Cluster', 'Local'];
const distributions = ['PreferClose', 'PreferSameZone', 'PreferSameNode'];

export function trafficErrors(spec: ServiceSpec): FieldError[] {
  const { trafficDistribution } = spec;
  return [
    ...externalErrors(spec),
    ...healthErrors(spec),
    ...internalErrors(spec),
    ...(trafficDistribution !== undefined && !distributions.includes(trafficDistribution)
      ? [notSupported('spec.trafficDistribution', trafficDistribution, distributions)]
      : []),
  ];
}

function externalErrors(spec: ServiceSpec): FieldError[] {
  const { externalTrafficPolicy: policy } = spec;
  const path = 'spec.externalTrafficPolicy';
  if (!isReachable(spec))
    return policy ? [invalid(path, policy, 'may only be set for externally-accessible services')] : [];
  if (!policy) return [required(path)];
  return policies.includes(policy) ? [] : [notSupported(path, policy, policies)];
}

/** Unlike upstream, the port is allocated after validation, so that it may still be missing. */
function healthErrors(spec: ServiceSpec): FieldError[] {
  const { healthCheckNodePort: port } = spec;
  const path = 'spec.healthCheckNodePort';
  if (!port) return [];
  return checksHealth(spec)
    ? complaints(path, port, isValidPortNumber(port))
    : [
        invalid(
          path,
          port,
          "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
        ),
      ];
}

const internalTypes = new Set(['ClusterIP', 'LoadBalancer', 'NodePort']);

function internalErrors({ type, internalTrafficPolicy: policy }: ServiceSpec): FieldError[] {
  const path = 'spec.internalTrafficPolicy';
  if (policy === undefined) return type && internalTypes.has(type) ? [required(path)] : [];
  return policies.includes(policy) ? [] : [notSupported(path, policy, policies)];
}

export const healthUpdateErrors = (spec: ServiceSpec, old: ServiceSpec): FieldError[] =>
  checksHealth(spec) && checksHealth(old) && spec.healthCheckNodePort !== old.healthCheckNodePort
    ? [forbidden('spec.healthCheckNodePort', 'field is immutable')]
    : [];
