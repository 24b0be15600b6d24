// The PodContainers port over a container runtime: sandboxes, starts, kills, pulls and probes of all pods of the node.
import type { ContainerRuntime, LinuxContainerResources, PodSandboxConfig } from '../../cri/runtime.ts';
import type { Clock } from '../../kit/clock.ts';
import { type DnsSettings, podDns } from '../dns/resolv-conf.ts';
import type { NodeFacts } from '../env/field-ref.ts';
import type { PodEvents } from '../events.ts';
import { type NodeFiles, nodePath } from '../files/node-files.ts';
import type { ImagePuller } from '../images/image-puller.ts';
import type { Limiter } from '../images/limiter.ts';
import { isHostNetwork, type Pod } from '../pod.ts';
import type { PodNetwork } from '../pod-network.ts';
import type { PodContainers, StartRequest } from '../pod-workers/ports.ts';
import type { ProbeManager } from '../probes/probe-manager.ts';
import { refuseUserNamespace, type SecurityContextOptions } from '../security/security-context.ts';
import { currentSandbox, type PodView } from '../view/pod-view.ts';
import type { RuntimeView } from '../view/runtime-view.ts';
import { abortable } from './abortable.ts';
import type { ContainerStarter } from './container-starter.ts';
import { type Kill, killContainer, killPod } from './kill.ts';
import { prune } from './prune.ts';
import { podLogDirectory, sandboxConfig } from './sandbox-config.ts';

export interface RuntimeContainersOptions {
  readonly runtime: ContainerRuntime;
  readonly runtimeView: RuntimeView;
  readonly clock: Clock;
  readonly events: PodEvents;
  readonly files: NodeFiles;
  readonly probes: ProbeManager;
  readonly images: ImagePuller;
  readonly starter: ContainerStarter;
  readonly starts: Limiter;
  readonly logs: string;
  readonly hostIPs: readonly string[];
  readonly network?: PodNetwork;
  readonly dns: DnsSettings;
  readonly security: SecurityContextOptions;
  readonly cgroupParent: (pod: Pod) => string | undefined;
  readonly facts: (pod: Pod, podIPs: readonly string[]) => NodeFacts;
  /** Maps a pod's RuntimeClass to its handler; '' is the default one. */
  readonly runtimeHandler: (pod: Pod) => Promise<string>;
}

export class RuntimeContainers implements PodContainers {
  readonly #options: RuntimeContainersOptions;

  constructor(options: RuntimeContainersOptions) {
    this.#options = options;
  }

  get verdicts(): PodContainers['verdicts'] {
    return this.#options.probes;
  }

  read(uid: string): Promise<PodView> {
    return this.#options.runtimeView.read(uid);
  }

  probe(pod: Pod, view: PodView): void {
    this.#options.probes.update(pod, view);
    this.#tellNetwork(pod, view);
  }

  stopRestarting(uid: string): void {
    this.#options.probes.stopRestarting(uid);
  }

  async createSandbox(pod: Pod, attempt: number): Promise<void> {
    const { runtime, starts, runtimeHandler, events, dns } = this.#options;
    const config = this.#sandboxConfig(pod, attempt);
    for (const { reason, message } of podDns(pod, dns).warnings) events.pod(pod, 'Warning', reason, message);
    const handler = await runtimeHandler(pod);
    refuseUserNamespace(pod, handler);
    // More at once gain nothing: 30 in parallel take 2 s each, and as long together as one after the other.
    await starts.run(() => runtime.runPodSandbox(config, handler));
  }

  async start({ action, pod, view, volumes, signal }: StartRequest): Promise<void> {
    const { starter, facts, hostIPs, network } = this.#options;
    const sandbox = currentSandbox(view)!;
    const podIPs = isHostNetwork(pod) ? hostIPs : sandbox.ips;
    this.#tellNetwork(pod, view);
    if (network) await abortable(network.ready(), signal);
    await starter.start(action, {
      pod,
      view,
      sandboxId: sandbox.id,
      sandboxConfig: this.#sandboxConfig(pod, sandbox.metadata.attempt),
      runtimeHandler: sandbox.runtimeHandler,
      volumes,
      facts: facts(pod, podIPs),
      signal,
    });
  }

  kill(kill: Kill): Promise<void> {
    return killContainer(kill, this.#options);
  }

  killPod(pod: Pod | undefined, view: PodView, graceSeconds: number, signal: AbortSignal): Promise<void> {
    return killPod(pod, view, graceSeconds, this.#options, signal);
  }

  async update(containerId: string, resources: LinuxContainerResources): Promise<void> {
    await this.#options.runtime.updateContainerResources(containerId, resources);
    this.#options.runtimeView.refresh(containerId);
  }

  retryPullAt(pod: Pod, image: string): number | undefined {
    return this.#options.images.retryAt(pod, image);
  }

  prune(view: PodView): Promise<void> {
    return prune(view, this.#options);
  }

  ended(uid: string): void {
    this.#options.probes.remove(uid);
    this.#options.images.forget(uid);
    this.#options.network?.left(uid);
  }

  async removeAll(pod: Pod | undefined, view: PodView): Promise<void> {
    const { runtime, runtimeView, files } = this.#options;
    await Promise.all(view.containers.map(({ id }) => runtime.removeContainer(id)));
    await Promise.all(view.sandboxes.map(({ id }) => runtime.removePodSandbox(id)));
    for (const dir of this.#logDirectories(pod, view)) await files.removeTree(nodePath(dir));
    runtimeView.forget(view.uid);
  }

  #tellNetwork(pod: Pod, view: PodView): void {
    const sandbox = currentSandbox(view);
    if (sandbox?.state === 'ready' && sandbox.ips.length > 0 && !isHostNetwork(pod))
      this.#options.network?.joined(pod, sandbox.ips, sandbox.id);
  }

  #sandboxConfig(pod: Pod, attempt: number): PodSandboxConfig {
    const { logs, dns, security, cgroupParent } = this.#options;
    const logDirectory = podLogDirectory(logs, pod);
    return sandboxConfig(pod, attempt, { logDirectory, dns, cgroupParent: cgroupParent(pod), security });
  }

  /** The name of a pod that only the runtime knew is found in its sandboxes. */
  #logDirectories(pod: Pod | undefined, view: PodView): ReadonlySet<string> {
    const { logs } = this.#options;
    const seen = view.sandboxes.map(({ metadata }) => podLogDirectory(logs, { metadata }));
    return new Set(pod ? [podLogDirectory(logs, pod), ...seen] : seen);
  }
}
