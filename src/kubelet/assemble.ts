// Builds one kubelet from its options; nothing runs yet. Each component is made from those above it. Where two need each
// other, a small object made before both connects them: PodRegistry and NodePressure. Called by kubelet.ts at each start.
import { join } from 'node:path';
import { Service } from '../api/kinds/core/v1/service.ts';
import { RuntimeClass } from '../api/kinds/node/v1/runtime-class.ts';
import { createEventRecorder, type EventRecorder } from '../client/events/events.ts';
import { exec } from '../kit/exec.ts';
import type { Logger } from '../kit/log.ts';
import { LocalPolicy } from './admission/local-policy.ts';
import { ContainerStarter } from './containers/container-starter.ts';
import { RuntimeContainers } from './containers/runtime-containers.ts';
import { type Csi, createCsi } from './csi/create-csi.ts';
import { type NodeFacts as CsiFacts, nodeIdsOf, topologyOf } from './csi/csi-node.ts';
import { cdiEdits } from './devices/cdi.ts';
import { ClaimCache } from './devices/claim-cache.ts';
import { DraPlugins } from './devices/dra-plugins.ts';
import { DynamicResources } from './devices/dynamic-resources.ts';
import type { DnsSettings } from './dns/resolv-conf.ts';
import type { NodeFacts } from './env/field-ref.ts';
import { serviceEnv } from './env/service-env.ts';
import { type PodEvents, podEvents } from './events.ts';
import { EvictionManager } from './eviction/eviction-manager.ts';
import { HostFiles } from './files/host-files.ts';
import type { NodeFiles } from './files/node-files.ts';
import { ImagePuller } from './images/image-puller.ts';
import { ImageVolumes } from './images/image-volumes.ts';
import { Limiter } from './images/limiter.ts';
import { FormerPods } from './node/former-pods.ts';
import type { Machine } from './node/machine.ts';
import { NodeManager } from './node/node-manager.ts';
import { capacityOf, type NodeSettings } from './node/node-object.ts';
import { NodePressure } from './node/pressure.ts';
import { VolumesInUse } from './node/volumes-in-use.ts';
import { type CompleteOptions, type KubeletOptions, withDefaults } from './options.ts';
import { PluginRegistry } from './plugin-registry/plugin-registry.ts';
import { type Pod, specOf } from './pod.ts';
import { PodRegistry } from './pod-workers/pod-registry.ts';
import { PodWorkers } from './pod-workers/pod-workers.ts';
import { ProbeManager } from './probes/probe-manager.ts';
import { ReferencedObjects } from './references/referenced-objects.ts';
import { cgroupPath, kubepodsOf } from './resources/cgroup-names.ts';
import { type Cgroups, CgroupTree, noCgroups } from './resources/cgroups.ts';
import { NodeResources } from './resources/node-resources.ts';
import { Orphans } from './resources/orphans.ts';
import { busSlices } from './resources/slices.ts';
import { SystemdCgroups } from './resources/systemd-cgroups.ts';
import { StatsProvider } from './stats/stats-provider.ts';
import { availableMemory } from './stats/usage.ts';
import { PodVolumeStats } from './stats/volume-stats.ts';
import { StatusManager } from './status/status-manager.ts';
import { RuntimeView } from './view/runtime-view.ts';
import { PodCertificates } from './volumes/contents/pod-certificates.ts';
import { TokenSource } from './volumes/contents/token-source.ts';
import { TrustBundles } from './volumes/contents/trust-bundles.ts';
import { CsiPaths } from './volumes/csi/paths.ts';
import { type PodDirectories, podDirectories } from './volumes/directories.ts';
import { allPlugins } from './volumes/plugins/all.ts';
import { type ImagePlugin, imagePlugin } from './volumes/plugins/image.ts';
import { shownDirectories } from './volumes/shown-directories.ts';
import { VolumeManager } from './volumes/volume-manager.ts';

/** What was read of the machine before. */
export interface HostFacts {
  readonly machine: Machine;
  readonly hostDns: DnsSettings['host'];
  /** What the CSI drivers of this process say of the node. */
  readonly csi: readonly CsiFacts[];
}

