// One pod's resizes over time: whether the node has room, what is being changed, what was changed already. Kept by the
// pod's worker.
import type { LinuxContainerResources } from '../../cri/runtime.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Pod, PodContainer } from '../pod.ts';
import type { WorkerPorts } from '../pod-workers/ports.ts';
import { asksForResize, type ResizeAction } from './resize-plan.ts';
import type { ResizeState } from './resize-state.ts';

const NONE: ResizeState = { unapplied: new Set() };

export type ResizePorts = Pick<WorkerPorts, 'node' | 'containers' | 'resources' | 'reports'>;

export class PodResize {
  readonly #ports: ResizePorts;
  /** What was last applied to an instance: the runtime may report it a little differently. */
  readonly #applied = new Map<string, string>();
  #state = NONE;

  constructor(ports: ResizePorts) {
    this.#ports = ports;
  }

  get state(): ResizeState {
    return this.#state;
  }

  /** Decides again whether there is room for what the spec asks. */
  consider(pod: Pod): void {
    const pending = asksForResize(pod) ? this.#ports.node.resizeVerdict(pod) : undefined;
    if (pending && pending.message !== this.#state.pending?.message)
      this.#ports.reports.events.pod(pod, 'Warning', `Resize${pending.reason}`, pending.message);
    this.#state = { unapplied: new Set(), ...(pending && { pending }) };
  }

  /** What an instance should have; undefined leaves it as it is. */
  wanted(pod: Pod, container: PodContainer, containerId: string): LinuxContainerResources | undefined {
    if (this.#state.pending) return undefined;
    const resources = this.#ports.node.containerResources(pod, container);
    return this.#applied.get(containerId) === JSON.stringify(resources) ? undefined : resources;
  }

  planned(actions: readonly ResizeAction[]): void {
    this.#state = { ...this.#state, unapplied: new Set(actions.map(({ container }) => container.spec.name)) };
  }

  /** The pod's cgroup is widened before its containers grow, and narrowed after they have shrunk. */
  async apply(pod: Pod, actions: readonly ResizeAction[]): Promise<void> {
    const { containers, resources: own, reports } = this.#ports;
    await own.resize(pod, 'widen');
    for (const { instance, resources } of actions) {
      const { oomScoreAdj: _, ...changeable } = resources;
      try {
        await containers.update(instance.id, changeable);
      } catch (error) {
        this.#state = { ...this.#state, error: messageOf(error) };
        throw error;
      }
      this.#applied.set(instance.id, JSON.stringify(resources));
    }
    await own.resize(pod, 'exact');
    this.#state = NONE;
    reports.events.pod(pod, 'Normal', 'ResizeCompleted', 'Pod resize completed');
  }
}
