// Everything a pod worker works with, shared by all workers of one kubelet.
import type { ContainerRuntime } from '../../cri/runtime.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { ContainerStarter } from '../containers/container-starter.ts';
import type { DnsSettings } from '../dns/resolv-conf.ts';
import type { NodeFacts } from '../env/field-ref.ts';
import type { PodEvents } from '../events.ts';
import type { ImagePuller } from '../images/image-puller.ts';
import type { Limiter } from '../images/limiter.ts';
import type { Pod, PodFailure } from '../pod.ts';
import type { ProbeManager } from '../probes/probe-manager.ts';
import type { ReferencedObjects } from '../references/referenced-objects.ts';
import type { Cgroups } from '../resources/cgroups.ts';
import type { ResourceContext } from '../resources/container-resources.ts';
import type { SecurityContextOptions } from '../security/security-context.ts';
import type { Problem } from '../status/container-status.ts';
import type { StatusManager } from '../status/status-manager.ts';
import type { RuntimeView } from '../view/runtime-view.ts';
import type { VolumeManager } from '../volumes/volume-manager.ts';

export interface PodContext {
  readonly runtime: ContainerRuntime;
  readonly clock: Clock;
  readonly log: Logger;
  readonly events: PodEvents;
  readonly runtimeView: RuntimeView;
  readonly statuses: StatusManager;
  readonly probes: ProbeManager;
  readonly images: ImagePuller;
  readonly starter: ContainerStarter;
  readonly volumes: VolumeManager;
  readonly cgroups: Cgroups;
  readonly objects: ReferencedObjects;
  readonly sandboxStarts: Limiter;
  readonly hostIPs: readonly string[];
  readonly root: string;
  readonly logs: string;
  readonly dns: () => DnsSettings;
  readonly security: SecurityContextOptions;
  readonly resources: ResourceContext;
  /** Why the node does not take the pod; undefined when it does. */
  readonly admit: (pod: Pod) => PodFailure | undefined;
  /** Why the node has no room for what the pod asks for now. */
  readonly resizeVerdict: (pod: Pod) => Problem | undefined;
  readonly facts: (pod: Pod, podIPs: readonly string[]) => NodeFacts;
  /** Maps a RuntimeClass to its handler; '' is the default one. */
  readonly runtimeHandler: (pod: Pod) => Promise<string>;
  /** Why pods without the host's network cannot start yet; undefined when they can. */
  readonly networkProblem: () => string | undefined;
}
