// Promise: pods of the job's template run, at most so many at once, until so many have succeeded; each finished pod is
// counted once; and the job says whether it completed or failed, and why.
import { Job } from '../../api/kinds/batch/v1/job.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import {
  controllerOf,
  controllerReference,
  keyOf,
  nameOf,
  namespaceOf,
  uidOf,
} from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { labelSelectorOf } from '../../api/selectors/label-selector.ts';
import { BY_CONTROLLER, indexByController, orphansOf } from '../../client/informer/indices.ts';
import type { Informer } from '../../client/informer/informer.ts';
import {
  type Controller,
  type ControllerContext,
  type KeysOf,
  type Result,
  watch,
} from '../framework/controller.ts';
import { Expectations } from '../framework/expectations.ts';
import { OwnWrites } from '../framework/own-writes.ts';
import { claim } from '../framework/ownership/claim.ts';
import { isFinished } from './plan.ts';
import { releasePod } from './pods.ts';
import { JobSync } from './sync.ts';
import { isTracked } from './tracking.ts';

/** Keys of pods that have lost their job but still carry its finalizer. */
const LOST = 'lost-pod:';

export function createJobController(context: ControllerContext): Controller {
  const jobs = context.informers.informer(Job);
  const pods = context.informers.informer(Pod);
  indexByController(pods);
  const keeper = new JobKeeper(context, jobs, pods);
  return {
    name: 'job-controller',
    watches: [
      watch(jobs, {
        onAdd: (job) => [keyOf(job)],
        onUpdate: (job) => [keyOf(job)],
        onDelete: (job) => [keyOf(job), ...keeper.lostPodsOf(job)],
      }),
      watch(pods, keeper.keysOfPod()),
    ],
    reconcile: (key) => keeper.reconcile(key),
  };
}

class JobKeeper {
  readonly #context: ControllerContext;
  readonly #jobs: Informer<Job & KubeObject>;
  readonly #pods: Informer<Pod & KubeObject>;
  readonly #expectations: Expectations;
  /** Status writes: a job whose counts are behind those of its pods would count them twice. */
  readonly #writes: OwnWrites;

  constructor(
    context: ControllerContext,
    jobs: Informer<Job & KubeObject>,
    pods: Informer<Pod & KubeObject>,
  ) {
    this.#context = context;
    this.#jobs = jobs;
    this.#pods = pods;
    this.#expectations = new Expectations(context.clock);
    this.#writes = new OwnWrites(context.clock);
  }

  async reconcile(key: string): Promise<Result | undefined> {
    if (key.startsWith(LOST)) return this.#letGo(key.slice(LOST.length));
    const job = this.#jobs.lister.byKey(key);
    if (!job) {
      this.#expectations.forget(key);
      return undefined;
    }
    const { managedBy } = job.spec ?? {};
    if (managedBy && managedBy !== 'kubernetes.io/job-controller') return undefined;
    const wait = this.#writes.behindMs(key, this.#jobs.lister);
    if (wait > 0) return { requeueAfter: wait };
    const pods = await this.#claimPods(job);
    if (isFinished(job)) {
      await Promise.all(pods.filter(isTracked).map((pod) => releasePod(this.#context, pod)));
      return undefined;
    }
    return new JobSync(this.#context, this.#expectations, this.#writes, job, pods).run();
  }

  #claimPods(job: Readonly<Job>): Promise<Readonly<Pod>[]> {
    const { lister } = this.#pods;
    const { client } = this.#context;
    return claim<Pod & KubeObject>({
      client,
      owner: job,
      ownerReference: controllerReference(Job, job),
      selector: labelSelectorOf(job.spec?.selector),
      childKind: Pod,
      children: [
        ...lister.byIndex(BY_CONTROLLER, uidOf(job)),
        ...lister.byIndex(BY_CONTROLLER, orphansOf(namespaceOf(job))),
      ],
      readOwner: () => client.get(Job, nameOf(job), namespaceOf(job)),
    });
  }

  async #letGo(key: string): Promise<undefined> {
    const pod = this.#pods.lister.byKey(key);
    if (pod && isTracked(pod) && !this.#ownerKey(pod)) await releasePod(this.#context, pod);
    return undefined;
  }

  lostPodsOf(job: Readonly<Job>): string[] {
    return this.#pods.lister.byIndex(BY_CONTROLLER, uidOf(job)).map((pod) => LOST + keyOf(pod));
  }

  keysOfPod(): KeysOf<Pod> {
    return {
      onAdd: (pod) => {
        const key = this.#ownerKey(pod);
        if (key && pod.metadata.deletionTimestamp === undefined) this.#expectations.creationObserved(key);
        return key ? [key] : this.#lost(pod);
      },
      onUpdate: (pod) => {
        const key = this.#ownerKey(pod);
        if (key && pod.metadata.deletionTimestamp !== undefined)
          this.#expectations.deletionObserved(key, uidOf(pod));
        return key ? [key] : this.#lost(pod);
      },
      onDelete: (pod) => {
        const key = this.#ownerKey(pod);
        if (key) this.#expectations.deletionObserved(key, uidOf(pod));
        return key ? [key] : [];
      },
    };
  }

  #lost(pod: Readonly<Pod>): string[] {
    return isTracked(pod) && this.#jobs.hasSynced ? [LOST + keyOf(pod)] : [];
  }

  #ownerKey(pod: Readonly<Pod>): string | undefined {
    const owner = controllerOf(pod);
    if (owner?.kind !== 'Job') return undefined;
    const job = this.#jobs.lister.get(owner.name, namespaceOf(pod));
    return job && uidOf(job) === owner.uid ? keyOf(job) : undefined;
  }
}
