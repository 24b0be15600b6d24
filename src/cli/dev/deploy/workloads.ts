// The workloads of a project with their pods, followed for as long as they are part of it. Called by session.ts.
import type { Io } from '../../../kubectl/io/io.ts';
import type { KubeObject } from '../../../kubectl/resources/object.ts';
import type { Session } from '../../../kubectl/session/session.ts';
import { containersWith } from '../project/images.ts';
import type { RunningContainer } from '../sync/sync.ts';
import type { Rolled } from './apply.ts';
import { type PodObject, Workload } from './rollout.ts';

interface Followed {
  readonly uid: string;
  readonly workload: Workload;
  readonly stop: AbortController;
}

export interface WorkloadsOptions {
  readonly session: Session;
  readonly io: Pick<Io, 'clock'>;
  readonly onPods: () => void;
  /** Of a workload that was not followed before. */
  readonly onWorkload: (workload: Workload, signal: AbortSignal) => void;
}

export class Workloads {
  readonly #options: WorkloadsOptions;
  readonly #followed = new Map<string, Followed>();

  constructor(options: WorkloadsOptions) {
    this.#options = options;
  }

  get all(): readonly Workload[] {
    return [...this.#followed.values()].map(({ workload }) => workload);
  }

  /** Follows these and no others. One that was made anew has other pods. */
  async set(rolled: readonly Rolled[]): Promise<void> {
    const { session, io, onPods, onWorkload } = this.#options;
    const wanted = new Map(rolled.map((each) => [each.path, each]));
    for (const [path, { uid, stop }] of this.#followed)
      if (wanted.get(path)?.object.metadata?.uid !== uid) {
        stop.abort();
        this.#followed.delete(path);
      }
    for (const [path, each] of wanted) {
      if (this.#followed.has(path)) continue;
      const stop = new AbortController();
      const workload = new Workload(session, io, each, stop.signal, onPods);
      this.#followed.set(path, { uid: each.object.metadata?.uid ?? '', workload, stop });
      await workload.start();
      onWorkload(workload, stop.signal);
    }
  }

  at(path: string): Workload | undefined {
    return this.#followed.get(path)?.workload;
  }

  /** Containers that run this image, on nodes whose runtime `socketOf` knows. */
  running(reference: string, socketOf: (node: string) => string | undefined): RunningContainer[] {
    const pods = new Map(this.all.flatMap(({ pods }) => pods.map((pod) => [pod.metadata.uid, pod])));
    return [...pods.values()].flatMap((pod) => runningIn(pod, reference, socketOf(pod.spec?.nodeName ?? '')));
  }

  close(): void {
    for (const { stop } of this.#followed.values()) stop.abort();
    this.#followed.clear();
  }
}

function runningIn(pod: PodObject, reference: string, socket: string | undefined): RunningContainer[] {
  if (socket === undefined || pod.metadata.deletionTimestamp) return [];
  const { namespace = '', name = '' } = pod.metadata;
  const wanted = containersWith({ ...pod, kind: 'Pod' } as KubeObject, (image) => image === reference);
  return (pod.status?.containerStatuses ?? []).flatMap((status) => {
    const id = status.containerID?.split('://')[1];
    if (!id || !status.state?.running || !wanted.includes(status.name)) return [];
    return [{ namespace, pod: name, container: status.name, id, socket }];
  });
}
