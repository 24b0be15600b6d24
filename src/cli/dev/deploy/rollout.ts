// Waits until the pods of a workload run its newest template, with what keeps them from it. Called by session.ts.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { messageOf } from '../../../kit/message-of.ts';
import type { Io } from '../../../kubectl/io/io.ts';
import { podPath, podsPath } from '../../../kubectl/pods/first-pod.ts';
import { type Selecting, selectorOf } from '../../../kubectl/pods/selector-of.ts';
import type { KubeObject } from '../../../kubectl/resources/object.ts';
import type { Session } from '../../../kubectl/session/session.ts';
import { LiveObjects } from './live.ts';
import { type ContainerProblem, type RolloutProgress, rolloutProgress, titleOf } from './progress.ts';

export type PodObject = KubeObject & Pod;

/** One workload with its pods, for as long as the project runs. */
export class Workload {
  readonly title: string;
  readonly namespace: string;
  /** Of its pods. */
  readonly search: { readonly labelSelector: string } | { readonly fieldSelector: string };
  readonly #own: LiveObjects<KubeObject>;
  readonly #pods: LiveObjects<PodObject>;
  readonly #waiting = new Set<() => void>();

  constructor(
    session: Session,
    io: Pick<Io, 'clock'>,
    { object, collection }: { readonly object: KubeObject; readonly collection: string },
    signal: AbortSignal,
    onPods: () => void,
  ) {
    this.title = titleOf(object);
    this.namespace = object.metadata?.namespace ?? '';
    this.search = searchOf(object);
    const changed = () => {
      for (const wake of this.#waiting) wake();
    };
    const shared = { requests: session, clock: io.clock, signal };
    const fieldSelector = `metadata.name=${object.metadata?.name ?? ''}`;
    this.#own = new LiveObjects({ ...shared, path: collection, query: { fieldSelector }, onChange: changed });
    this.#pods = new LiveObjects({
      ...shared,
      path: podsPath(this.namespace),
      query: { ...this.search },
      onChange: () => {
        changed();
        onPods();
      },
    });
  }

  async start(): Promise<void> {
    await Promise.all([this.#own.start(), this.#pods.start()]);
  }

  get pods(): readonly PodObject[] {
    return this.#pods.all;
  }

  /** Undefined while the watch has not shown the generation that was written. */
  progress(written: KubeObject): RolloutProgress | undefined {
    const [seen] = this.#own.all;
    if (!seen || (seen.metadata?.generation ?? 0) < (written.metadata?.generation ?? 0)) return undefined;
    if (seen.metadata?.uid !== written.metadata?.uid) return undefined;
    return rolloutProgress(seen, this.#pods.all);
  }

  /** Calls `look` now and at each change, until it gives something. Rejects when the signal aborts. */
  until<T>(look: () => T | undefined, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#waiting.delete(check);
        signal.removeEventListener('abort', aborted);
      };
      const aborted = () => {
        end();
        reject(signal.reason);
      };
      const check = () => {
        try {
          const found = look();
          if (found === undefined) return;
          end();
          resolve(found);
        } catch (error) {
          end();
          reject(error);
        }
      };
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener('abort', aborted);
      this.#waiting.add(check);
      check();
    });
  }
}

function searchOf(object: KubeObject): Workload['search'] {
  if (object.kind === 'Pod') return { fieldSelector: `metadata.name=${object.metadata?.name ?? ''}` };
  return { labelSelector: selectorOf(object as KubeObject & Selecting) };
}

/** Lines of a log that are shown with a failure. */
const LOG_LINES = 10;
const LOG_BYTES = 16 * 1024;

/** The last lines that a failed container wrote. */
export async function lastLines(session: Session, problem: ContainerProblem): Promise<string> {
  if (!problem.ran) return '';
  const path = podPath(problem.namespace, problem.pod, 'log');
  const query = { container: problem.container, tailLines: String(LOG_LINES), limitBytes: String(LOG_BYTES) };
  for (const previous of ['true', undefined])
    try {
      const { body } = await session.request({ path, query: { ...query, previous } });
      if (body.length > 0) return body.toString().trimEnd();
    } catch (error) {
      if (previous === undefined) return messageOf(error);
    }
  return '';
}
