// A TLSRoute, TCPRoute or UDPRoute by itself: one rule, whose connections get closed where a reference leads nowhere. Pure; called by
// route-plans.ts.
import type { TCPRoute, TLSRoute, UDPRoute } from '../../api/kinds/gateway/v1/stream-routes.ts';
import { ageOf } from './age.ts';
import { baseName, Findings, isUsed, type PlannedBackend, type PlannedRoute } from './plan.ts';
import type { Lookups } from './world.ts';

export function planStream(route: Readonly<TLSRoute | TCPRoute | UDPRoute>, world: Lookups): PlannedRoute {
  const findings = new Findings();
  const backends = (route.spec.rules[0]?.backendRefs ?? []).flatMap((ref, i): PlannedBackend[] => {
    const found = findings.resolve(route, ref, world);
    const { weight = 1 } = ref;
    const policy = { protocol: 'http' } as const;
    const endpoints = found?.endpoints ?? [];
    const name = `${baseName(route)}_${i}`;
    return isUsed(ref) ? [{ name, weight, policy, endpoints, mirrored: [] }] : [];
  });
  const namespace = route.metadata.namespace!;
  return { age: ageOf(route), namespace, rules: [{ matches: [], backends }], ...findings.all };
}