/** One kubelet between start and stop. */
export interface Components {
  readonly log: Logger;
  readonly recorder: EventRecorder;
  readonly files: NodeFiles;
  readonly registry: PodRegistry;
  readonly node: NodeManager;
  readonly formerPods: FormerPods;
  readonly objects: ReferencedObjects;
  readonly orphans: Orphans;
  readonly plugins: PluginRegistry;
  readonly draPlugins: DraPlugins;
  readonly csi: Csi;
  readonly volumes: VolumeManager;
  readonly claims: ClaimCache;
  readonly dynamicResources: DynamicResources;
  readonly runtimeView: RuntimeView;
  readonly probes: ProbeManager;
  readonly statuses: StatusManager;
  readonly workers: PodWorkers;
  readonly stats: StatsProvider;
  readonly volumeStats: PodVolumeStats;
  readonly eviction: EvictionManager;
}

/** What most components are made from. */
interface Base {
  readonly options: CompleteOptions;
  readonly log: Logger;
  readonly files: NodeFiles;
  readonly recorder: EventRecorder;
  readonly events: PodEvents;
  readonly machine: Machine;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly registry: PodRegistry;
}

export const filesOf = ({ files, nodeExec }: KubeletOptions): NodeFiles =>
  files ?? new HostFiles(nodeExec ?? exec);

export function assemble(
  given: KubeletOptions,
  files: NodeFiles,
  { machine, hostDns, csi: csiFacts }: HostFacts,
): Components {
  const options = withDefaults(given);
  const { client, clock, runtime, nodeName, directories, informers } = options;
  const log = options.log.child(`kubelet/${nodeName}`);
  const recorder = createEventRecorder({ client, clock, log, component: 'kubelet', host: nodeName });
  const events = podEvents(recorder);
  const registry = new PodRegistry();
  const pressure = new NodePressure();
  const settings = nodeSettings(options, csiFacts);
  const allocatable = capacityOf(settings, machine);
  const base: Base = { options, log, files, recorder, events, machine, allocatable, registry };

  const tokens = new TokenSource(client, clock);
  const inUse = new VolumesInUse();
  const csi = makeCsi(base, { recorder, tokens, inUse, csiFacts });
  const onAnswer = () => informers.retry();
  const formerPods = new FormerPods({ nodeName, client, registry, clock, log, onAnswer });
  const node = new NodeManager({
    ...{
      formerPods,
      settings,
      machine,
      client,
      runtime,
      recorder,
      clock,
      log,
      pressure,
      volumesInUse: inUse,
    },
    followsNode: true,
    initialize: { problem: 'CSINode is not yet initialized', run: (node) => csi.csiNode.initialize(node) },
  });
  const policy = makePolicy(base, node);
  const objects = new ReferencedObjects({
    client,
    clock,
    random: options.random,
    log,
    onChange: (uid) => registry.referenceChanged(uid),
  });
  const cgroups = makeCgroups(options);
  const at = podDirectories(files, directories.root, directories.secrets);
  const image = imagePlugin(at.disk, runtime);
  const volumes = makeVolumes(base, { at, objects, node, tokens, csi, image });
  const { root, logs } = directories;
  const draPlugins = new DraPlugins({ client, clock, log, nodeName });
  const handlers = { DRAPlugin: () => draPlugins, CSIPlugin: () => csi.registration() };
  const plugins = new PluginRegistry({ files, clock, log, root, handlers });
  const claims = new ClaimCache(files, root);
  const dynamicResources = new DynamicResources({ client, plugins: draPlugins, cache: claims });
  const resources = new NodeResources({ files, volumes, cgroups, objects, dynamicResources, root, logs });
  const orphans = new Orphans({ resources, isKnown: (uid) => registry.workers.has(uid), log });
  const runtimeView = new RuntimeView(runtime, files, options.nodeIPs);
  const probes = new ProbeManager({
    runtime,
    clock,
    events,
    onChange: (uid) => registry.verdictChanged(uid),
    hostIP: options.nodeIPs[0] ?? '',
  });
  const containers = makeContainers(base, {
    ...{ hostDns, objects, runtimeView, probes, cgroups, dynamicResources, image },
  });
  const statuses = new StatusManager({ client, clock, log });
  const reports = { events, statuses };
  const ports = { containers, resources, reports, node: policy, clock, log };
  const workers = new PodWorkers({ registry, runtimeView, ports });
  const stats = makeStats(base);
  const volumeStats = new PodVolumeStats({
    clock,
    volumesOf: (pod) => volumes.measurable(pod),
    onAbnormal: (pod, message) => events.pod(pod, 'Warning', 'VolumeConditionAbnormal', message),
  });
  const eviction = makeEviction(base, { pressure, volumes, stats });
  return {
    ...{ log, recorder, files, registry, node, formerPods, objects, runtimeView, claims },
    ...{ plugins, draPlugins, csi, volumes, dynamicResources, orphans },
    ...{ probes, statuses, workers, stats, volumeStats, eviction },
  };
}

