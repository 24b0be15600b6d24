// Promise: pods of the job's template run, at most spec.parallelism at once, until spec.completions have succeeded; each
// finished pod is counted once; and the job says whether it completed or failed, and why.
import { Job } from '../../api/kinds/batch/v1/job.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { keyOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import { labelSelectorOf } from '../../api/selectors/label-selector.ts';
import { type Controller, type ControllerContext, type Result, watch } from '../framework/controller.ts';
import { type OwnerKind, ownerKind } from '../framework/ownership/owner-kind.ts';
import { OwnedPods } from '../framework/pods/owned-pods.ts';
import { StatusWriter } from '../framework/status-writer.ts';
import { isTracked } from './finalizer.ts';
import { JobInstruments } from './instruments.ts';
import { isFinished } from './plan.ts';
import { releasePod } from './pods.ts';
import { JobSync, type JobTools } from './sync.ts';

/** Prefix of the keys of pods that still have the tracking finalizer but no job. */
const ORPHAN = 'orphan-pod:';

export function createJobController(context: ControllerContext): Controller {
  const reconciler = new JobReconciler(context);
  return {
    name: 'job-controller',
    watches: reconciler.watches,
    reconcile: (key) => reconciler.reconcile(key),
    restMs: (key) => reconciler.restMs(key),
  };
}

type Owner = Job & KubeObject;

class JobReconciler {
  readonly #context: ControllerContext;
  readonly #owners: OwnerKind<Owner>;
  readonly #pods: OwnedPods<Owner>;
  /** A job whose cached status is older than its pods would count them twice. */
  readonly #status: StatusWriter<Owner>;
  readonly #instruments: JobInstruments;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#owners = ownerKind(context, Job, ({ spec }) => labelSelectorOf(spec?.selector));
    // Before the jobs are cached every pod appears to be an orphan.
    const unowned = (pod: Readonly<Pod>) =>
      isTracked(pod) && this.#owners.informer.hasSynced ? [ORPHAN + keyOf(pod)] : [];
    this.#pods = new OwnedPods(context, this.#owners, { unowned });
    this.#status = new StatusWriter(context.clock, this.#owners);
    this.#instruments = new JobInstruments(context.metrics);
  }

  get watches() {
    const jobs = watch(this.#owners.informer, {
      onAdd: (job) => {
        const other = otherManager(job);
        if (other) this.#instruments.managedBy(other);
        return [keyOf(job)];
      },
      onUpdate: (job) => [keyOf(job)],
      onDelete: (job) => [keyOf(job), ...this.#pods.of(job).map((pod) => ORPHAN + keyOf(pod))],
    });
    return [jobs, this.#pods.watch, this.#endedPods];
  }

  /** Counts pods that have ended and are not counted by their job yet. Enqueues nothing. */
  get #endedPods() {
    const waits = (pod: Readonly<Pod>) => isTracked(pod) && isPodTerminal(pod);
    const became = (is: boolean, was: boolean): Iterable<string> => {
      if (is !== was) this.#instruments.tracked(is ? 'add' : 'delete');
      return [];
    };
    return watch(this.#context.informers.informer(Pod), {
      onAdd: (pod) => became(waits(pod), false),
      onUpdate: (pod, old) => became(waits(pod), waits(old)),
      onDelete: (pod) => became(false, waits(pod)),
    });
  }

  async reconcile(key: string): Promise<Result | undefined> {
    if (key.startsWith(ORPHAN)) return this.#releaseOrphan(key.slice(ORPHAN.length));
    const job = this.#owners.informer.lister.byKey(key);
    if (!job) {
      this.#pods.forget(key);
      return undefined;
    }
    if (otherManager(job)) return undefined;
    const wait = this.#status.behindMs(key);
    if (wait > 0) return { requeueAfter: wait };
    // Asked before the claim, which waits for the API: expectations that are met meanwhile say nothing of the pods counted here.
    const settled = this.#pods.settled(job);
    const pods = await this.#pods.claim(job);
    if (isFinished(job)) {
      await Promise.all(pods.filter(isTracked).map((pod) => releasePod(this.#context, pod)));
      return undefined;
    }
    return new JobSync(this.#tools, { job, pods, settled }).run();
  }

  restMs(key: string): number {
    return this.#pods.restMs(key);
  }

  get #tools(): JobTools {
    return {
      context: this.#context,
      owned: this.#pods,
      status: this.#status,
      instruments: this.#instruments,
    };
  }

  async #releaseOrphan(key: string): Promise<undefined> {
    const pod = this.#context.informers.informer(Pod).lister.byKey(key);
    if (pod && isTracked(pod) && !this.#pods.isOwned(pod)) await releasePod(this.#context, pod);
    return undefined;
  }
}

/** The controller that manages the job instead of this one. */
function otherManager({ spec }: Readonly<Job>): string | undefined {
  const { managedBy } = spec ?? {};
  return managedBy && managedBy !== 'kubernetes.io/job-controller' ? managedBy : undefined;
}
