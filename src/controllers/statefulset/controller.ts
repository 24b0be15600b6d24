// Promise: pods with stable names and claims, NAME-0 and up, created, updated and deleted in order.
// Not done: persistentVolumeClaimRetentionPolicy Delete (claims are always kept).
import { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { controllerReference, isBeingDeleted, keyOf, nameOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { labelSelectorOf } from '../../api/selectors/label-selector.ts';
import type { Informer } from '../../client/informer/informer.ts';
import {
  type Controller,
  type ControllerContext,
  type Result,
  reads,
  watch,
} from '../framework/controller.ts';
import { type History, hashLabel, Revisions, templateIn } from '../framework/history/revisions.ts';
import { OwnWrites } from '../framework/own-writes.ts';
import { type OwnerKind, ownerKind } from '../framework/ownership/owner-kind.ts';
import { OwnedPods, whenNextAvailable } from '../framework/pods/owned-pods.ts';
import { StatusWriter } from '../framework/status-writer.ts';
import { StatefulPods } from './apply.ts';
import { ordinalOf, podOf, revisionOf } from './identity.ts';
import { planSteps, type Step } from './plan.ts';
import { type RevisionNames, statusOf } from './status.ts';

export function createStatefulSetController(context: ControllerContext): Controller {
  const reconciler = new StatefulSetReconciler(context);
  return {
    name: 'statefulset-controller',
    watches: reconciler.watches,
    reconcile: (key) => reconciler.reconcile(key),
  };
}

type Owner = StatefulSet & KubeObject;

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

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#owners = ownerKind(context, StatefulSet, ({ spec }) => labelSelectorOf(spec?.selector));
    this.#created = new OwnWrites(context.clock);
    this.#pods = new OwnedPods(context, this.#owners, {
      deleted: (key, pod) => this.#created.gone(key, pod),
    });
    this.#revisions = new Revisions(context, this.#owners, { replicas: 0 });
    this.#status = new StatusWriter(context.clock, this.#owners);
    this.#claims = context.informers.informer(PersistentVolumeClaim);
    this.#statefulPods = new StatefulPods(context, this.#claims.lister);
  }

  get watches() {
    const sets = watch(this.#owners.informer, (set) => [keyOf(set)]);
    return [sets, this.#pods.watch, this.#revisions.watch, reads(this.#claims)];
  }

  async reconcile(key: string): Promise<Result | undefined> {
    const set = this.#owners.informer.lister.byKey(key);
    if (!set) return undefined;
    const pods = this.#context.informers.informer(Pod).lister;
    const wait = Math.max(this.#status.behindMs(key), this.#created.behindMs(key, pods));
    return wait > 0 ? { requeueAfter: wait } : this.#round(set);
  }

  async #round(set: Readonly<Owner>): Promise<Result | undefined> {
    const history = await this.#revisions.historyOf(set);
    const pods = await this.#pods.claim(set, (pod) => ordinalOf(set, pod) !== undefined);
    const names = revisionNames(set, history);
    const now = this.#context.clock.now();
    const status = statusOf(set, pods, names, now);
    if (!isBeingDeleted(set)) {
      // Planned with the counts of this round, not with those of the stored status, which may be older.
      const counted = { ...set, status };
      const { current: currentRevision, update: updateRevision } = names;
      const steps = planSteps({ set: counted, pods, currentRevision, updateRevision, now });
      await this.#apply(set, steps, names, history);
    }
    await this.#status.write(set, status);
    // A revision that a pod still has, or that a missing pod would get, must not be trimmed.
    const inUse = new Set([names.current, ...pods.map(revisionOf)]);
    const hashes = history.all.filter((revision) => inUse.has(nameOf(revision))).map(hashLabel);
    await this.#revisions.trim(set, history, new Set(hashes));
    return whenNextAvailable(pods, set.spec?.minReadySeconds ?? 0, this.#context.clock.now());
  }

  async #apply(
    set: Readonly<Owner>,
    steps: readonly Step[],
    names: RevisionNames,
    history: History,
  ): Promise<void> {
    const owner = controllerReference(StatefulSet, set);
    const templates = { current: templateIn(currentOf(set, history)), update: set.spec!.template };
    for (const step of steps) {
      if (step.do === 'create') {
        const { revision, ordinal } = step;
        const pod = podOf(set, templates[revision], names[revision], ordinal, owner);
        const created = await this.#statefulPods.create(set, pod);
        if (created) this.#created.wrote(keyOf(set), created);
      } else if (step.do === 'delete') await this.#statefulPods.delete(set, step.pod, step.why);
      else await this.#statefulPods.createClaims(set, step.pod);
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
