// Puts the parts of one kubelet together from its options; nothing runs yet. Called by kubelet.ts at each start.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Service } from '../api/kinds/core/v1/service.ts';
import { RuntimeClass } from '../api/kinds/node/v1/runtime-class.ts';
import { createEventRecorder, type EventRecorder } from '../client/events/events.ts';
import { exec } from '../kit/exec.ts';
import type { Logger } from '../kit/log.ts';
import { admit } from './admission/admit.ts';
import type { KubeletParts } from './backend.ts';
import { ContainerStarter } from './containers/container-starter.ts';
import type { DnsSettings } from './dns/resolv-conf.ts';
import type { NodeFacts } from './env/field-ref.ts';
import { serviceEnv } from './env/service-env.ts';
import { podEvents } from './events.ts';
import { EvictionManager } from './eviction/eviction-manager.ts';
import { ImagePuller } from './images/image-puller.ts';
import { Limiter } from './images/limiter.ts';
import type { Machine } from './node/machine.ts';
import { NodeManager } from './node/node-manager.ts';
import { capacityOf, type NodeSettings } from './node/node-object.ts';
import type { KubeletOptions } from './options.ts';
import { type Pod, podUid, specOf } from './pod.ts';
import type { PodContext } from './pod-workers/pod-context.ts';
import { PodWorkers } from './pod-workers/pod-workers.ts';
import { ProbeManager } from './probes/probe-manager.ts';
import { ReferencedObjects } from './references/referenced-objects.ts';
import { resizeVerdict } from './resize/resize-plan.ts';
import { type Cgroups, CgroupTree, noCgroups } from './resources/cgroups.ts';
import { StatsProvider } from './stats/stats-provider.ts';
import { availableMemory } from './stats/usage.ts';
import { StatusManager } from './status/status-manager.ts';
import { RuntimeView } from './view/runtime-view.ts';
import { TokenSource } from './volumes/token-source.ts';
import { VolumeManager } from './volumes/volume-manager.ts';

export interface Assembly extends KubeletParts {
  readonly recorder: EventRecorder;
  readonly eviction: EvictionManager;
  readonly log: Logger;
}

/** What was read of the machine before. */
export interface Surroundings {
  readonly machine: Machine;
  readonly hostDns: DnsSettings['host'];
}

const DEFAULT_EVICTION_BYTES = 100 << 20;

export function assemble(options: KubeletOptions, surroundings: Surroundings): Assembly {
  const { client, clock, runtime, nodeName, directories } = options;
  const { machine } = surroundings;
  const log = options.log.child(`kubelet/${nodeName}`);
  const recorder = createEventRecorder({ client, clock, log, component: 'kubelet', host: nodeName });
  const settings = settingsOf(options);
  const pressure = () => ({ memory: eviction.memoryPressure, disk: false, pids: false });
  const node = new NodeManager({ settings, machine, client, runtime, recorder, clock, log, pressure });
  const shared = new SharedParts({
    options,
    surroundings,
    settings,
    log,
    recorder,
    node,
    workers: () => workers,
  });
  const context = shared.context();
  const workers: PodWorkers = new PodWorkers(context);
  const stats = new StatsProvider({
    runtime,
    clock,
    nodeName,
    memoryCapacity: machine.memoryBytes,
    cgroup: options.cgroupRoot ? `${options.cgroupRoot}/kubepods` : undefined,
    root: directories.root,
  });
  const eviction = new EvictionManager({
    memoryThreshold: options.evictionMemoryBytes ?? DEFAULT_EVICTION_BYTES,
    availableMemory,
    usages: async () => {
      const { pods } = await stats.summary();
      return new Map(pods.map((pod) => [pod.podRef.uid, pod.memory?.workingSetBytes ?? 0]));
    },
    writableLayers: () => stats.writableLayers(),
    pods: () => activePods(workers),
    evict: (pod, failure, graceSeconds) => {
      context.events.pod(pod, 'Warning', failure.reason, failure.message);
      workers.evict(podUid(pod), failure, graceSeconds);
    },
    onPressure: () => void node.refresh(),
    ...directories,
    log,
  });
  return { workers, context, node, stats, recorder, eviction, log };
}

const activePods = (workers: PodWorkers): Pod[] =>
  workers.all().flatMap(({ state, pod }) => (state === 'sync' && pod ? [pod] : []));

interface Ingredients {
  readonly options: KubeletOptions;
  readonly surroundings: Surroundings;
  readonly settings: NodeSettings;
  readonly log: Logger;
  readonly recorder: EventRecorder;
  readonly node: NodeManager;
  readonly workers: () => PodWorkers;
}