/** What the node takes: asks the registry, not the API, which other pods use the node now. */
function makePolicy({ options, allocatable, machine, registry }: Base, node: NodeManager) {
  const { nodeIPs, allowedSysctls, appArmor, negativeOomScores } = options;
  return new LocalPolicy({
    hostIPs: nodeIPs,
    allocatable,
    allowedSysctls,
    appArmor,
    resources: { memoryCapacity: machine.memoryBytes, negativeOomScores },
    others: (pod) => registry.others(pod),
    node: () => node.node,
    readNode: () => node.read(),
    networkProblem: () => node.networkProblem(),
  });
}

interface CsiFrom {
  readonly recorder: EventRecorder;
  readonly tokens: TokenSource;
  readonly inUse: VolumesInUse;
  readonly csiFacts: readonly CsiFacts[];
}

function makeCsi({ options, log, files, registry }: Base, { csiFacts, ...from }: CsiFrom): Csi {
  const { client, clock, informers, nodeName, directories, csiDrivers, features } = options;
  return createCsi({
    ...{ client, clock, informers, log, files, nodeName, ...from },
    paths: new CsiPaths(directories.root),
    builtIn: csiFacts,
    builtInDrivers: csiDrivers,
    isOn: (gate) => features?.enabled(gate) ?? false,
    onChange: (uid) => registry.wake(uid),
  });
}

interface VolumesFrom {
  readonly at: PodDirectories;
  readonly objects: ReferencedObjects;
  readonly node: NodeManager;
  readonly tokens: TokenSource;
  readonly csi: Csi;
  readonly image: ImagePlugin;
}

/** A downward API volume shows the addresses of the status, since volumes are made before the sandbox. */
function makeVolumes(base: Base, { at, objects, node, tokens, csi, image }: VolumesFrom): VolumeManager {
  const { client, clock, nodeName } = base.options;
  const { bundles, certificates } = certificateSources(base);
  const facts = (pod: Pod) =>
    nodeFacts(
      base,
      (pod.status?.podIPs ?? []).map(({ ip }) => ip),
    );
  const growth = { client, clock, nodeName, recorder: base.recorder };
  const shown = shownDirectories(base.options.shownDirectories, base.options.nodeExec ?? exec);
  const sources = { clock, objects, tokens, bundles, certificates, facts, growth, shown };
  const plugins = allPlugins(at, sources, [csi.plugin, image]);
  return new VolumeManager({
    plugins,
    client,
    clock,
    directories: at,
    node: () => node.node,
    readNode: () => node.read(),
  });
}

/** Nothing is watched until a pod needs it. */
function certificateSources({ options, events, registry }: Base) {
  const { client, informers, clock, random, nodeName, features } = options;
  const onChange = (uid: string) => registry.referenceChanged(uid);
  const isOn = (gate: string) => features?.enabled(gate) ?? false;
  return {
    bundles: new TrustBundles({ informers, random, onChange, isOn: isOn('ClusterTrustBundleProjection') }),
    certificates: new PodCertificates({
      ...{ client, informers, clock, random, events, nodeName, onChange },
      isOn: isOn('PodCertificateRequest'),
    }),
  };
}

interface ContainersFrom {
  readonly hostDns: DnsSettings['host'];
  readonly objects: ReferencedObjects;
  readonly runtimeView: RuntimeView;
  readonly probes: ProbeManager;
  readonly cgroups: Cgroups;
  readonly dynamicResources: DynamicResources;
  readonly image: ImagePlugin;
}

