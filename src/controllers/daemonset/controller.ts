// Promise: one pod of the set runs on every node that it fits, and a change of the template is rolled out node by node.
import { DaemonSet } from '../../api/kinds/apps/v1/daemon-set.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isBeingDeleted, keyOf, labelsOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { labelSelectorOf } from '../../api/selectors/label-selector.ts';
import { referenceTo } from '../../client/events/events.ts';
import type { Informer } from '../../client/informer/informer.ts';
import { type Controller, type ControllerContext, type Result, watch } from '../framework/controller.ts';
import { hashLabel, Revisions } from '../framework/history/revisions.ts';
import { type OwnerKind, ownerKind } from '../framework/ownership/owner-kind.ts';
import { OwnedPods, whenNextAvailable } from '../framework/pods/owned-pods.ts';
import { restAfter } from '../framework/rest.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { StatusWriter } from '../framework/status-writer.ts';
import { daemonPod } from './daemon-pod.ts';
import { FailedPods } from './failed-pods.ts';
import { planNodes, planRollout, podsByNode, targetNode } from './plan.ts';
import { statusOf } from './status.ts';

/** Most pods created, and most deleted, in one round, as upstream's burstReplicas. */
const BURST = 250;

const NO_STATUS = {
  currentNumberScheduled: 0,
  desiredNumberScheduled: 0,
  numberMisscheduled: 0,
  numberReady: 0,
};

export function createDaemonSetController(context: ControllerContext): Controller {
  const reconciler = new DaemonSetReconciler(context);
  return {
    name: 'daemonset-controller',
    workers: 2,
    watches: reconciler.watches,
    reconcile: (key) => reconciler.reconcile(key),
    restMs: (key) => reconciler.restMs(key),
  };
}

type Owner = DaemonSet & KubeObject;

class DaemonSetReconciler {
  readonly #context: ControllerContext;
  readonly #owners: OwnerKind<Owner>;
  readonly #pods: OwnedPods<Owner>;
  readonly #revisions: Revisions<Owner>;
  readonly #status: StatusWriter<Owner>;
  readonly #nodes: Informer<Node & KubeObject>;
  readonly #failed = new FailedPods();

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#owners = ownerKind(context, DaemonSet, ({ spec }) => labelSelectorOf(spec?.selector));
    this.#pods = new OwnedPods(context, this.#owners);
    this.#revisions = new Revisions(context, this.#owners, NO_STATUS);
    this.#status = new StatusWriter(context.clock, this.#owners);
    this.#nodes = context.informers.informer(Node);
  }

  get watches() {
    const { informer } = this.#owners;
    const all = () => informer.lister.keys();
    return [
      watch(informer, (set) => [keyOf(set)]),
      this.#pods.watch,
      this.#revisions.watch,
      watch(this.#nodes, {
        onAdd: all,
        onDelete: all,
        onUpdate: (node, old) => (fitsAlike(node, old) ? [] : all()),
      }),
    ];
  }

  async reconcile(key: string): Promise<Result | undefined> {
    const set = this.#owners.informer.lister.byKey(key);
    if (!set) {
      this.#pods.forget(key);
      this.#failed.forget(key);
      return undefined;
    }
    const wait = this.#status.behindMs(key);
    if (wait > 0) return { requeueAfter: wait };
    if (this.#owners.selectorOf(set).empty) {
      const message = 'This daemon set is selecting all pods. A non-empty selector is required.';
      this.#context.events.record(referenceTo(DaemonSet, set), 'Warning', 'SelectingAll', message);
      return undefined;
    }
    if (isBeingDeleted(set)) return undefined;
    // Asked before waiting for the API: expectations that are met meanwhile say nothing of the pods counted here.
    const settled = this.#pods.settled(set);
    const history = await this.#revisions.historyOf(set);
    const hash = hashLabel(history.current);
    const pods = await this.#pods.claim(set);
    let held = Number.POSITIVE_INFINITY;
    if (settled) {
      held = await this.#act(set, pods, hash);
      await this.#revisions.trim(set, history, new Set(pods.map(hashLabel)));
    }
    const now = this.#context.clock.now();
    await this.#status.write(set, statusOf(set, this.#nodes.lister.list(), podsByNode(pods), hash, now));
    const next = whenNextAvailable(pods, set.spec?.minReadySeconds ?? 0, now)?.requeueAfter ?? held;
    const requeueAfter = Math.min(next, held);
    return Number.isFinite(requeueAfter) ? { requeueAfter } : undefined;
  }

  restMs(key: string): number {
    return this.#pods.restMs(key) + restAfter(this.#nodes.lister.size);
  }

  /**
   * Places missing pods and removes unwanted ones; only when there are none, the next step of a rolling update. Resolves with
   * the milliseconds until a failed pod may be replaced, Infinity when none waits.
   */
  async #act(set: Readonly<Owner>, pods: readonly Readonly<Pod>[], hash: string): Promise<number> {
    const nodes = this.#nodes.lister.list();
    const input = { set, nodes, byNode: podsByNode(pods), hash, now: this.#context.clock.now() };
    const { create, remove, ended } = planNodes(input);
    let wait = Number.POSITIVE_INFINITY;
    for (const pod of ended) {
      const left = this.#waitFor(set, pod);
      if (left > 0) wait = Math.min(wait, left);
      else {
        this.#recordEnded(set, pod);
        remove.push(pod);
      }
    }
    if (create.length > 0 || remove.length > 0) await this.#apply(set, create, remove, hash);
    else if (set.spec?.updateStrategy?.type !== 'OnDelete') {
      const step = planRollout(input);
      await this.#apply(set, step.create, step.remove, hash);
    }
    return wait;
  }

  #waitFor(set: Readonly<Owner>, pod: Readonly<Pod>): number {
    if (pod.status?.phase !== 'Failed') return 0;
    return this.#failed.replace(set, targetNode(pod), this.#context.clock.now());
  }

  async #apply(
    set: Readonly<Owner>,
    nodes: readonly string[],
    remove: readonly Readonly<Pod>[],
    hash: string,
  ): Promise<void> {
    const create = nodes.slice(0, BURST).map((node) => daemonPod(set, node, hash));
    const { failure } = await this.#pods.apply(set, { create, remove: remove.slice(0, BURST) });
    if (failure) throw failure;
  }

  #recordEnded(set: Readonly<Owner>, pod: Readonly<Pod>): void {
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
}

/** Whether a change of a node leaves every decision about it as it was. */
const fitsAlike = (node: Readonly<Node>, old: Readonly<Node>): boolean =>
  sameMeaning(labelsOf(node), labelsOf(old)) && sameMeaning(node.spec, old.spec);
