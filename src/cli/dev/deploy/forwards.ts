// Which ports lead to which workload, and the listeners for them. Called by session.ts.
import { isConditionTrue } from '../../../api/meta/v1/conditions.ts';
import type { KubeObject } from '../../../kubectl/resources/object.ts';
import type { Session } from '../../../kubectl/session/session.ts';
import { portsOf } from '../project/images.ts';
import type { Report } from '../report/events.ts';
import { type PodName, PortForward, type PortWish, portWish } from './ports.ts';
import { titleOf } from './progress.ts';
import type { Workload } from './rollout.ts';
import type { Workloads } from './workloads.ts';

export interface ChosenPort {
  readonly wish: PortWish;
  /** Its title. */
  readonly workload: string;
}

/** Ports below this are for services of the machine itself. */
const FIRST_FREE = 1024;
const SHIFT = 8000;

/** The ports that are asked for, or else all that containers declare. Pure. */
export function chosenPorts(
  words: readonly string[] | undefined,
  objects: readonly KubeObject[],
): ChosenPort[] {
  const declared = objects.flatMap((object) =>
    portsOf(object).map((port) => ({ port, workload: titleOf(object) })),
  );
  const [first] = objects;
  if (words)
    return words.map((word) => {
      const wish = portWish(word);
      const found = declared.find(({ port }) => port === wish.remote);
      return { wish, workload: found?.workload ?? (first ? titleOf(first) : '') };
    });
  return declared.map(({ port, workload }) => ({
    wish: { local: port < FIRST_FREE ? port + SHIFT : port, remote: port },
    workload,
  }));
}

export class Forwards {
  readonly #session: Session;
  readonly #workloads: Workloads;
  readonly #report: Report;
  readonly #open = new Map<string, PortForward>();

  constructor(session: Session, workloads: Workloads, report: Report) {
    this.#session = session;
    this.#workloads = workloads;
    this.#report = report;
  }

  /** Opens these, closes others. */
  async set(ports: readonly ChosenPort[]): Promise<void> {
    const wanted = new Map(ports.map((port) => [JSON.stringify(port), port]));
    for (const [key, forward] of this.#open)
      if (!wanted.has(key)) {
        forward.close();
        this.#open.delete(key);
      }
    for (const [key, { wish, workload }] of wanted) {
      if (this.#open.has(key)) continue;
      const forward = new PortForward({
        session: this.#session,
        wish,
        pod: () => bestPod(this.#workloads.all.find(({ title }) => title === workload)),
        onError: (message) => this.#report({ event: 'warning', message }),
      });
      this.#open.set(key, forward);
      try {
        const local = await forward.listen();
        this.#report({ event: 'forwarding', address: `127.0.0.1:${local}`, port: wish.remote, workload });
      } catch (error) {
        this.#report({ event: 'warning', message: `port ${wish.local}: ${(error as Error).message}` });
      }
    }
  }

  close(): void {
    for (const forward of this.#open.values()) forward.close();
    this.#open.clear();
  }
}

/** The newest that is ready. */
function bestPod(workload: Workload | undefined): PodName | undefined {
  const ready = (workload?.pods ?? []).filter(
    (pod) => !pod.metadata.deletionTimestamp && isConditionTrue(pod, 'Ready'),
  );
  const age = (time: string | null | undefined) => Date.parse(time ?? '') || 0;
  const [best] = ready.sort((a, b) => age(b.metadata.creationTimestamp) - age(a.metadata.creationTimestamp));
  const { namespace = '', name = '', uid = '' } = best?.metadata ?? {};
  return best && { namespace, name, uid };
}
