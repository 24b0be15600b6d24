// Promise: pods with stable names and claims, NAME-0 and up, created, updated and deleted in order. Claims are kept, or deleted
// with the set or with pods that are scaled away, as persistentVolumeClaimRetentionPolicy says.
import type { FeatureGates } from '../../api/features/feature-gates.ts';
import { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { controllerReference, isBeingDeleted, keyOf, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { labelSelectorOf } from '../../api/selectors/label-selector.ts';
import { BY_NAMESPACE, indexByNamespace } from '../../client/informer/indices.ts';
import type { Informer } from '../../client/informer/informer.ts';
import { type Controller, type ControllerContext, type Result, watch } from '../framework/controller.ts';
import { type History, hashLabel, Revisions, templateIn } from '../framework/history/revisions.ts';
import { OwnWrites } from '../framework/own-writes.ts';
import { type OwnerKind, ownerKind } from '../framework/ownership/owner-kind.ts';
import { OwnedPods, whenNextAvailable } from '../framework/pods/owned-pods.ts';
import { StatusWriter } from '../framework/status-writer.ts';
import { StatefulPods } from './apply.ts';
import { mayClaim, ordinalOf, podOf, revisionOf } from './identity.ts';
import { measureUnavailable } from './instruments.ts';
import { planSteps, type Step, unavailableIn } from './plan.ts';
import { type RevisionNames, statusOf } from './status.ts';

export function createStatefulSetController(
  context: ControllerContext,
  { features }: { readonly features?: FeatureGates } = {},
): Controller {
  const reconciler = new StatefulSetReconciler(
    context,
    features?.enabled('MaxUnavailableStatefulSet') ?? false,
  );
  return {
    name: 'statefulset-controller',
    watches: reconciler.watches,
    reconcile: (key) => reconciler.reconcile(key),
    restMs: (key) => reconciler.restMs(key),
  };
}

type Owner = StatefulSet & KubeObject;
type PodMaker = (ordinal: number, revision: 'current' | 'update') => Pod;

class StatefulSetReconciler {
  readonly #context: ControllerContext;
  readonly #owners: OwnerKind<Owner>;
  readonly #pods: OwnedPods<Owner>;
  readonly #revisions: Revisions<Owner>;
  readonly #status: StatusWriter<Owner>;
  readonly #claims: Informer<PersistentVolumeClaim & KubeObject>;
  readonly #statefulPods: StatefulPods;
  /** Pods that were created: names are fixed, so the cache must show one before the next round counts. */
  readonly #created: OwnWrites;
  readonly #limitsUnavailable: boolean;
  /** By key, how many pods were not available in the last round; kept with the feature that has a metric of it only. */
  readonly #unavailable = new Map<string, number>();

  constructor(context: ControllerContext, limitsUnavailable: boolean) {
    this.#context = context;
    this.#owners = ownerKind(context, StatefulSet, ({ spec }) => labelSelectorOf(spec?.selector));
    this.#created = new OwnWrites(context.clock);
    this.#pods = new OwnedPods(context, this.#owners, {
      deleted: (key, pod) => this.#created.gone(key, pod),
      unowned: (pod) => this.#setsNamedBy(pod),
    });
    this.#revisions = new Revisions(context, this.#owners, { replicas: 0 });
    this.#status = new StatusWriter(context.clock, this.#owners);
    this.#claims = context.informers.informer(PersistentVolumeClaim);
    this.#statefulPods = new StatefulPods(context, this.#claims.lister);
    this.#limitsUnavailable = limitsUnavailable;
    indexByNamespace(this.#owners.informer);
    if (limitsUnavailable && context.metrics)
      measureUnavailable(context.metrics, this.#owners.informer.lister, this.#unavailable);
  }

  get watches() {
    const sets = watch(this.#owners.informer, (set) => [keyOf(set)]);
    // A pod may wait for a claim to be gone, and pending pods get theirs again.
    const claims = watch(this.#claims, {
      onAdd: () => [],
      onUpdate: () => [],
      onDelete: (claim) => this.#setsOf(claim),
    });
    return [sets, this.#pods.watch, this.#revisions.watch, claims];
  }

  #setsOf(claim: Readonly<PersistentVolumeClaim>): string[] {
    const sets = this.#owners.informer.lister.byIndex(BY_NAMESPACE, namespaceOf(claim));
    return sets.filter((set) => mayClaim(set, nameOf(claim))).map(keyOf);
  }

  /** A pod of another owner, such as an earlier set of the same name, has a name that one of the set's may wait for. */
  #setsNamedBy(pod: Readonly<Pod>): string[] {
    const name = nameOf(pod).replace(/-[^-]*$/, '');
    const set = this.#owners.informer.lister.get(name, namespaceOf(pod));
    return set && ordinalOf(set, pod) !== undefined ? [keyOf(set)] : [];
  }

  async reconcile(key: string): Promise<Result | undefined> {
    const set = this.#owners.informer.lister.byKey(key);
    if (!set) {
      this.#unavailable.delete(key);
      return undefined;
    }
    const pods = this.#context.informers.informer(Pod).lister;
    const wait = Math.max(this.#status.behindMs(key), this.#created.behindMs(key, pods));
    return wait > 0 ? { requeueAfter: wait } : this.#round(set);
  }

  restMs(key: string): number {
    return this.#pods.restMs(key);
  }

  async #round(set: Readonly<Owner>): Promise<Result | undefined> {
    const history = await this.#revisions.historyOf(set);
    const pods = await this.#pods.claim(set, (pod) => ordinalOf(set, pod) !== undefined);
    const names = revisionNames(set, history);
    const now = this.#context.clock.now();
    const status = statusOf(set, pods, names, now);
    if (this.#limitsUnavailable) this.#unavailable.set(keyOf(set), unavailableIn({ set, pods, now }));
    if (!isBeingDeleted(set)) {
      // Planned with the counts of this round, not with those of the stored status, which may be older.
      const counted = { ...set, status };
      const { current: currentRevision, update: updateRevision } = names;
      const make = this.#maker(set, names, history);
      const steps = planSteps({
        ...{ set: counted, pods, currentRevision, updateRevision, now },
        mustWait: (ordinal) => this.#statefulPods.hasStaleClaim(set, make(ordinal, 'update')),
        limitsUnavailable: this.#limitsUnavailable,
      });
      await this.#apply(set, steps, make);
    }
    await this.#status.write(set, status);
    // A revision that a pod still has, or that a missing pod would get, must not be trimmed.
    const inUse = new Set([names.current, ...pods.map(revisionOf)]);
    const hashes = history.all.filter((revision) => inUse.has(nameOf(revision))).map(hashLabel);
    await this.#revisions.trim(set, history, new Set(hashes));
    return whenNextAvailable(pods, set.spec?.minReadySeconds ?? 0, this.#context.clock.now());
  }

  #maker(set: Readonly<Owner>, names: RevisionNames, history: History): PodMaker {
    const owner = controllerReference(StatefulSet, set);
    const templates = { current: templateIn(currentOf(set, history)), update: set.spec!.template };
    return (ordinal, revision) => podOf(set, templates[revision], names[revision], ordinal, owner);
  }

  async #apply(set: Readonly<Owner>, steps: readonly Step[], make: PodMaker): Promise<void> {
    for (const step of steps) {
      if (step.do === 'create') {
        const created = await this.#statefulPods.create(set, make(step.ordinal, step.revision));
        if (created) this.#created.wrote(keyOf(set), created);
      } else if (step.do === 'delete') await this.#statefulPods.delete(set, step.pod);
      else if (step.do === 'label') await this.#statefulPods.label(set, step.pod, step.ordinal);
      else await this.#statefulPods.mendClaims(set, step.pod, step.create);
    }
  }
}

/** The revision that the status names as current, until a rollout ends; the newest when it is gone. */
const currentOf = (set: Readonly<StatefulSet>, history: History) =>
  history.all.find((revision) => nameOf(revision) === set.status?.currentRevision) ?? history.current;

const revisionNames = (set: Readonly<StatefulSet>, history: History): RevisionNames => ({
  current: nameOf(currentOf(set, history)),
  update: nameOf(history.current),
  collisionCount: set.status?.collisionCount ?? 0,
});
