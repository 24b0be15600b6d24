// RoutePolicies by themselves, remembered as long as nothing they depend on has changed.
import type { RoutePolicy } from '../../../api/kinds/gateway/v1alpha1/route-policy.ts';
import { Looks, type Surroundings } from '../looks.ts';
import { Memory } from '../memory.ts';
import { isSameSpec, uidOf } from '../route-plans.ts';
import { type PolicyPlan, planPolicy } from './parts.ts';

interface Planned {
  readonly policy: Readonly<RoutePolicy>;
  readonly plan: PolicyPlan;
  readonly looks: Looks;
}

export class PolicyPlans {
  readonly #plans = new Memory<Planned>();

  of(policy: Readonly<RoutePolicy>, world: Surroundings): PolicyPlan {
    const holds = (before: Planned) => isSameSpec(before.policy, policy) && before.looks.hold(world);
    return this.#plans.get(uidOf(policy), holds, () => {
      const looks = new Looks();
      return { policy, plan: planPolicy(policy, looks.recording(world)), looks };
    }).plan;
  }

  prune(): void {
    this.#plans.prune();
  }
}
