// What routes and policies are with respect to our Gateways. Entries of other controllers stay; those of parents that a route names no
// longer go. Pure; called by ../../gateway-reports.ts.
import { GATEWAY_CONTROLLER } from '../../../api/gateways/names.ts';
import type { PolicyAncestorStatus, PolicyStatus } from '../../../api/kinds/gateway/v1/backend-tls-policy.ts';
import type { RouteParentStatus, RouteStatus } from '../../../api/kinds/gateway/v1/conditions.ts';
import { GATEWAY_GROUP, type ParentReference } from '../../../api/kinds/gateway/v1/references.ts';
import type { CompiledPolicy } from '../compile.ts';
import type { CompiledRoutePolicy } from '../policies/route-policies.ts';
import type { CompiledRoute } from '../route-plans.ts';
import { verdictOf } from '../verdict.ts';
import { conditionsOf } from './conditions.ts';

const OWN = new Set(['PartiallyInvalid']);
const MOST_PARENTS = 32;
const MOST_ANCESTORS = 16;

const refKey = ({ group, kind, namespace, name, sectionName, port }: Readonly<ParentReference>): string =>
  [group ?? GATEWAY_GROUP, kind ?? 'Gateway', namespace, name, sectionName, port].join(' ');

export function routeStatus({ route, planned, parents }: CompiledRoute, now: string): RouteStatus {
  const before = route.status?.parents ?? [];
  const moment = { now, generation: route.metadata.generation };
  const own = before.filter(({ controllerName }) => controllerName === GATEWAY_CONTROLLER);
  const made = parents.map(({ ref, notAccepted }): RouteParentStatus => {
    const former = own.find(({ parentRef }) => refKey(parentRef) === refKey(ref));
    const verdicts = [
      verdictOf('Accepted', notAccepted),
      verdictOf('ResolvedRefs', planned.unresolved),
      ...(planned.partial && !notAccepted
        ? [{ type: 'PartiallyInvalid', status: 'True' as const, ...planned.partial }]
        : []),
    ];
    return {
      conditions: conditionsOf(verdicts, former?.conditions, moment, OWN),
      controllerName: GATEWAY_CONTROLLER,
      parentRef: { ...ref },
    };
  });
  const others = before.filter(({ controllerName }) => controllerName !== GATEWAY_CONTROLLER);
  return { parents: [...others, ...made].slice(0, MOST_PARENTS) };
}

/** Of a RoutePolicy: an entry for each target. */
export function routePolicyStatus({ policy, targets }: CompiledRoutePolicy, now: string): PolicyStatus {
  const before = policy.status?.ancestors ?? [];
  const { namespace, generation } = policy.metadata;
  const ancestors = targets.map(({ ref, accepted }): PolicyAncestorStatus => {
    const { kind, name, sectionName } = ref;
    const ancestorRef = { group: GATEWAY_GROUP, kind, name, namespace, ...(sectionName && { sectionName }) };
    const former = before.find((one) => refKey(one.ancestorRef) === refKey(ancestorRef));
    const conditions = conditionsOf([accepted], former?.conditions, { now, generation });
    return { ancestorRef, conditions, controllerName: GATEWAY_CONTROLLER };
  });
  return { ancestors };
}

export function policyStatus({ policy, gateways, verdicts }: CompiledPolicy, now: string): PolicyStatus {
  const before = policy.status?.ancestors ?? [];
  const moment = { now, generation: policy.metadata.generation };
  const others = before.filter(({ controllerName }) => controllerName !== GATEWAY_CONTROLLER);
  const made = gateways.map(({ metadata: { namespace, name } }): PolicyAncestorStatus => {
    const ancestorRef = { group: GATEWAY_GROUP, kind: 'Gateway', name: name!, namespace: namespace! };
    const former = before.find(
      (one) => one.controllerName === GATEWAY_CONTROLLER && refKey(one.ancestorRef) === refKey(ancestorRef),
    );
    const conditions = conditionsOf(verdicts, former?.conditions, moment);
    return { ancestorRef, conditions, controllerName: GATEWAY_CONTROLLER };
  });
  return { ancestors: [...others, ...made].slice(0, MOST_ANCESTORS) };
}
