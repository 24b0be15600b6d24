// Allocated fields across an update of a service: an update that omits addresses and node ports keeps those of the stored
// service while the type needs them; fields that the new type does not use are dropped unless the update changes them.
// Called by service.ts. Upstream: pkg/registry/core/service/strategy.go and storage/storage.go.
import { isDeepStrictEqual } from 'node:util';
import type { Service, ServicePort } from '../../../api/kinds/core/v1/service.ts';
import { needsAddress, needsHealthCheck } from './needs.ts';

export function keepAllocated(wanted: Service, old: Service): void {
  const [spec, before] = [wanted.spec, old.spec];
  if (!spec || !before) return;
  keepAddress(wanted, old);
  keepNodePorts(wanted, old);
  if (needsHealthCheck(wanted)) spec.healthCheckNodePort ||= before.healthCheckNodePort;
  else if (spec.healthCheckNodePort === before.healthCheckNodePort) delete spec.healthCheckNodePort;
  dropTypeDependentFields(spec, before);
  // At once, although the load balancer goes later: the status of another type must not show one.
  if (spec.type !== 'LoadBalancer') wanted.status = { ...wanted.status, loadBalancer: {} };
}

/**
 * A port keeps its node port by its name, whatever else of it changes, unless another port has that now. A type without node ports loses
 * them, unless the update adds one (validation refuses that).
 */
function keepNodePorts({ spec: { type, ports = [] } = {} }: Service, { spec: before = {} }: Service): void {
  if (!mayHaveNodePorts(before.type)) return;
  const [then, now] = [numbersOf(before.ports), numbersOf(ports)];
  if (mayHaveNodePorts(type)) {
    const byName = new Map((before.ports ?? []).map(({ name = '', nodePort }) => [name, nodePort]));
    for (const port of ports) {
      const kept = port.nodePort ? undefined : byName.get(port.name ?? '');
      if (kept && !now.has(kept)) port.nodePort = kept;
    }
  } else if ([...now].every((number) => then.has(number))) for (const port of ports) delete port.nodePort;
}

const mayHaveNodePorts = (type: string | undefined): boolean =>
  type === 'NodePort' || type === 'LoadBalancer';

const numbersOf = (ports: readonly ServicePort[] = []): ReadonlySet<number> =>
  new Set(ports.flatMap(({ nodePort }) => nodePort || []));

/** A service keeps its cluster IP; ExternalName gives it up, unless the update sets it anew (validation refuses that). */
function keepAddress(wanted: Service, old: Service): void {
  const [spec, before] = [wanted.spec!, old.spec!];
  if (spec.type === 'ExternalName') {
    if (spec.clusterIP === before.clusterIP) delete spec.clusterIP;
    delete spec.clusterIPs;
    delete spec.ipFamilies;
    delete spec.ipFamilyPolicy;
    return;
  }
  keepBothNames(spec, before);
  if (!needsAddress(old) && before.clusterIP !== 'None') return;
  if (before.ipFamilies && !spec.ipFamilies) spec.ipFamilies = before.ipFamilies;
  if (before.ipFamilyPolicy && !spec.ipFamilyPolicy) spec.ipFamilyPolicy = before.ipFamilyPolicy;
}

type Spec = NonNullable<Service['spec']>;

/** clusterIP and the first of clusterIPs are one address: clients from before dual stack write the former only. */
function keepBothNames(spec: Spec, before: Spec): void {
  spec.clusterIP ||= before.clusterIP;
  const untouched = !spec.clusterIPs?.length || isDeepStrictEqual(spec.clusterIPs, before.clusterIPs);
  if (!untouched) return;
  if (spec.clusterIP === before.clusterIP) spec.clusterIPs = before.clusterIPs;
  else if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP];
}

/** Drops unchanged fields that only the old type uses. A changed one is kept, so that validation can refuse it. */
function dropTypeDependentFields(spec: Spec, before: Spec): void {
  const external = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  if (!external && spec.externalTrafficPolicy === before.externalTrafficPolicy)
    delete spec.externalTrafficPolicy;
  if (spec.type === 'LoadBalancer') return;
  if (spec.allocateLoadBalancerNodePorts === before.allocateLoadBalancerNodePorts)
    delete spec.allocateLoadBalancerNodePorts;
  if (spec.loadBalancerClass === before.loadBalancerClass) delete spec.loadBalancerClass;
}
