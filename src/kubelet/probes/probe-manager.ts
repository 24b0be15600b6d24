// Runs the probes of all running containers and remembers their verdicts. Pod workers say what runs and read the
// verdicts for plan and status; a changed verdict wakes the worker.
import type { Probe } from '../../api/kinds/core/v1/probe.ts';
import type { Clock } from '../../kit/clock.ts';
import type { PodEvents } from '../events.ts';
import { containersOf, type Pod, type PodContainer, podUid } from '../pod.ts';
import type { ProbeVerdicts } from '../status/pod-status.ts';
import type { ContainerHealth } from '../sync/plan-sync.ts';
import { type ContainerView, currentSandbox, latestOf, type PodView } from '../view/pod-view.ts';
import { type Handlers, type ProbeOutcome, runProbe } from './handlers.ts';
import { type ProbeType, ProbeWorker } from './probe-worker.ts';

export interface ProbeManagerOptions extends Handlers {
  readonly clock: Clock;
  readonly events: PodEvents;
  readonly onChange: (uid: string) => void;
  /** Address of pods on the host's network. */
  readonly hostIP: string;
}

interface Instance {
  readonly uid: string;
  readonly workers: Map<ProbeType, ProbeWorker>;
  started: boolean;
  ready: boolean;
  failed?: 'liveness' | 'startup';
}

export class ProbeManager implements ContainerHealth, ProbeVerdicts {
  readonly #options: ProbeManagerOptions;
  readonly #instances = new Map<string, Instance>();

  constructor(options: ProbeManagerOptions) {
    this.#options = options;
  }

  /** Starts probes of containers that run and ends those of containers that no longer do. */
  update(pod: Pod, view: PodView): void {
    const uid = podUid(pod);
    const running = new Set<string>();
    for (const container of containersOf(pod)) {
      if (container.kind === 'init' || container.kind === 'ephemeral') continue;
      const latest = latestOf(view, container.spec.name);
      if (latest?.state !== 'running') continue;
      running.add(latest.id);
      this.#follow(pod, container, latest, view);
    }
    for (const [id, instance] of this.#instances)
      if (instance.uid === uid && !running.has(id)) this.#forget(id, instance);
  }

  /** Of a terminating pod no container is restarted any more; it may still become unready. */
  stopRestarting(uid: string): void {
    for (const instance of this.#instances.values()) {
      if (instance.uid !== uid) continue;
      instance.workers.get('liveness')?.stop();
      instance.workers.get('startup')?.stop();
    }
  }

  remove(uid: string): void {
    for (const [id, instance] of this.#instances) if (instance.uid === uid) this.#forget(id, instance);
  }

  stop(): void {
    for (const [id, instance] of this.#instances) this.#forget(id, instance);
  }

  failed(containerId: string): 'liveness' | 'startup' | undefined {
    return this.#instances.get(containerId)?.failed;
  }

  started(container: PodContainer | string, containerId?: string): boolean {
    const id = typeof container === 'string' ? container : containerId!;
    return this.#instances.get(id)?.started ?? true;
  }

  ready(container: PodContainer, containerId: string): boolean {
    return this.#instances.get(containerId)?.ready ?? !container.spec.readinessProbe;
  }

  #follow(pod: Pod, container: PodContainer, latest: ContainerView, view: PodView): void {
    const { spec } = container;
    let instance = this.#instances.get(latest.id);
    if (!instance) {
      const before = shownBefore(pod, latest.id);
      instance = {
        uid: podUid(pod),
        workers: new Map(),
        started: !spec.startupProbe || before.started,
        ready: !spec.readinessProbe || before.ready,
      };
      this.#instances.set(latest.id, instance);
    }
    if (!instance.started) this.#ensure(pod, container, latest, view, instance, 'startup', spec.startupProbe);
    // Liveness and readiness wait for the startup probe.
    if (!instance.started) return;
    this.#ensure(pod, container, latest, view, instance, 'liveness', spec.livenessProbe);
    this.#ensure(pod, container, latest, view, instance, 'readiness', spec.readinessProbe);
  }

  #ensure(
    pod: Pod,
    container: PodContainer,
    latest: ContainerView,
    view: PodView,
    instance: Instance,
    type: ProbeType,
    probe: Probe | undefined,
  ): void {
    if (!probe || instance.workers.has(type)) return;
    const { clock, events, hostIP, onChange } = this.#options;
    const podIP = pod.spec?.hostNetwork ? hostIP : (currentSandbox(view)?.ips[0] ?? '');
    const target = { container: container.spec, containerId: latest.id, podIP };
    const worker = new ProbeWorker({
      type,
      probe,
      clock,
      startedAt: latest.startedAt,
      run: () => runProbe(probe, target, this.#options),
      onUnhealthy: (outcome) => recordProbeEvent(events, pod, container, type, outcome),
      onVerdict: (success) => {
        if (applyVerdict(instance, type, success)) onChange(instance.uid);
      },
    });
    instance.workers.set(type, worker);
  }

  #forget(id: string, instance: Instance): void {
    for (const worker of instance.workers.values()) worker.stop();
    this.#instances.delete(id);
  }
}

/** After a restart of the kubelet, what the API shows as ready stays ready until a probe fails. */
function shownBefore(pod: Pod, containerId: string): { started: boolean; ready: boolean } {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  const status = [...containerStatuses, ...initContainerStatuses].find((s) =>
    s.containerID?.endsWith(`//${containerId}`),
  );
  return { started: status?.started === true, ready: status?.ready === true };
}

/** Records a verdict; true when it changes anything. */
function applyVerdict(instance: Instance, type: ProbeType, success: boolean): boolean {
  if (type === 'readiness') {
    const changed = instance.ready !== success;
    instance.ready = success;
    return changed;
  }
  if (!success) {
    instance.failed = type;
    return true;
  }
  const changed = type === 'startup' && !instance.started;
  if (type === 'startup') instance.started = true;
  return changed;
}

function recordProbeEvent(
  events: PodEvents,
  pod: Pod,
  container: PodContainer,
  type: ProbeType,
  { result, output }: ProbeOutcome,
): void {
  const name = `${type[0]!.toUpperCase()}${type.slice(1)} probe`;
  const word = result === 'unknown' ? 'errored' : result === 'warning' ? 'warning' : 'failed';
  const reason = result === 'warning' ? 'ProbeWarning' : 'Unhealthy';
  const extra = result === 'unknown' ? ' and resulted in unknown state' : '';
  events.container(pod, container, 'Warning', reason, `${name} ${word}${extra}: ${output}`);
}
