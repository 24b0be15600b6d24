// What an update of a service keeps although the caller left it out: its addresses and ports, as long as its type needs
// them; and what it loses because the new type has no use for it.
import type { Service } from '../../api/kinds/core/v1/service.ts';
import { needsAddress, needsNodePorts } from './service-needs.ts';

export function keepAllocated(wanted: Service, old: Service): void {
  const [spec, before] = [wanted.spec, old.spec];
  if (!spec || !before) return;
  keepAddress(wanted, old);
  const needs = needsNodePorts(wanted);
  for (const port of spec.ports ?? []) {
    const same = before.ports?.find(
      (p) => p.port === port.port && (p.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
    );
    if (needs && !port.nodePort && same?.nodePort && needsNodePorts(old)) port.nodePort = same.nodePort;
    if (!needs && port.nodePort && port.nodePort === same?.nodePort && spec.type !== 'LoadBalancer')
      delete port.nodePort;
  }
  if (spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local')
    spec.healthCheckNodePort ||= before.healthCheckNodePort;
  else if (spec.healthCheckNodePort === before.healthCheckNodePort) delete spec.healthCheckNodePort;
  dropForeign(spec, before);
}

function keepAddress(wanted: Service, old: Service): void {
  const [spec, before] = [wanted.spec!, old.spec!];
  if (spec.type === 'ExternalName') {
    if (spec.clusterIP === before.clusterIP) delete spec.clusterIP;
    delete spec.clusterIPs;
    delete spec.ipFamilies;
    delete spec.ipFamilyPolicy;
    return;
  }
  if (!needsAddress(old) && before.clusterIP !== 'None') return;
  if (!spec.clusterIP && !spec.clusterIPs?.length) {
    spec.clusterIP = before.clusterIP;
    spec.clusterIPs = before.clusterIPs;
  }
  if (before.ipFamilies && !spec.ipFamilies) spec.ipFamilies = before.ipFamilies;
  if (before.ipFamilyPolicy && !spec.ipFamilyPolicy) spec.ipFamilyPolicy = before.ipFamilyPolicy;
}

type Spec = NonNullable<Service['spec']>;

/** Fields that only the old type had, unless the caller set them anew. */
function dropForeign(spec: Spec, before: Spec): void {
  const external = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  if (!external && spec.externalTrafficPolicy === before.externalTrafficPolicy)
    delete spec.externalTrafficPolicy;
  if (spec.type === 'LoadBalancer') return;
  if (spec.allocateLoadBalancerNodePorts === before.allocateLoadBalancerNodePorts)
    delete spec.allocateLoadBalancerNodePorts;
  if (spec.loadBalancerClass === before.loadBalancerClass) delete spec.loadBalancerClass;
}
