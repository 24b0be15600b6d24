// Promise: one pod of the set runs on every node that it fits, and a change of the template reaches them node by node.
import { DaemonSet } from '../../api/kinds/apps/v1/daemon-set.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
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
import { isNotFound } from '../../api/status/status-error.ts';
import { referenceTo } from '../../client/events/events.ts';
import { BY_CONTROLLER, indexByController, orphansOf } from '../../client/informer/indices.ts';
import type { Informer } from '../../client/informer/informer.ts';
import {
  type Controller,
  type ControllerContext,
  type KeysOf,
  type Result,
  reads,
  watch,
} from '../framework/controller.ts';
import { Expectations } from '../framework/expectations.ts';
import { HashCollision, hashLabel, REVISION_HASH, Revisions } from '../framework/history/revisions.ts';
import { OwnWrites } from '../framework/own-writes.ts';
import { claim } from '../framework/ownership/claim.ts';
import {
  createPod,
  deletePod,
  isNamespaceTerminating,
  podFromTemplate,
} from '../framework/pods/pod-control.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { slowStart } from '../framework/slow-start.ts';
import { daemonTolerations } from './node-fit.ts';
import { planNodes, planRollout, podsByNode } from './plan.ts';
import { statusOf } from './status.ts';

/** At most so many pods are made or deleted at one look. */
const BURST = 250;

export function createDaemonSetController(context: ControllerContext): Controller {
  const sets = context.informers.informer(DaemonSet);
  const pods = context.informers.informer(Pod);
  const nodes = context.informers.informer(Node);
  const revisions = new Revisions(context);
  indexByController(pods);
  const keeper = new DaemonKeeper(context, sets, pods, nodes, revisions);
  const all = () => sets.lister.keys();
  return {
    name: 'daemonset-controller',
    workers: 2,
    watches: [
      watch(sets, (set) => [keyOf(set)]),
      watch(pods, keeper.keysOfPod()),
      watch(nodes, {
        onAdd: all,
        onDelete: all,
        onUpdate: (node, old) =>
          sameMeaning(labelsOf(node), labelsOf(old)) && sameMeaning(node.spec, old.spec) ? [] : all(),
      }),
      reads(revisions.informer),
    ],
    reconcile: (key) => keeper.reconcile(key),
  };
}

class DaemonKeeper {
  readonly #context: ControllerContext;
  readonly #sets: Informer<DaemonSet & KubeObject>;
  readonly #pods: Informer<Pod & KubeObject>;
  readonly #nodes: Informer<Node & KubeObject>;
  readonly #revisions: Revisions;
  readonly #expectations: Expectations;
  readonly #writes: OwnWrites;

  constructor(
    context: ControllerContext,
    sets: Informer<DaemonSet & KubeObject>,
    pods: Informer<Pod & KubeObject>,
    nodes: Informer<Node & KubeObject>,
    revisions: Revisions,
  ) {
    this.#context = context;
    this.#sets = sets;
    this.#pods = pods;
    this.#nodes = nodes;
    this.#revisions = revisions;
    this.#expectations = new Expectations(context.clock);
    this.#writes = new OwnWrites(context.clock);
  }

  async reconcile(key: string): Promise<Result | undefined> {
    const set = this.#sets.lister.byKey(key);
    if (!set) {
      this.#expectations.forget(key);
      return undefined;
    }
    const wait = this.#writes.behindMs(key, this.#sets.lister);
    if (wait > 0) return { requeueAfter: wait };
    const selector = labelSelectorOf(set.spec?.selector);
    if (selector.empty) {
      const message = 'This daemon set is selecting all pods. A non-empty selector is required.';
      this.#context.events.record(referenceTo(DaemonSet, set), 'Warning', 'SelectingAll', message);
      return undefined;
    }
    if (set.metadata.deletionTimestamp) return undefined;
    const history = await this.#history(set);
    const hash = hashLabel(history.current);
    const pods = await this.#claimPods(set);
    if (this.#expectations.satisfied(key)) {
      await this.#act(set, pods, hash);
      const inUse = new Set(pods.map(hashLabel));
      await this.#revisions.trim(history, set.spec?.revisionHistoryLimit ?? 10, inUse);
    }
    await this.#writeStatus(set, pods, hash);
    return this.#whenNextAvailable(set, pods);
  }

