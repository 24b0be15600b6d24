// The PodContainers port of a simulated node: containers that take their time to start and to stop, run as long as their
// command says, fail as often as is configured, and are nothing else. A pod at rest costs its record and no timer.
import { type Program, readProgram } from '../../cri/simulated/program.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';
import type { Kill } from '../containers/kill.ts';
import { StartError } from '../containers/start-error.ts';
import { findContainer, isHostNetwork, type Pod, type PodContainer, podUid } from '../pod.ts';
import type { PodContainers, StartRequest } from '../pod-workers/ports.ts';
import { restartPolicyOf } from '../sync/restart.ts';
import { type ContainerView, currentSandbox, emptyView, type PodView } from '../view/pod-view.ts';
import {
  newContainer,
  newSandbox,
  pruned,
  recordOf,
  withContainer,
  withEnded,
  withoutNetwork,
  withSandbox,
} from './pod-record.ts';
import type { Delay, SimulationSettings } from './settings.ts';

export interface SimulatedContainersOptions {
  readonly settings: SimulationSettings;
  readonly clock: Clock;
  readonly random: Random;
  /** The pod as the API has it. */
  readonly pod: (uid: string) => Pod | undefined;
  /** A container of the pod has ended. */
  readonly onExit: (uid: string) => void;
  /** An address that none of `taken` is. */
  /** One of each family. */
  readonly newAddresses: (taken: ReadonlySet<string>) => string[];
}

/** What a timer can wait for. */
const LONGEST_RUN_MS = 2 ** 31 - 1;
const KILLED = 137;
const TERMINATED = 143;

export class SimulatedContainers implements PodContainers {
  /** Probes are not run: what runs is started and ready. */
  readonly verdicts: PodContainers['verdicts'] = {
    started: () => true,
    ready: () => true,
    failed: () => undefined,
  };
  readonly #options: SimulatedContainersOptions;
  /** By pod uid. */
  readonly #records = new Map<string, PodView>();
  /** Of containers that will end by themselves, by their id. */
  readonly #ends = new Map<string, Timer>();

  constructor(options: SimulatedContainersOptions) {
    this.#options = options;
  }

  /** Of all pods. */
  running(): { readonly uid: string; readonly container: ContainerView }[] {
    return [...this.#records.values()].flatMap(({ uid, containers }) =>
      containers.flatMap((container) => (container.state === 'running' ? [{ uid, container }] : [])),
    );
  }

  /** Every container runs or ends as an earlier process, or this one before a power cut, left it. */
  async read(uid: string): Promise<PodView> {
    return this.#recordOf(uid) ?? emptyView(uid);
  }

