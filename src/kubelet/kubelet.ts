// The kubelet put together: node registration, one worker per pod, wake-ups from the API, the runtime, probes and
// timers, and the relist as the truth behind them. cluster/ makes one for each node. Open pod-workers/pod-worker.ts next.
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Pod as PodKind } from '../api/core/v1/pod.ts';
import { Service } from '../api/core/v1/service.ts';
import { RuntimeClass } from '../api/node/v1/runtime-class.ts';
import { createEventRecorder } from '../client/events.ts';
import type { Timer } from '../kit/clock.ts';
import { exec } from '../kit/exec.ts';
import { createBackend, type KubeletParts } from './backend.ts';
import { ContainerStarter } from './containers/container-starter.ts';
import { type DnsSettings, readResolvConf } from './dns/resolv-conf.ts';
import type { NodeFacts } from './env/field-ref.ts';
import { serviceEnv } from './env/service-env.ts';
import { podEvents } from './events.ts';
import { ImagePuller } from './images/image-puller.ts';
import { Limiter } from './images/limiter.ts';
import { type Machine, readMachine } from './node/machine.ts';
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
import type { KubeletBackend } from './server/backend.ts';
import { StatsProvider } from './stats/stats-provider.ts';
import { StatusManager } from './status/status-manager.ts';
import { RuntimeView } from './view/runtime-view.ts';
import { TokenSource } from './volumes/token-source.ts';
import { VolumeManager } from './volumes/volume-manager.ts';

export type { KubeletDirectories, KubeletOptions, NodeExec } from './options.ts';

export interface Kubelet {
  /** Resolves when the node is registered and every pod has a worker. */
  start(): Promise<void>;
  /** Stops watching and writing; what runs goes on running. */
  stop(): Promise<void>;
  /** True while no worker does anything: on a stepped clock, the moment to move it on. */
  idle(): boolean;
  /** For the kubelet's HTTPS server. */
  readonly backend: KubeletBackend;
}

const RELIST_MS = 10_000;

export function createKubelet(options: KubeletOptions): Kubelet {
  let running: Running | undefined;
  return {
    async start() {
      await Promise.all(Object.values(options.directories).map((dir) => mkdir(dir, { recursive: true })));
      const machine = await readMachine(options.directories.root);
      const hostDns = await readResolvConf(options.resolvConf ?? '/etc/resolv.conf');
      running = new Running(options, machine, hostDns);
      await running.start();
    },
    async stop() {
      await running?.stop();
      running = undefined;
    },
    idle: () => running?.parts.workers.all().every((worker) => worker.idle) ?? true,
    backend: createBackend(options, () => running?.parts),
  };
}

/** A kubelet between start and stop. */
class Running {
  readonly parts: KubeletParts;
  readonly #options: KubeletOptions;
  readonly #stop = new AbortController();
  readonly #recorder;
  readonly #cgroups: Cgroups;
  #timers: Timer[] = [];
  #unsubscribe: (() => void) | undefined;

  constructor(options: KubeletOptions, machine: Machine, hostDns: DnsSettings['host']) {
    this.#options = options;
    const { client, clock, runtime, nodeName } = options;
    const log = options.log.child(`kubelet/${nodeName}`);
    this.#recorder = createEventRecorder({ client, clock, log, component: 'kubelet', host: nodeName });
    this.#cgroups = cgroupsOf(options);
    const settings = settingsOf(options);
    const node = new NodeManager({
      settings,
      machine,
      client,
      runtime,
      recorder: this.#recorder,
      clock,
      log,
      pressure: () => ({ memory: false, disk: false, pids: false }),
    });
    const context = this.#context(log, machine, settings, hostDns, node);
    const stats = new StatsProvider({
      runtime,
      clock,
      nodeName,
      memoryCapacity: machine.memoryBytes,
      cgroup: options.cgroupRoot ? `${options.cgroupRoot}/kubepods` : undefined,
      root: options.directories.root,
    });
    this.parts = { workers: new PodWorkers(context), context, node, stats };
  }

