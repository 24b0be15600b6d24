// The four ports through which pod workers act and decide. Workers see nothing else of the kubelet, so each can be tested
// alone; assemble.ts fills the ports. A part of a worker names only those that it uses.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { LinuxContainerResources } from '../../cri/runtime.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Kill } from '../containers/kill.ts';
import type { PodEvents } from '../events.ts';
import type { Pod, PodContainer, PodFailure } from '../pod.ts';
import type { Problem } from '../status/container-status.ts';
import type { ProbeVerdicts } from '../status/pod-status.ts';
import type { StatusManager } from '../status/status-manager.ts';
import type { StartAction } from '../sync/plan.ts';
import type { ContainerHealth } from '../sync/plan-sync.ts';
import type { PodView } from '../view/pod-view.ts';
import type { MountedVolumes } from '../volumes/plugin.ts';

export interface StartRequest {
  readonly action: StartAction;
  readonly pod: Pod;
  /** Shows the ready sandbox that the container goes into. */
  readonly view: PodView;
  readonly volumes: MountedVolumes;
  readonly signal: AbortSignal;
}

/** What runs of a pod: sandbox, containers, probes, images. */
export interface PodContainers {
  /** What the probes say of running containers: for the plan and for the status. */
  readonly verdicts: ProbeVerdicts & ContainerHealth;
  read(uid: string): Promise<PodView>;
  /** Starts probes of what runs now and stops those of what no longer does. */
  probe(pod: Pod, view: PodView): void;
  /** From now on probes may make the pod unready, but no longer restart its containers. */
  stopRestarting(uid: string): void;
  createSandbox(pod: Pod, attempt: number): Promise<void>;
  /** Throws StartError with the waiting reason when the container cannot be started. */
  start(request: StartRequest): Promise<void>;
  kill(kill: Kill): Promise<void>;
  /** Kills all containers, then stops the sandboxes. `pod` is undefined when it is no longer in the API. */
  killPod(pod: Pod | undefined, view: PodView, graceSeconds: number, signal: AbortSignal): Promise<void>;
  update(containerId: string, resources: LinuxContainerResources): Promise<void>;
  /** When the image may be pulled again; undefined when at once. */
  retryPullAt(pod: Pod, image: string): number | undefined;
  /** Removes ended containers and sandboxes that neither status nor logs need any more. */
  prune(view: PodView): Promise<void>;
  /** No container runs any more: ends probes and pulls. */
  ended(uid: string): void;
  /** Removes the containers and sandboxes with their logs. */
  removeAll(pod: Pod | undefined, view: PodView): Promise<void>;
}

/** What a pod has on the node besides containers: directories, volumes, its cgroup, the ConfigMaps and Secrets it names. */
export interface PodResources {
  /** Follows what the pod names now. */
  follow(pod: Pod): void;
  /** Everything that must be there before anything of the pod runs. Throws MountError when volumes cannot be made. */
  prepare(pod: Pod): Promise<MountedVolumes>;
  /** Brings contents of volumes up to date that come from the API. */
  refresh(pod: Pod): Promise<void>;
  /** When the next refresh is needed although nothing changes in the API. */
  renewAt(uid: string): number | undefined;
  /** The pod's cgroup gets the limits that the spec asks for; `widen` only raises them. */
  resize(pod: Pod, how: 'widen' | 'exact'): Promise<void>;
  /** Releases volumes, cgroup and references: nothing of the pod runs any more. */
  release(uid: string): Promise<void>;
  /** Removes the pod's directory. */
  remove(uid: string): Promise<void>;
}

/** What is reported to the API about a pod. */
export interface PodReports {
  readonly events: PodEvents;
  readonly statuses: Pick<StatusManager, 'withStatus' | 'isOverwritten' | 'set' | 'forget'>;
}

/** What the node offers, and whether a pod fits. */
export interface NodePolicy {
  readonly hostIPs: readonly string[];
  /** Why the node does not take the pod; undefined when it does. Without `node`, by a copy of the Node that may be old. */
  admit(pod: Pod, node?: Node): PodFailure | undefined;
  /** The Node as the API has it now; undefined when that cannot be read. */
  readNode(): Promise<Node | undefined>;
  /** Why the node has no room for what the pod asks for now. */
  resizeVerdict(pod: Pod): Problem | undefined;
  /** A container's requests and limits in the kernel's units. */
  containerResources(pod: Pod, container: PodContainer): LinuxContainerResources;
  /** Why pods without the host's network cannot start yet; undefined when they can. */
  networkProblem(): string | undefined;
}

export interface WorkerPorts {
  readonly containers: PodContainers;
  readonly resources: PodResources;
  readonly reports: PodReports;
  readonly node: NodePolicy;
  readonly clock: Clock;
  readonly log: Logger;
}
