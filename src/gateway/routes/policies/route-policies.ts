// All RoutePolicies: which of them holds for a rule of a route at a listener, and what becomes of each. Pure. A part of a policy holds where
// no more specific target has that part: Gateway, listener, route, rule. Of several with one target the oldest holds.
import type { Gateway } from '../../../api/kinds/gateway/v1/gateway.ts';
import type { RoutePolicy, RoutePolicyTarget } from '../../../api/kinds/gateway/v1alpha1/route-policy.ts';
import type { Policy } from '../../model/policy.ts';
import type { Backend } from '../../model/routes.ts';
import { firstOfEach } from '../../model/shares.ts';
import { byAge } from '../age.ts';
import type { ResolvedListener } from '../listeners/resolve.ts';
import type { PlannedRoute, PlannedRule } from '../plan.ts';
import { type Verdict, verdictOf } from '../verdict.ts';
import type { AnyRoute, GatewayWorld } from '../world.ts';
import { closedPlan, type PolicyPlan } from './parts.ts';
import type { PolicyPlans } from './policy-plans.ts';

export interface CompiledRoutePolicy {
  readonly policy: Readonly<RoutePolicy>;
  readonly targets: readonly { readonly ref: Readonly<RoutePolicyTarget>; readonly accepted: Verdict }[];
}

/** What RoutePolicies add to a rule's policies; `digest` tells different ones apart. */
export interface Extra {
  readonly digest: string;
  readonly policy: Partial<Policy>;
}

/** Each has a backend in HAProxy, as rules of routes have. Namespaces share them; of one the older ones have the room. */
const MOST_ASKING = 1_000;
const NO_ROOM = closedPlan(
  `more RoutePolicies of the namespace ask Services than its share of ${MOST_ASKING}: older ones have the room`,
);

/** Of a rule of a route at one listener. */
export type PolicyOf = (route: PlannedRoute, rule: PlannedRule) => Extra | undefined;

export class RoutePolicies {
  readonly compiled: readonly CompiledRoutePolicy[];
  /** Of what all of them say, and about what. */
  readonly digest: string;
  /** Those that are asked whether requests may pass. */
  readonly backends: readonly Backend[];
  readonly #merged = new Map<string, Extra>();
  readonly #byTarget = new Map<string, PolicyPlan>();
  /** Those with a target that ask another Service. */
  readonly #asking = new Set<PolicyPlan>();
  /** Those that may. */
  readonly #mayAsk: ReadonlySet<PolicyPlan>;

  constructor(world: GatewayWorld, memory: PolicyPlans) {
    const known = world.routePolicies.length > 0 ? targetsOf(world) : new Map<string, Known>();
    const planned = [...world.routePolicies]
      .sort(byAge)
      .map((policy) => ({ policy, plan: memory.of(policy, world) }));
    const asking = planned.filter(({ plan }) => plan.backend !== undefined);
    const first = firstOfEach(asking, ({ policy }) => policy.metadata.namespace!, MOST_ASKING);
    this.#mayAsk = new Set(first.map(({ plan }) => plan));
    this.compiled = planned.map(({ policy, plan }) => ({
      policy,
      targets: policy.spec.targetRefs.map((ref) => ({
        ref,
        accepted: this.#place(policy, plan, ref, known),
      })),
    }));
    this.backends = [...this.#asking].flatMap(({ backend }) => backend ?? []);
    this.digest = [...this.#byTarget].map(([target, plan]) => `${target} ${plan.digest}`).join('\n');
  }

  /** What holds for a rule of a route at the listener; undefined where nothing does. */
  at(listener: ResolvedListener, { metadata }: Readonly<Gateway>): PolicyOf | undefined {
    const gateway = { namespace: metadata.namespace!, name: metadata.name! };
    if (this.#byTarget.size === 0) return undefined;
    const of = (namespace: string, kind: string, name: string, sectionName?: string) =>
      this.#byTarget.get(targetKey(namespace, { kind, name, ...(sectionName && { sectionName }) }));
    const ofGateway = of(gateway.namespace, 'Gateway', gateway.name);
    const ofListener =
      listener.owner.kind === 'Gateway'
        ? of(gateway.namespace, 'Gateway', gateway.name, listener.listener.name)
        : undefined;
    return ({ target }: PlannedRoute, { name }: PlannedRule): Extra | undefined => {
      if (!target) return undefined;
      const ofRoute = of(target.namespace, target.kind, target.name);
      const ofRule = name === undefined ? undefined : of(target.namespace, target.kind, target.name, name);
      return this.#merge([ofGateway, ofListener, ofRoute, ofRule].filter((plan) => plan !== undefined));
    };
  }

  #merge(plans: readonly PolicyPlan[]): Extra | undefined {
    if (plans.length === 0) return undefined;
    const digest = plans.map((plan) => plan.digest).join('.');
    const before = this.#merged.get(digest);
    if (before) return before;
    const parts = Object.values(Object.assign({}, ...plans.map((plan) => plan.parts)) as PolicyPlan['parts']);
    const merged = { digest, policy: Object.assign({}, ...parts) as Partial<Policy> };
    this.#merged.set(digest, merged);
    return merged;
  }

  #place(
    policy: Readonly<RoutePolicy>,
    plan: PolicyPlan,
    ref: Readonly<RoutePolicyTarget>,
    known: ReadonlyMap<string, Known>,
  ): Verdict {
    const namespace = policy.metadata.namespace!;
    const target = known.get(targetKey(namespace, { kind: ref.kind, name: ref.name }));
    const missing = target ? missingPart(target, ref) : `${ref.kind} ${ref.name} that this controller serves`;
    if (missing)
      return verdictOf('Accepted', { reason: 'TargetNotFound', message: `there is no ${missing}` });
    const key = targetKey(namespace, ref);
    if (this.#byTarget.has(key)) {
      const message = 'an older RoutePolicy has the same target';
      return verdictOf('Accepted', { reason: 'Conflicted', message });
    }
    const held = this.#withRoom(plan);
    this.#byTarget.set(key, held);
    return verdictOf('Accepted', held.fault);
  }

  #withRoom(plan: PolicyPlan): PolicyPlan {
    if (!plan.backend || this.#asking.has(plan)) return plan;
    if (!this.#mayAsk.has(plan)) return NO_ROOM;
    this.#asking.add(plan);
    return plan;
  }
}

type Known = Readonly<Gateway> | Readonly<AnyRoute>;

const targetsOf = ({ gateways, routes }: GatewayWorld): Map<string, Known> =>
  new Map(
    [...gateways, ...routes].map((one) => [
      targetKey(one.metadata.namespace!, { kind: one.kind!, name: one.metadata.name! }),
      one,
    ]),
  );

/** What a policy is about and is not there: it would protect nothing. */
function missingPart(target: Known, { kind, name, sectionName }: Readonly<RoutePolicyTarget>) {
  if (!sectionName) return undefined;
  const parts = 'listeners' in target.spec ? target.spec.listeners : (target as AnyRoute).spec.rules;
  if (parts?.some((part) => part.name === sectionName)) return undefined;
  return `${kind === 'Gateway' ? 'listener' : 'rule'} ${sectionName} of ${kind} ${name}`;
}

interface Target {
  readonly kind: string;
  readonly name: string;
  readonly sectionName?: string;
}

const targetKey = (namespace: string, { kind, name, sectionName = '' }: Target): string =>
  `${kind} ${namespace}/${name} ${sectionName}`;
