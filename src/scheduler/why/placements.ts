// Answers why a pod has no node: where it stands in the queue, and what each node says. Worked out when somebody asks, by the
// scheduler's own cache and plugins; nothing is kept. Asked by the API server through `cluster`.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isBeingDeleted, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import type { Placement } from '../../api/pods/placement.ts';
import { failure } from '../../api/status/status-error.ts';
import type { Clock } from '../../kit/clock.ts';
import { podInfo } from '../cache/pod-info.ts';
import type { SchedulerCache } from '../cache/scheduler-cache.ts';
import { schedulerNameOf } from '../config/settings.ts';
import { type Diagnosis, explain, rejectingPlugins } from '../cycle/diagnosis.ts';
import type { Framework } from '../framework/framework.ts';
import type { Nominator } from '../queue/nominator.ts';
import type { Place, SchedulingQueue } from '../queue/scheduling-queue.ts';
import { type Budget, judgeNodes } from './judge-nodes.ts';

export interface PlacementSources {
  readonly cache: SchedulerCache;
  readonly queue: SchedulingQueue;
  readonly nominator: Nominator;
  readonly clock: Clock;
  /** Of the profile with this scheduler name. */
  readonly framework: (schedulerName: string) => Framework | undefined;
  readonly pod: (namespace: string, name: string) => Readonly<Pod> | undefined;
  /** Why the last attempt found no node. */
  readonly diagnosis: (uid: string) => Diagnosis | undefined;
  readonly budget?: Partial<Budget>;
}

/** One answer is worked out at a time: however many ask, scheduling gets half of the time. */
const MOST_WAITING = 10;

const STATES: Readonly<Record<Place, Placement['state']>> = {
  active: 'Active',
  backoff: 'Backoff',
  unschedulable: 'Unschedulable',
  gated: 'Gated',
};

export class Placements {
  readonly #sources: PlacementSources;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(sources: PlacementSources) {
    this.#sources = sources;
  }

  /** Rejects with 429 when too many ask at once. */
  async of(namespace: string, name: string, signal?: AbortSignal): Promise<Placement> {
    if (!this.#waitsFor(namespace, name)) return this.#standing(namespace, name);
    if (this.#waiting >= MOST_WAITING) throw tooMany();
    this.#waiting++;
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = before.then(() => promise);
    try {
      await before;
      return await this.#judged(namespace, name, signal);
    } finally {
      this.#waiting--;
      resolve();
    }
  }

  async #judged(namespace: string, name: string, signal?: AbortSignal): Promise<Placement> {
    const { cache, clock, budget } = this.#sources;
    const pod = () => (signal?.aborted ? undefined : this.#waitsFor(namespace, name));
    const first = pod();
    if (!first) return this.#standing(namespace, name);
    const judged = await judgeNodes({
      ...{ nodes: cache, clock, framework: first.framework },
      ...(budget && { budget }),
      pod: () => pod()?.info,
    });
    // The pod may have found its node meanwhile.
    const standing = this.#standing(namespace, name);
    if (!this.#waitsFor(namespace, name)) return standing;
    return 'reasons' in judged ? { ...standing, rejection: judged } : { ...standing, nodes: judged };
  }

  /** The pod, if it waits for a node and its profile's plugins decide about it. */
  #waitsFor(namespace: string, name: string) {
    const { framework: frameworkOf, pod: find } = this.#sources;
    const pod = find(namespace, name);
    if (!pod || !JUDGED.has(this.#stateOf(pod))) return undefined;
    const framework = frameworkOf(schedulerNameOf(pod));
    return framework && { info: podInfo(pod), framework };
  }

  #stateOf(pod: Readonly<Pod>): Placement['state'] {
    const { cache, queue, framework } = this.#sources;
    if (isPodTerminal(pod)) return 'Finished';
    if (pod.spec?.nodeName) return 'Bound';
    if (isBeingDeleted(pod)) return 'Deleting';
    if (!framework(schedulerNameOf(pod))) return 'OtherScheduler';
    if (cache.isAssumed(uidOf(pod))) return 'Binding';
    const standing = queue.standingOf(uidOf(pod));
    return standing ? STATES[standing.place] : 'Active';
  }

  #standing(namespace: string, name: string): Placement {
    const { cache, nominator, diagnosis, framework, pod: find } = this.#sources;
    const pod = find(namespace, name);
    const head = { apiVersion: 'why.tiphys/v1', kind: 'PodPlacement' } as const;
    if (!pod) return { ...head, pod: { namespace, name, uid: '' }, schedulerName: '', state: 'Unknown' };
    const [uid, schedulerName] = [uidOf(pod), schedulerNameOf(pod)];
    const state = this.#stateOf(pod);
    const base: Placement = {
      ...head,
      pod: { namespace: namespaceOf(pod), name: nameOf(pod), uid },
      schedulerName,
      state,
    };
    const node = pod.spec?.nodeName || cache.nodeOf(uid);
    if (node) return { ...base, node };
    const info = podInfo(pod);
    const nominatedNode = nominator.nodeOf(info);
    const last = diagnosis(uid);
    const gate = state === 'Gated' && framework(schedulerName)?.runPreEnqueuePlugins(info);
    return {
      ...base,
      ...this.#queueOf(uid),
      ...(gate && { reasons: gate.reasons }),
      ...(nominatedNode && { nominatedNode }),
      ...(last && {
        lastAttempt: { message: explain(last), plugins: [...rejectingPlugins(last)].sort() },
      }),
    };
  }

  #queueOf(uid: string): Pick<Placement, 'queue'> {
    const { queue, clock } = this.#sources;
    const standing = queue.standingOf(uid);
    if (!standing) return {};
    const now = clock.monotonic();
    const { attempts, since, retryAt } = standing;
    return {
      queue: {
        attempts,
        waitingSeconds: seconds(now - since),
        ...(retryAt !== undefined && { retrySeconds: seconds(retryAt - now) }),
      },
    };
  }
}

const JUDGED: ReadonlySet<Placement['state']> = new Set(['Backoff', 'Active', 'Unschedulable']);

const seconds = (ms: number): number => Math.max(0, Math.ceil(ms / 1000));

const tooMany = () =>
  failure(429, 'TooManyRequests', 'too many ask at once why pods have no node; try again in a moment');