  async start(): Promise<void> {
    const { informers, clock, nodeName } = this.#options;
    const { workers, node } = this.parts;
    const pods = informers.informer(PodKind, { fieldSelector: `spec.nodeName=${nodeName}` });
    const services = informers.informer(Service);
    await Promise.all([node.start(), pods.synced(), services.synced()]);
    this.#unsubscribe = pods.addHandler({
      onAdd: (pod) => workers.put(pod as Pod),
      onUpdate: (pod) => workers.put(pod as Pod),
      onDelete: (pod) => workers.remove(pod as Pod),
    });
    await this.#removeOrphans();
    void this.#followRuntime();
    this.#timers.push(clock.every(RELIST_MS, () => void workers.relist()));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#unsubscribe?.();
    for (const timer of this.#timers) timer.cancel();
    const { workers, context, node } = this.parts;
    workers.stop();
    context.probes.stop();
    context.statuses.stop();
    context.objects.stop();
    node.stop();
    await this.#recorder.flushed();
  }

  async #followRuntime(): Promise<void> {
    const { signal } = this.#stop;
    const { runtime, clock, log } = this.#options;
    while (!signal.aborted) {
      try {
        for await (const event of runtime.events(signal)) this.parts.workers.onRuntimeEvent(event);
      } catch (error) {
        if (!signal.aborted) log.warn('runtime events broke off', { error: String(error) });
      }
      await clock.sleep(1000, signal).catch(() => {});
    }
  }

  /** What pods have left on the node that neither the API nor the runtime knows any more. */
  async #removeOrphans(): Promise<void> {
    const { workers, context } = this.parts;
    await workers.relist();
    const known = new Set(workers.all().map(({ uid }) => uid));
    const orphans = (uids: readonly string[]) => uids.filter((uid) => !known.has(uid));
    for (const uid of orphans(await context.volumes.list())) await context.volumes.removePod(uid);
    for (const uid of orphans(await context.cgroups.list())) await context.cgroups.remove(uid);
    for (const name of await readdir(context.logs)) {
      const uid = name.slice(name.lastIndexOf('_') + 1);
      if (!known.has(uid)) await rm(join(context.logs, name), { recursive: true, force: true });
    }
  }

  #context(
    log: KubeletOptions['log'],
    machine: Machine,
    settings: NodeSettings,
    hostDns: DnsSettings['host'],
    node: NodeManager,
  ): PodContext {
    const {
      client,
      clock,
      runtime,
      directories,
      nodeIPs,
      clusterDNS,
      clusterDomain = 'cluster.local',
    } = this.#options;
    const { root, logs, secrets } = directories;
    const events = podEvents(this.#recorder);
    const wake = (uid: string) => this.parts.workers.wake(uid);
    const onChange = (uid: string) => this.parts.workers.referenceChanged(uid);
    const objects = new ReferencedObjects({ client, clock, log, onChange });
    const images = new ImagePuller({
      runtime,
      clock,
      events,
      maxParallelPulls: this.#options.parallelPulls ?? 4,
    });
    const allocatable = capacityOf(settings, machine);
    const facts = (_pod: Pod, podIPs: readonly string[]): NodeFacts => ({
      nodeName: settings.nodeName,
      hostIPs: nodeIPs,
      podIPs,
      allocatable,
    });
    const resources = {
      memoryCapacity: machine.memoryBytes,
      negativeOomScores: this.#options.negativeOomScores ?? false,
    };
    const security = {
      seccompDir: directories.seccomp ?? join(root, 'seccomp'),
      appArmor: this.#options.appArmor ?? false,
    };
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
        services: (pod) => this.#serviceEnv(pod),
        resources,
        security,
        clusterDomain,
        hostHosts: () => readFile('/etc/hosts', 'utf8').catch(() => ''),
        root,
      }),
      volumes: new VolumeManager({
        client,
        clock,
        root,
        secrets,
        nodeExec: this.#options.nodeExec ?? exec,
        objects,
        tokens: new TokenSource(client, clock),
        facts: (pod) => facts(pod, podIPsOf(pod)),
      }),
      cgroups: this.#cgroups,
      objects,
      sandboxStarts: new Limiter(this.#options.parallelSandboxStarts ?? 6),
      hostIPs: nodeIPs,
      root,
      logs,
      dns: () => ({ clusterDNS, clusterDomain, host: hostDns }),
      security,
      resources,
      resizeVerdict: (pod) => resizeVerdict(pod, this.#others(pod), allocatable),
      facts,
      runtimeHandler: (pod) => this.#runtimeHandler(pod),
      networkProblem: () => node.networkProblem(),
    };
  }

  /** The other pods that use the node now. */
  #others(pod: Pod): Pod[] {
    const active = this.parts.workers
      .all()
      .filter(({ state, uid }) => state === 'sync' && uid !== podUid(pod));
    return active.flatMap((worker) => worker.pod ?? []);
  }

  #serviceEnv(pod: Pod): ReadonlyMap<string, string> {
    return serviceEnv(pod, this.#options.informers.informer(Service).lister.list());
  }

  async #runtimeHandler(pod: Pod): Promise<string> {
    const name = specOf(pod).runtimeClassName;
    if (!name) return '';
    const runtimeClass = await this.#options.client.get(RuntimeClass, name);
    return runtimeClass.handler ?? '';
  }
}

const podIPsOf = (pod: Pod): string[] => (pod.status?.podIPs ?? []).map(({ ip }) => ip);

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
