// One round for one deployment: finds or creates its newest replica set, scales sets by one step, and computes the status
// that controller.ts writes. Used for one reconcile. Follows pkg/controller/deployment (sync.go, rolling.go, recreate.go).
import { Deployment, type DeploymentStatus } from '../../api/kinds/apps/v1/deployment.ts';
import type { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { nameOf, uidOf } from '../../api/meta/v1/object.ts';
import { referenceTo } from '../../client/events/events.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { isNamespaceTerminating } from '../framework/pods/pod-control.ts';
import { nextRevision, REVISION } from './annotations.ts';
import { createNewSet, deleteSets, refreshNewSet, scaleSet, writeRevision } from './apply.ts';
import { makeCondition, withCondition } from './conditions.ts';
import { draftSet, findNewSet, forgettableSets } from './history.ts';
import { activeOrLatest, oldPodsRunning, shrinkOldSets } from './plan.ts';
import {
  active,
  isRollingUpdate,
  isSaturated,
  isScalingEvent,
  newSetSize,
  proportionalSizes,
  replicasOf,
} from './sizes.ts';
import { countedStatus, hasDeadline, isComplete, rolloutStatus } from './status.ts';

type Sets = readonly Readonly<ReplicaSet>[];

export class Rollout {
  readonly #context: ControllerContext;
  /** As in the cache, with the conditions that this round has added. */
  #deployment: Readonly<Deployment>;
  readonly #sets: Sets;
  readonly #pods: () => readonly Readonly<Pod>[];
  #newSet: Readonly<ReplicaSet> | undefined;
  #old: Sets;

  constructor(
    context: ControllerContext,
    deployment: Readonly<Deployment>,
    sets: Sets,
    pods: () => readonly Readonly<Pod>[],
  ) {
    this.#context = context;
    this.#deployment = deployment;
    this.#sets = sets;
    this.#pods = pods;
    this.#newSet = findNewSet(deployment, sets);
    this.#old = sets.filter((set) => set !== this.#newSet);
  }

  /** The deployment with the resourceVersion and conditions of this round. */
  get deployment(): Readonly<Deployment> {
    return this.#deployment;
  }

  /** Takes one step and returns the status to write. */
  async step(): Promise<DeploymentStatus> {
    const { spec, metadata } = this.#deployment;
    if (metadata.deletionTimestamp) return this.#counted();
    this.#notePause();
    if (spec?.paused) return this.#resize();
    if (isScalingEvent(this.#deployment, this.#sets)) return this.#resize();
    return isRollingUpdate(this.#deployment) ? this.#roll() : this.#recreate();
  }

  /** Handles scaling and pausing, without rolling out a new template. */
  async #resize(): Promise<DeploymentStatus> {
    if (this.#newSet) await this.#adoptNewSet(this.#newSet);
    await this.#scale();
    if (this.#deployment.spec?.paused) await this.#forgetOld();
    return this.#counted();
  }

  async #scale(): Promise<void> {
    const wanted = replicasOf(this.#deployment);
    const only = activeOrLatest(this.#newSet, this.#old);
    if (only) {
      if (replicasOf(only) !== wanted) await this.#size(only, wanted);
    } else if (isSaturated(this.#deployment, this.#newSet)) {
      for (const set of active(this.#old)) await this.#size(set, 0);
    } else if (isRollingUpdate(this.#deployment)) {
      const sizes = proportionalSizes(this.#deployment, active(this.#all()));
      for (const [set, size] of sizes) await this.#size(set, size);
    }
  }

  async #roll(): Promise<DeploymentStatus> {
    const newSet = await this.#ensureNewSet();
    if (!newSet) return this.#rolled();
    const size = this.#nextNewSize(newSet);
    if (size !== replicasOf(newSet)) {
      await this.#size(newSet, size);
      return this.#rolled();
    }
    const sizes = shrinkOldSets(this.#deployment, active(this.#old), newSet);
    for (const [set, smaller] of sizes) await this.#size(set, smaller);
    if (sizes.size === 0 && isComplete(this.#deployment, this.#deployment.status ?? {}))
      await this.#forgetOld();
    return this.#rolled();
  }

  #nextNewSize(newSet: Readonly<ReplicaSet>): number {
    const wanted = replicasOf(this.#deployment);
    const current = replicasOf(newSet);
    return current >= wanted ? wanted : newSetSize(this.#deployment, this.#all(), current);
  }

  async #recreate(): Promise<DeploymentStatus> {
    if (this.#newSet) await this.#adoptNewSet(this.#newSet);
    const running = active(this.#old);
    for (const set of running) await this.#size(set, 0);
    if (running.length > 0 || oldPodsRunning(this.#old, this.#newSet, this.#pods)) return this.#rolled();
    const newSet = this.#newSet ?? (await this.#ensureNewSet());
    if (newSet) await this.#size(newSet, replicasOf(this.#deployment));
    if (isComplete(this.#deployment, this.#deployment.status ?? {})) await this.#forgetOld();
    return this.#rolled();
  }

  async #ensureNewSet(): Promise<Readonly<ReplicaSet> | undefined> {
    if (this.#newSet) return this.#adoptNewSet(this.#newSet);
    const revision = nextRevision(this.#old);
    try {
      const creation = await createNewSet(this.#context, this.#deployment, this.#old, revision);
      if (creation.outcome === 'collision') {
        this.#countCollision();
        return undefined;
      }
      this.#newSet = creation.set;
      if (creation.outcome === 'created')
        this.#progress('True', 'NewReplicaSetCreated', `Created new replica set "${nameOf(creation.set)}"`);
      await this.#revise(String(revision));
      return creation.set;
    } catch (error) {
      this.#noteFailure(error);
      throw error;
    }
  }

  async #adoptNewSet(found: Readonly<ReplicaSet>): Promise<Readonly<ReplicaSet>> {
    const set = await refreshNewSet(this.#context, this.#deployment, found, nextRevision(this.#old));
    this.#newSet = set;
    await this.#revise(set.metadata.annotations?.[REVISION] ?? '');
    if (!conditionOf(this.#deployment, 'Progressing'))
      this.#progress('True', 'FoundNewReplicaSet', `Found new replica set "${nameOf(set)}"`);
    return set;
  }

  async #revise(revision: string): Promise<void> {
    if (!revision) return;
    const metadata = await writeRevision(this.#context, this.#deployment, revision);
    this.#deployment = { ...this.#deployment, metadata };
  }

  /** The hash met another template's set: the next attempt uses another hash. */
  #countCollision(): void {
    const collisionCount = (this.#deployment.status?.collisionCount ?? 0) + 1;
    this.#setStatus({ collisionCount });
  }

  #noteFailure(error: unknown): void {
    if (isNamespaceTerminating(error)) return;
    const why = messageOf(error);
    const message = `Failed to create new replica set "${nameOf(draftSet(this.#deployment))}": ${why}`;
    this.#progress('False', 'ReplicaSetCreateError', message);
    const about = referenceTo(Deployment, this.#deployment);
    this.#context.events.record(about, 'Warning', 'ReplicaSetCreateError', message);
  }

  /** Pausing stops the progress deadline and resuming restarts it; both set the Progressing condition. */
  #notePause(): void {
    const current = conditionOf(this.#deployment, 'Progressing');
    if (current?.reason === 'ProgressDeadlineExceeded') return;
    const noted = current?.reason === 'DeploymentPaused';
    const paused = this.#deployment.spec?.paused === true;
    if (paused && !noted) this.#progress('Unknown', 'DeploymentPaused', 'Deployment is paused');
    else if (!paused && noted) this.#progress('Unknown', 'DeploymentResumed', 'Deployment is resumed');
  }

  #progress(status: 'True' | 'False' | 'Unknown', reason: string, message: string): void {
    if (!hasDeadline(this.#deployment)) return;
    const condition = makeCondition('Progressing', status, reason, message, this.#moment().time);
    this.#setStatus({
      conditions: withCondition(this.#deployment.status?.conditions ?? [], condition),
    });
  }

  #setStatus(change: Partial<DeploymentStatus>): void {
    this.#deployment = { ...this.#deployment, status: { ...this.#deployment.status, ...change } };
  }

  async #size(set: Readonly<ReplicaSet>, size: number): Promise<void> {
    await scaleSet(this.#context, this.#deployment, set, size);
  }

  async #forgetOld(): Promise<void> {
    await deleteSets(this.#context, forgettableSets(this.#deployment, this.#old));
  }

  #all(): Sets {
    const newSet = this.#newSet;
    return newSet ? [...this.#old.filter((set) => uidOf(set) !== uidOf(newSet)), newSet] : this.#old;
  }

  #counted(): DeploymentStatus {
    return countedStatus(this.#deployment, this.#all(), this.#newSet, this.#moment());
  }

  #rolled(): DeploymentStatus {
    return rolloutStatus(this.#deployment, this.#all(), this.#newSet, this.#moment());
  }

  #moment() {
    const now = this.#context.clock.now();
    return { now, time: rfc3339(now) };
  }
}