/** Makes what all pod workers share. */
class SharedParts {
  readonly #from: Ingredients;
  readonly #allocatable: Readonly<Record<string, string>>;

  constructor(from: Ingredients) {
    this.#from = from;
    this.#allocatable = capacityOf(from.settings, from.surroundings.machine);
  }

  context(): PodContext {
    const { options, log, node, recorder, workers, surroundings } = this.#from;
    const { client, clock, runtime, directories, nodeIPs } = options;
    const { root, logs } = directories;
    const { machine, hostDns } = surroundings;
    const clusterDomain = options.clusterDomain ?? 'cluster.local';
    const events = podEvents(recorder);
    const onChange = (uid: string) => workers().referenceChanged(uid);
    const objects = new ReferencedObjects({ client, clock, log, onChange });
    const images = new ImagePuller({ runtime, clock, events, maxParallelPulls: options.parallelPulls ?? 4 });
    const security = {
      seccompDir: directories.seccomp ?? join(root, 'seccomp'),
      appArmor: options.appArmor ?? false,
    };
    const resources = {
      memoryCapacity: machine.memoryBytes,
      negativeOomScores: options.negativeOomScores ?? false,
    };
    const wake = (uid: string) => workers().wake(uid);
    return {
      runtime,
      clock,
      log,
      events,
      runtimeView: new RuntimeView(runtime),
      statuses: new StatusManager({ client, clock, log }),
      probes: new ProbeManager({ runtime, clock, events, onChange: wake, hostIP: nodeIPs[0] ?? '' }),
      images,
      starter: new ContainerStarter({
        runtime,
        clock,
        events,
        images,
        objects,
        services: (pod) => serviceEnv(pod, options.informers.informer(Service).lister.list()),
        resources,
        security,
        clusterDomain,
        hostHosts: () => readFile('/etc/hosts', 'utf8').catch(() => ''),
        root,
      }),
      volumes: this.#volumes(objects),
      cgroups: cgroupsOf(options),
      objects,
      sandboxStarts: new Limiter(options.parallelSandboxStarts ?? 6),
      hostIPs: nodeIPs,
      root,
      logs,
      dns: () => ({ clusterDNS: options.clusterDNS, clusterDomain, host: hostDns }),
      security,
      resources,
      admit: (pod) =>
        admit(pod, {
          others: this.#others(pod),
          allocatable: this.#allocatable,
          allowedSysctls: options.allowedSysctls ?? [],
          appArmor: options.appArmor ?? false,
        }),
      resizeVerdict: (pod) => resizeVerdict(pod, this.#others(pod), this.#allocatable),
      facts: (_pod, podIPs) => this.#facts(podIPs),
      runtimeHandler: (pod) => this.#runtimeHandler(pod),
      networkProblem: () => node.networkProblem(),
    };
  }

  #volumes(objects: ReferencedObjects): VolumeManager {
    const { client, clock, directories, nodeExec } = this.#from.options;
    return new VolumeManager({
      client,
      clock,
      root: directories.root,
      secrets: directories.secrets,
      nodeExec: nodeExec ?? exec,
      objects,
      tokens: new TokenSource(client, clock),
      facts: (pod) => this.#facts((pod.status?.podIPs ?? []).map(({ ip }) => ip)),
    });
  }

  #facts(podIPs: readonly string[]): NodeFacts {
    const { settings, options } = this.#from;
    return { nodeName: settings.nodeName, hostIPs: options.nodeIPs, podIPs, allocatable: this.#allocatable };
  }

  /** The other pods that use the node now. */
  #others(pod: Pod): Pod[] {
    return activePods(this.#from.workers()).filter((other) => podUid(other) !== podUid(pod));
  }

  async #runtimeHandler(pod: Pod): Promise<string> {
    const name = specOf(pod).runtimeClassName;
    if (!name) return '';
    return (await this.#from.options.client.get(RuntimeClass, name)).handler ?? '';
  }
}

function cgroupsOf({ cgroupRoot, podPidsLimit, log }: KubeletOptions): Cgroups {
  if (cgroupRoot === false || cgroupRoot === undefined) return noCgroups;
  return new CgroupTree({ root: cgroupRoot, log, ...(podPidsLimit && { podPidsLimit }) });
}

const settingsOf = (options: KubeletOptions): NodeSettings => ({
  nodeName: options.nodeName,
  hostIPs: options.nodeIPs,
  kubeletPort: options.kubeletPort ?? 10250,
  labels: options.labels ?? {},
  taints: options.taints ?? [],
  capacity: options.capacity ?? {},
  maxPods: options.maxPods ?? 110,
  ...(options.podCidr && { podCidr: options.podCidr }),
});
