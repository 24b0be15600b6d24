// Keeps the status of DeviceTaintRules, at most every ten seconds each: counting what they do is not cheap. Called by controller.ts.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { DeviceTaintRule } from '../../api/kinds/resource/v1alpha3/device-taint-rule.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { isBeingDeleted, keyOf, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { apiVersionOf, inVersion } from '../../api/meta/v1/resource.ts';
import { rfc3339 } from '../../kit/clock.ts';
import type { ControllerContext } from '../framework/controller.ts';
import type { ClaimIndex } from './claim-index.ts';
import { allocatedTo, type Claim, newestOf, type Rule, selects, wouldEvict } from './plan.ts';
import { type Counts, conditionOfRule, EVICTION_IN_PROGRESS } from './status.ts';

/** The version that upstream's controller uses. */
export const RULES = inVersion(DeviceTaintRule, 'v1beta2');

const PERIOD_MS = 10_000;
const FIELD_MANAGER = 'device-taint-eviction-controller';

export class RuleStatus {
  static readonly periodMs = PERIOD_MS;
  readonly #context: ControllerContext;
  readonly #index: ClaimIndex;
  /** Pods evicted, by uid of the rule. */
  readonly #evicted = new Map<string, number>();

  constructor(context: ControllerContext, index: ClaimIndex) {
    this.#context = context;
    this.#index = index;
  }

  evicted(rule: Rule): void {
    this.#evicted.set(uidOf(rule), (this.#evicted.get(uidOf(rule)) ?? 0) + 1);
  }

  forget(rule: Rule): void {
    this.#evicted.delete(uidOf(rule));
  }

  /** Milliseconds after which it is time for another update; 0 when it was brought up to date. */
  async update(rule: Rule): Promise<number> {
    const { client, clock } = this.#context;
    const known = conditionOf(rule, EVICTION_IN_PROGRESS);
    const since = clock.now() - (Date.parse(known?.lastTransitionTime ?? '') || 0);
    if (known?.observedGeneration === rule.metadata.generation && since < PERIOD_MS) return PERIOD_MS - since;
    const wanted = conditionOfRule(rule, this.#count(rule));
    const isKnown =
      known?.status === wanted.status &&
      known.reason === wanted.reason &&
      known.message === wanted.message &&
      known.observedGeneration === wanted.observedGeneration;
    if (isKnown) return 0;
    const { kind } = RULES.resource;
    const name = nameOf(rule);
    const condition = { ...wanted, lastTransitionTime: rfc3339(clock.now()) };
    const applied = { apiVersion: apiVersionOf(RULES.resource), kind, metadata: { name, uid: uidOf(rule) } };
    await client.patch(
      RULES,
      name,
      undefined,
      'apply',
      { ...applied, status: { conditions: [condition] } },
      { fieldManager: FIELD_MANAGER, force: true, subresource: 'status' },
    );
    return 0;
  }

  #count(rule: Rule): Counts {
    const { effect } = rule.spec.taint;
    const counts = {
      pods: 0,
      namespaces: 0,
      published: 0,
      allocated: 0,
      evicted: this.#evicted.get(uidOf(rule)) ?? 0,
    };
    if (effect !== 'NoExecute' && effect !== 'None') return counts;
    const claims = this.#index.claims.lister.list();
    const pods = this.#podsOf(claims.filter((claim) => wouldEvict(rule, claim)));
    const affected = { ...counts, pods: pods.length, namespaces: new Set(pods.map(namespaceOf)).size };
    if (effect === 'NoExecute') return affected;
    const selected = (devices: readonly Parameters<typeof selects>[1][]) =>
      devices.filter((device) => selects(rule, device)).length;
    return {
      ...affected,
      published: selected(this.#publishedDevices()),
      allocated: selected(claims.flatMap(allocatedTo)),
    };
  }

  #podsOf(claims: readonly Claim[]): readonly Readonly<Pod>[] {
    const pods = new Map<string, Readonly<Pod>>();
    for (const claim of claims)
      for (const pod of this.#index.podsUsing(claim))
        if (!isBeingDeleted(pod) && pod.spec?.nodeName) pods.set(keyOf(pod), pod);
    return [...pods.values()];
  }

  #publishedDevices() {
    return this.#index.pools().flatMap((slices) =>
      newestOf(slices).flatMap(({ spec }) =>
        (spec?.devices ?? []).map(({ name }) => ({
          driver: spec?.driver ?? '',
          pool: spec?.pool?.name ?? '',
          device: name,
        })),
      ),
    );
  }
}
