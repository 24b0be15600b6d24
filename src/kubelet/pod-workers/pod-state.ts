// What a worker knows of its pod: the newest object from the API, why containers wait, what ended the pod. Reads the
// runtime and publishes the status that follows. Shared by pod-sync.ts and pod-ending.ts.
import type { Pod, PodFailure } from '../pod.ts';
import { PodResize } from '../resize/pod-resize.ts';
import type { Problem } from '../status/container-status.ts';
import { podStatus } from '../status/pod-status.ts';
import type { SetOptions } from '../status/status-manager.ts';
import { CrashBackoff } from '../sync/crash-backoff.ts';
import { emptyView, type PodView } from '../view/pod-view.ts';
import { fingerprintOf } from '../view/runtime-view.ts';
import type { WorkerPorts } from './ports.ts';

/** Containerd reports an exit by event some 36 ms, at most 70 ms, before its status shows it. */
const EXIT_POLL_MS = 20;
const EXIT_POLL_FOR_MS = 2000;

export interface StateOptions {
  readonly uid: string;
  /** undefined when only the runtime knows the pod. */
  readonly pod: Pod | undefined;
  /** The runtime cannot have anything of this pod yet. */
  readonly isNew: boolean;
  readonly ports: StatePorts;
  readonly wakeAfter: (ms: number) => void;
}

export interface PublishOptions extends SetOptions {
  readonly ended?: boolean;
}

export type StatePorts = Pick<WorkerPorts, 'containers' | 'resources' | 'reports' | 'node' | 'clock'>;

export class PodState {
  readonly uid: string;
  readonly wakeAfter: (ms: number) => void;
  readonly crashes = new CrashBackoff();
  /** Waiting reasons by container name. */
  readonly problems = new Map<string, Problem>();
  readonly resize: PodResize;
  pod: Pod | undefined;
  inApi: boolean;
  failure: PodFailure | undefined;
  /** The node has taken the pod: from now on it counts against other pods, until it has ended. */
  admitted = false;
  /** Contents of volumes that come from the API may be out of date. */
  volumesStale = false;
  /** Of the runtime's view of the pod when it was last read: see fingerprintOf. */
  fingerprint = '';
  readonly #ports: StatePorts;
  #isNew: boolean;
  readonly #exits = new Map<string, number>();

  constructor({ uid, pod, isNew, ports, wakeAfter }: StateOptions) {
    this.uid = uid;
    this.pod = pod;
    this.inApi = pod !== undefined;
    this.wakeAfter = wakeAfter;
    this.resize = new PodResize(ports);
    this.#ports = ports;
    this.#isNew = isNew;
  }

  /** The runtime has reported that the container exited. */
  expectExit(containerId: string): void {
    this.#exits.set(containerId, this.#ports.clock.monotonic() + EXIT_POLL_FOR_MS);
  }

  /** Reads the runtime. Given the pod, its probes are started and stopped by what runs. */
  async observe(pod?: Pod): Promise<PodView> {
    const view = this.#isNew ? emptyView(this.uid) : await this.#ports.containers.read(this.uid);
    this.#isNew = false;
    this.fingerprint = fingerprintOf(view);
    if (pod) this.#ports.containers.probe(pod, view);
    this.#awaitExits(view);
    return view;
  }

  /** `ended`: no container can run any more. */
  publish(pod: Pod, view: PodView, { ended = false, ...how }: PublishOptions = {}): void {
    const { containers, reports, clock, node } = this.#ports;
    const status = podStatus({
      pod: reports.statuses.withStatus(pod),
      view,
      now: clock.now(),
      hostIPs: node.hostIPs,
      problems: this.problems,
      probes: containers.verdicts,
      failure: this.failure,
      resize: this.resize.state,
      ended,
    });
    reports.statuses.set(this.pod ?? pod, status, how);
  }

  /** Polls for exits that were reported but that the runtime does not show yet. */
  #awaitExits(view: PodView): void {
    const now = this.#ports.clock.monotonic();
    for (const [id, until] of this.#exits) {
      const shown = view.containers.find((c) => c.id === id);
      if (shown?.state !== 'running' || now > until) this.#exits.delete(id);
      else this.wakeAfter(EXIT_POLL_MS);
    }
  }
}
