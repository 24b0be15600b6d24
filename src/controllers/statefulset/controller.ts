// Promise: pods with lasting names and claims, NAME-0 and up, made, updated and taken away in order.
// Not done: persistentVolumeClaimRetentionPolicy Delete (claims always stay).
import { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { PodTemplateSpec } from '../../api/kinds/core/v1/pod-spec.ts';
import {
  controllerOf,
  controllerReference,
  keyOf,
  labelsOf,
  nameOf,
  namespaceOf,
  uidOf,
} from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { msUntilAvailable } from '../../api/pods/readiness.ts';
import { labelSelectorOf } from '../../api/selectors/label-selector.ts';
import { BY_CONTROLLER, indexByController, orphansOf } from '../../client/informer/indices.ts';
import type { Informer } from '../../client/informer/informer.ts';
import {
  type Controller,
  type ControllerContext,
  type Result,
  reads,
  watch,
} from '../framework/controller.ts';
import {
  HashCollision,
  type History,
  hashLabel,
  Revisions,
  templateIn,
} from '../framework/history/revisions.ts';
import { OwnWrites } from '../framework/own-writes.ts';
import { claim } from '../framework/ownership/claim.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { StatefulPods } from './apply.ts';
import { ordinalOf, podOf, revisionOf } from './identity.ts';
import { planSteps, type Step } from './plan.ts';
import { statusOf } from './status.ts';

export function createStatefulSetController(context: ControllerContext): Controller {
  const sets = context.informers.informer(StatefulSet);
  const pods = context.informers.informer(Pod);
  const claims = context.informers.informer(PersistentVolumeClaim);
  const revisions = new Revisions(context);
  indexByController(pods);
  const keeper = new StatefulKeeper(context, sets, pods, revisions, new StatefulPods(context, claims.lister));
  return {
    name: 'statefulset-controller',
    watches: [
      watch(sets, (set) => [keyOf(set)]),
      watch(pods, {
        onAdd: (pod) => keeper.keysOfPod(pod),
        onUpdate: (pod, old) => new Set([...keeper.keysOfPod(pod), ...keeper.keysOfPod(old)]),
        onDelete: (pod) => keeper.gone(pod),
      }),
      reads(claims),
      reads(revisions.informer),
    ],
    reconcile: (key) => keeper.reconcile(key),
  };
}

class StatefulKeeper {
  readonly #context: ControllerContext;
  readonly #sets: Informer<StatefulSet & KubeObject>;
  readonly #pods: Informer<Pod & KubeObject>;
  readonly #revisions: Revisions;
  readonly #statefulPods: StatefulPods;
  readonly #statusWrites: OwnWrites;
  readonly #podWrites: OwnWrites;

  constructor(
    context: ControllerContext,
    sets: Informer<StatefulSet & KubeObject>,
    pods: Informer<Pod & KubeObject>,
    revisions: Revisions,
    statefulPods: StatefulPods,
  ) {
    this.#context = context;
    this.#sets = sets;
    this.#pods = pods;
    this.#revisions = revisions;
    this.#statefulPods = statefulPods;
    this.#statusWrites = new OwnWrites(context.clock);
    this.#podWrites = new OwnWrites(context.clock);
  }

  async reconcile(key: string): Promise<Result | undefined> {
    const set = this.#sets.lister.byKey(key);
    if (!set) return undefined;
    const wait = Math.max(
      this.#statusWrites.behindMs(key, this.#sets.lister),
      this.#podWrites.behindMs(key, this.#pods.lister),
    );
    if (wait > 0) return { requeueAfter: wait };
    const history = await this.#history(set);
    const pods = (await this.#claimPods(set)).filter((pod) => ordinalOf(set, pod) !== undefined);
    const current =
      history.all.find((revision) => nameOf(revision) === set.status?.currentRevision) ?? history.current;
    const names = {
      current: nameOf(current),
      update: nameOf(history.current),
      collisionCount: set.status?.collisionCount ?? 0,
    };
    const now = this.#context.clock.now();
    const status = statusOf(set, pods, names, now);
    const counted = { ...set, status };
    if (!set.metadata.deletionTimestamp) {
      const input = { set: counted, pods, currentRevision: names.current, updateRevision: names.update, now };
      const template = { current: templateIn<PodTemplateSpec>(current), update: set.spec!.template };
      await this.#apply(set, planSteps(input), names, template);
    }
    await this.#writeStatus(set, status);
    const inUse = new Set([names.current, ...pods.map(revisionOf)]);
    const hashes = new Set(history.all.filter((revision) => inUse.has(nameOf(revision))).map(hashLabel));
    await this.#revisions.trim(history, set.spec?.revisionHistoryLimit ?? 10, hashes);
    return this.#whenNextAvailable(set, pods);
  }

  async #history(set: Readonly<StatefulSet>): Promise<History> {
    const collisionCount = set.status?.collisionCount ?? 0;
    try {
      return await this.#revisions.historyOf({
        kind: StatefulSet,
        object: set,
        selector: labelSelectorOf(set.spec?.selector),
        template: set.spec!.template,
        collisionCount,
      });
    } catch (error) {
      if (error instanceof HashCollision) {
        const status = { replicas: 0, ...set.status, collisionCount: collisionCount + 1 };
        await this.#context.client.update(StatefulSet, { ...set, status }, { subresource: 'status' });
      }
      throw error;
    }
  }

  #claimPods(set: Readonly<StatefulSet>): Promise<Readonly<Pod>[]> {
    const { lister } = this.#pods;
    const { client } = this.#context;
    return claim<Pod & KubeObject>({
      client,
      owner: set,
      ownerReference: controllerReference(StatefulSet, set),
      selector: labelSelectorOf(set.spec?.selector),
      childKind: Pod,
      children: [
        ...lister.byIndex(BY_CONTROLLER, uidOf(set)),
        ...lister
          .byIndex(BY_CONTROLLER, orphansOf(namespaceOf(set)))
          .filter((pod) => ordinalOf(set, pod) !== undefined),
      ],
      readOwner: () => client.get(StatefulSet, nameOf(set), namespaceOf(set)),
    });
  }

  async #apply(
    set: Readonly<StatefulSet>,
    steps: readonly Step[],
    names: { readonly current: string; readonly update: string },
    template: { readonly current: PodTemplateSpec; readonly update: PodTemplateSpec },
  ): Promise<void> {
    const owner = controllerReference(StatefulSet, set);
    const key = keyOf(set);
    for (const step of steps) {
      if (step.do === 'create') {
        const { revision, ordinal } = step;
        const pod = podOf(set, template[revision], names[revision], ordinal, owner);
        const made = await this.#statefulPods.create(set, pod);
        if (made) this.#podWrites.wrote(key, made);
      } else if (step.do === 'delete') await this.#statefulPods.delete(set, step.pod, step.why);
      else await this.#statefulPods.createClaims(set, step.pod);
    }
  }

  async #writeStatus(set: Readonly<StatefulSet>, status: NonNullable<StatefulSet['status']>): Promise<void> {
    if (sameMeaning(set.status, status)) return;
    const { client } = this.#context;
    const written = await client.update(StatefulSet, { ...set, status }, { subresource: 'status' });
    this.#statusWrites.wrote(keyOf(set), written);
  }

  #whenNextAvailable(set: Readonly<StatefulSet>, pods: readonly Readonly<Pod>[]): Result | undefined {
    const now = this.#context.clock.now();
    const waits = pods
      .map((pod) => msUntilAvailable(pod, set.spec?.minReadySeconds ?? 0, now) ?? 0)
      .filter((ms) => ms > 0);
    return waits.length > 0 ? { requeueAfter: Math.min(...waits) } : undefined;
  }

  gone(pod: Readonly<Pod>): string[] {
    const keys = this.keysOfPod(pod);
    for (const key of keys) this.#podWrites.gone(key, pod);
    return keys;
  }

  keysOfPod(pod: Readonly<Pod>): string[] {
    const owner = controllerOf(pod);
    if (owner) {
      const set =
        owner.kind === 'StatefulSet' ? this.#sets.lister.get(owner.name, namespaceOf(pod)) : undefined;
      return set && uidOf(set) === owner.uid ? [keyOf(set)] : [];
    }
    return this.#sets.lister
      .list()
      .filter((set) => namespaceOf(set) === namespaceOf(pod))
      .filter((set) => labelSelectorOf(set.spec?.selector).matches(labelsOf(pod)))
      .map(keyOf);
  }
}