function makeContainers(base: Base, from: ContainersFrom): RuntimeContainers {
  const { options, events, files, machine } = base;
  const { runtime, clock, directories, clusterDNS, clusterDomain, appArmor, negativeOomScores } = options;
  const { root, logs, seccomp = join(root, 'seccomp') } = directories;
  const security = { seccompDir: seccomp, seccompDefault: options.seccompDefault, appArmor };
  const images = new ImagePuller({ runtime, clock, maxParallelPulls: options.parallelPulls });
  const imageVolumes = new ImageVolumes({ images, plugin: from.image, events });
  const services = options.informers.informer(Service).lister;
  const starter = new ContainerStarter({
    ...{ runtime, clock, events, images, imageVolumes, files, security, clusterDomain, root },
    objects: from.objects,
    deviceEdits: async (pod, container) => cdiEdits(files, from.dynamicResources.cdiDevices(pod, container)),
    services: (pod) => serviceEnv(pod, services.list()),
    resources: { memoryCapacity: machine.memoryBytes, negativeOomScores },
  });
  return new RuntimeContainers({
    ...{ runtime, clock, events, files, images, starter, logs, security },
    runtimeView: from.runtimeView,
    probes: from.probes,
    starts: new Limiter(options.parallelSandboxStarts),
    hostIPs: options.nodeIPs,
    ...(options.network && { network: options.network }),
    dns: { clusterDNS, clusterDomain, host: from.hostDns, nodeIPs: options.nodeIPs },
    cgroupParent: (pod) => from.cgroups.parentOf(pod),
    facts: (_pod, podIPs) => nodeFacts(base, podIPs),
    runtimeHandler: runtimeHandlers(options),
  });
}

/** From the informer, so that sandboxes can be made again while the API server is away. */
function runtimeHandlers({ client, informers }: CompleteOptions): (pod: Pod) => Promise<string> {
  const classes = informers.informer(RuntimeClass);
  return async (pod) => {
    const name = specOf(pod).runtimeClassName;
    if (!name) return '';
    const known = classes.lister.get(name) ?? (await client.get(RuntimeClass, name));
    return known.handler ?? '';
  };
}

function makeStats({ options, files, machine }: Base): StatsProvider {
  const { runtime, clock, nodeName, cgroupRoot, cgroupDriver, directories } = options;
  return new StatsProvider({
    ...{ runtime, clock, nodeName, files },
    memoryCapacity: machine.memoryBytes,
    cgroup: cgroupRoot ? cgroupPath(cgroupDriver, kubepodsOf(cgroupRoot)) : undefined,
    root: directories.root,
  });
}

interface EvictionFrom {
  readonly pressure: NodePressure;
  readonly volumes: VolumeManager;
  readonly stats: StatsProvider;
}

/** Usage is measured only when memory is short already. */
function makeEviction(base: Base, { pressure, volumes, stats }: EvictionFrom): EvictionManager {
  const { options, files, registry, events, log } = base;
  return new EvictionManager({
    ...{ pressure, files, log, availableMemory },
    memoryThreshold: options.evictionMemoryBytes,
    usages: async () => {
      const { pods } = await stats.summary();
      return new Map(pods.map((pod) => [pod.podRef.uid, pod.memory?.workingSetBytes ?? 0]));
    },
    writableLayers: () => stats.writableLayers(),
    volumeBytes: (pod, names) => volumes.usedBytes(pod, names),
    pods: () => registry.active(),
    evict: (pod, failure, graceSeconds) => {
      events.pod(pod, 'Warning', failure.reason, failure.message);
      registry.evict(pod, failure, graceSeconds);
    },
    root: options.directories.root,
    logs: options.directories.logs,
  });
}

function makeCgroups(options: CompleteOptions): Cgroups {
  const { cgroupRoot: root, cgroupDriver, podPidsLimit, nodeExec = exec, log } = options;
  if (root === false) return noCgroups;
  const limit = podPidsLimit && { podPidsLimit };
  if (cgroupDriver === 'systemd') return new SystemdCgroups({ root, slices: busSlices(nodeExec), ...limit });
  return new CgroupTree({ root, log, ...limit });
}

const nodeFacts = ({ options, allocatable }: Base, podIPs: readonly string[]): NodeFacts => ({
  nodeName: options.nodeName,
  hostIPs: options.nodeIPs,
  podIPs,
  allocatable,
});

const nodeSettings = (options: CompleteOptions, csi: readonly CsiFacts[]): NodeSettings => ({
  nodeName: options.nodeName,
  hostIPs: options.nodeIPs,
  kubeletPort: options.kubeletPort,
  labels: { ...options.labels, ...topologyOf(csi) },
  annotations: { ...nodeIdsOf(csi), ...options.annotations },
  taints: options.taints,
  externalCloud: options.externalCloud,
  addressesFromCloud: options.addressesFromCloud,
  ...(options.providerID && { providerID: options.providerID }),
  capacity: options.capacity,
  maxPods: options.maxPods,
  ...(options.podCidrs && { podCidrs: options.podCidrs }),
});