  async #history(set: Readonly<DaemonSet>) {
    const collisionCount = set.status?.collisionCount ?? 0;
    try {
      return await this.#revisions.historyOf({
        kind: DaemonSet,
        object: set,
        selector: labelSelectorOf(set.spec?.selector),
        template: set.spec!.template,
        collisionCount,
      });
    } catch (error) {
      if (error instanceof HashCollision) {
        const none = {
          currentNumberScheduled: 0,
          desiredNumberScheduled: 0,
          numberMisscheduled: 0,
          numberReady: 0,
        };
        const status = { ...none, ...set.status, collisionCount: collisionCount + 1 };
        await this.#context.client.update(DaemonSet, { ...set, status }, { subresource: 'status' });
      }
      throw error;
    }
  }

  #claimPods(set: Readonly<DaemonSet>): Promise<Readonly<Pod>[]> {
    const { lister } = this.#pods;
    const { client } = this.#context;
    return claim<Pod & KubeObject>({
      client,
      owner: set,
      ownerReference: controllerReference(DaemonSet, set),
      selector: labelSelectorOf(set.spec?.selector),
      childKind: Pod,
      children: [
        ...lister.byIndex(BY_CONTROLLER, uidOf(set)),
        ...lister.byIndex(BY_CONTROLLER, orphansOf(namespaceOf(set))),
      ],
      readOwner: () => client.get(DaemonSet, nameOf(set), namespaceOf(set)),
    });
  }

  async #act(set: Readonly<DaemonSet>, pods: readonly Readonly<Pod>[], hash: string): Promise<void> {
    const nodes = this.#nodes.lister.list();
    const byNode = podsByNode(pods);
    const { create, remove, ended } = planNodes(set, nodes, byNode);
    for (const pod of ended) this.#tellOfEnded(set, pod);
    if (create.length > 0 || remove.length > 0) return this.#apply(set, create, remove, hash);
    if (set.spec?.updateStrategy?.type === 'OnDelete') return;
    const step = planRollout({ set, nodes, byNode, hash, now: this.#context.clock.now() });
    await this.#apply(set, step.create, step.remove, hash);
  }

  async #apply(
    set: Readonly<DaemonSet>,
    create: readonly string[],
    remove: readonly Readonly<Pod>[],
    hash: string,
  ): Promise<void> {
    const key = keyOf(set);
    const owner = { kind: DaemonSet, object: set };
    const made = create.slice(0, BURST);
    const gone = remove.slice(0, BURST);
    this.#expectations.expect(key, made.length, gone.map(uidOf));
    const { successes, failure } = await slowStart(made.length, (i) =>
      createPod(this.#context, owner, podFor(set, made[i]!, hash)),
    );
    this.#expectations.creationObserved(key, made.length - successes);
    const results = await Promise.allSettled(
      gone.map(async (pod) => {
        try {
          await deletePod(this.#context, owner, pod);
        } catch (error) {
          this.#expectations.deletionObserved(key, uidOf(pod));
          if (!isNotFound(error)) throw error;
        }
      }),
    );
    if (failure && !isNamespaceTerminating(failure)) throw failure;
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  }

  #tellOfEnded(set: Readonly<DaemonSet>, pod: Readonly<Pod>): void {
    const about = referenceTo(DaemonSet, set);
    const where = `${keyOf(pod)} on node ${pod.spec?.nodeName}`;
    if (pod.status?.phase === 'Failed') {
      const message = `Found failed daemon pod ${where}, will try to kill it`;
      this.#context.events.record(about, 'Warning', 'FailedDaemonPod', message);
    } else {
      const message = `Found succeeded daemon pod ${where}, will try to delete it`;
      this.#context.events.record(about, 'Normal', 'SucceededDaemonPod', message);
    }
  }

  async #writeStatus(set: Readonly<DaemonSet>, pods: readonly Readonly<Pod>[], hash: string): Promise<void> {
    const now = this.#context.clock.now();
    const status = statusOf(set, this.#nodes.lister.list(), podsByNode(pods), hash, now);
    if (sameMeaning(set.status, status)) return;
    const { client } = this.#context;
    const written = await client.update(DaemonSet, { ...set, status }, { subresource: 'status' });
    this.#writes.wrote(keyOf(set), written);
  }

  #whenNextAvailable(set: Readonly<DaemonSet>, pods: readonly Readonly<Pod>[]): Result | undefined {
    const now = this.#context.clock.now();
    const waits = pods
      .map((pod) => msUntilAvailable(pod, set.spec?.minReadySeconds ?? 0, now) ?? 0)
      .filter((ms) => ms > 0);
    return waits.length > 0 ? { requeueAfter: Math.min(...waits) } : undefined;
  }

  keysOfPod(): KeysOf<Pod> {
    return {
      onAdd: (pod) => {
        const key = this.#ownerKey(pod);
        if (key) this.#expectations.creationObserved(key);
        return key ? [key] : this.#interested(pod);
      },
      onUpdate: (pod, old) => {
        const key = this.#ownerKey(pod);
        if (key && pod.metadata.deletionTimestamp) this.#expectations.deletionObserved(key, uidOf(pod));
        const before = this.#ownerKey(old);
        if (key) return before && before !== key ? [before, key] : [key];
        return before ? [before, ...this.#interested(pod)] : this.#interested(pod);
      },
      onDelete: (pod) => {
        const key = this.#ownerKey(pod);
        if (key) this.#expectations.deletionObserved(key, uidOf(pod));
        return key ? [key] : [];
      },
    };
  }

  #ownerKey(pod: Readonly<Pod>): string | undefined {
    const owner = controllerOf(pod);
    if (owner?.kind !== 'DaemonSet') return undefined;
    const set = this.#sets.lister.get(owner.name, namespaceOf(pod));
    return set && uidOf(set) === owner.uid ? keyOf(set) : undefined;
  }

  #interested(pod: Readonly<Pod>): string[] {
    if (controllerOf(pod)) return [];
    return this.#sets.lister
      .list()
      .filter((set) => namespaceOf(set) === namespaceOf(pod))
      .filter((set) => labelSelectorOf(set.spec?.selector).matches(labelsOf(pod)))
      .map(keyOf);
  }
}

/** A pod bound to be placed on one node: by affinity, so that the scheduler still sees to its resources. */
function podFor(set: Readonly<DaemonSet>, node: string, hash: string): Pod {
  const template = set.spec!.template;
  const pod = podFromTemplate(template, namespaceOf(set), nameOf(set), controllerReference(DaemonSet, set));
  pod.metadata.labels = { ...pod.metadata.labels, [REVISION_HASH]: hash };
  const generation = set.metadata.annotations?.['deprecated.daemonset.template.generation'];
  if (generation) pod.metadata.labels['pod-template-generation'] = generation;
  const spec = pod.spec!;
  const onNode = { matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: [node] }] };
  const tolerations = [...(spec.tolerations ?? [])];
  for (const toleration of daemonTolerations(spec))
    if (!tolerations.some((one) => sameMeaning(one, toleration))) tolerations.push(toleration);
  pod.spec = {
    ...spec,
    tolerations,
    affinity: {
      ...spec.affinity,
      nodeAffinity: {
        ...spec.affinity?.nodeAffinity,
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [onNode] },
      },
    },
  };
  return pod;
}