  async createSandbox(pod: Pod, attempt: number): Promise<void> {
    const { settings, clock, newAddresses } = this.#options;
    await this.#wait(this.#length(settings.startDelay));
    // It has left the API meanwhile.
    if (!this.#options.pod(podUid(pod))) return;
    const ips = isHostNetwork(pod) ? [] : newAddresses(this.#addresses());
    const made = { id: this.#newId(), createdAt: clock.now(), ips, attempt };
    const uid = podUid(pod);
    this.#records.set(uid, withSandbox(await this.read(uid), newSandbox(pod, made)));
  }

  async start({ action: { container, attempt }, pod, view }: StartRequest): Promise<void> {
    const { settings, clock, random } = this.#options;
    const { startError } = programOf(container);
    if (startError) throw new StartError('RunContainerError', startError);
    if (settings.startFailures > 0 && random.float() < settings.startFailures)
      throw new StartError('RunContainerError', 'failed to start container: a simulated failure');
    const podSandboxId = currentSandbox(view)!.id;
    const started = newContainer(pod, container, {
      id: this.#newId(),
      podSandboxId,
      attempt,
      at: clock.now(),
    });
    const uid = podUid(pod);
    this.#records.set(uid, pruned(withContainer(await this.read(uid), started)));
    this.#follow(pod, container, started);
  }

  async kill({ container, pod, view, graceSeconds, signal }: Kill): Promise<void> {
    const exitCode = await this.#terminate(pod, [container], graceSeconds, signal);
    this.#end(view.uid, ({ id }) => id === container.id, exitCode);
  }

  async killPod(
    pod: Pod | undefined,
    { uid, containers }: PodView,
    graceSeconds: number,
    signal: AbortSignal,
  ): Promise<void> {
    const running = containers.filter(({ state }) => state === 'running');
    if (running.length > 0)
      this.#end(uid, () => true, await this.#terminate(pod, running, graceSeconds, signal));
    const record = this.#records.get(uid);
    if (record) this.#records.set(uid, withoutNetwork(record));
  }

  async prune({ uid }: PodView): Promise<void> {
    const record = this.#records.get(uid);
    if (record) this.#records.set(uid, pruned(record));
  }

  async removeAll(_pod: Pod | undefined, { uid }: PodView): Promise<void> {
    this.forget(uid);
  }

  forget(uid: string): void {
    for (const { id } of this.#records.get(uid)?.containers ?? []) this.#cancel(id);
    this.#records.delete(uid);
  }

  /** The node's power is cut: everything of these pods ends at once. */
  endAll(uids: Iterable<string>): void {
    for (const uid of uids) {
      if (!this.#recordOf(uid)) continue;
      this.#end(uid, () => true, KILLED);
      this.#records.set(uid, withoutNetwork(this.#records.get(uid)!));
    }
  }

  /** One container of the pod ends with an error. */
  crash(uid: string, container: ContainerView): void {
    this.#end(uid, ({ id }) => id === container.id, 1);
    this.#options.onExit(uid);
  }

  probe(): void {}

  stopRestarting(): void {}

  ended(): void {}

  async update(): Promise<void> {}

  retryPullAt(): undefined {
    return undefined;
  }

  #recordOf(uid: string): PodView | undefined {
    const known = this.#records.get(uid);
    if (known) return known;
    const pod = this.#options.pod(uid);
    const found = pod && recordOf(pod, () => this.#newId());
    if (!found) return undefined;
    this.#records.set(uid, found);
    for (const view of found.containers) {
      const container = findContainer(pod, view.metadata.name);
      if (container && view.state === 'running') this.#follow(pod, container, view);
    }
    return found;
  }

  /** Sees to it that a container ends which is to end by itself. */
  #follow(pod: Pod, container: PodContainer, { id, startedAt }: ContainerView): void {
    const { clock, onExit } = this.#options;
    const { runsFor = this.#untold(pod, container), exitCode } = programOf(container);
    if (runsFor === undefined || runsFor > LONGEST_RUN_MS) return;
    const uid = podUid(pod);
    const left = Math.max(0, startedAt + runsFor - clock.now());
    const end = () => {
      this.#end(uid, (running) => running.id === id, exitCode);
      onExit(uid);
    };
    this.#ends.set(id, clock.after(left, end));
  }

  /** Milliseconds that a container runs whose command does not tell: undefined for ever. */
  #untold(pod: Pod, container: PodContainer): number | undefined {
    if (container.kind === 'init') return 0;
    return restartPolicyOf(pod, container) === 'Always' ? undefined : this.#options.settings.jobDuration;
  }

  /** Waits as long as the containers take to end after SIGTERM; gives their exit code. */
  async #terminate(
    pod: Pod | undefined,
    containers: readonly ContainerView[],
    graceSeconds: number,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const ignores = containers.some(({ metadata: { name } }) => {
      const container = pod && findContainer(pod, name);
      return container && programOf(container).ignoresTerm;
    });
    const { stopDelay } = this.#options.settings;
    const grace = graceSeconds * 1000;
    const needed = this.#length(stopDelay);
    await this.#wait(ignores ? grace : Math.min(needed, grace), signal);
    return ignores || needed > grace ? KILLED : TERMINATED;
  }

  #end(uid: string, which: (container: ContainerView) => boolean, exitCode: number): void {
    const record = this.#records.get(uid);
    if (!record) return;
    for (const container of record.containers) if (which(container)) this.#cancel(container.id);
    const reason = exitCode === 0 ? 'Completed' : 'Error';
    this.#records.set(uid, withEnded(record, which, { at: this.#options.clock.now(), exitCode, reason }));
  }

  #cancel(id: string): void {
    this.#ends.get(id)?.cancel();
    this.#ends.delete(id);
  }

  async #wait(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms > 0) await this.#options.clock.sleep(ms, signal);
  }

  #length({ from, to }: Delay): number {
    return from === to ? from : from + this.#options.random.float() * (to - from);
  }

  #addresses(): Set<string> {
    return new Set([...this.#records.values()].flatMap(({ sandboxes }) => sandboxes[0]?.ips ?? []));
  }

  #newId(): string {
    return this.#options.random.bytes(32).toString('hex');
  }
}

const programOf = ({ spec: { command = [], args = [] } }: PodContainer): Program =>
  readProgram([...command, ...args]);
