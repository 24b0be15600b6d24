// Implements the port of the kubelet's HTTPS server (server/backend.ts): pods as the workers know them, streaming through
// the runtime. Works before start and after stop too, then with nothing to show.
import { FeatureGates } from '../api/features/feature-gates.ts';
import { HealthMetrics } from '../api/zpages/health-metrics.ts';
import { componentPage } from '../api/zpages/pages.ts';
import { type ContainerRuntime, isCriError } from '../cri/runtime.ts';
import { renderProcessMetrics } from '../kit/process/process-metrics.ts';
import type { Components } from './assemble.ts';
import type { NodeFiles } from './files/node-files.ts';
import type { CompleteOptions } from './options.ts';
import { type Pod, podName, podNamespace, podUid } from './pod.ts';
import type { KubeletBackend, MetricsPage } from './server/backend.ts';
import { cadvisorMetrics, kubeletMetrics, resourceMetrics } from './stats/metrics-text.ts';
import { claimMetrics, managerMetrics } from './stats/volume-metrics.ts';
import { latestOf } from './view/pod-view.ts';

/** What of a running kubelet its server shows. */
export type ServedComponents = Pick<
  Components,
  'registry' | 'statuses' | 'runtimeView' | 'node' | 'stats' | 'volumeStats' | 'orphans' | 'csi' | 'volumes'
>;

export function createBackend(
  options: CompleteOptions,
  files: NodeFiles,
  components: () => ServedComponents | undefined,
): KubeletBackend {
  const { runtime, nodeName } = options;
  const health = new HealthMetrics();
  const pods = (): Pod[] => {
    const now = components();
    if (!now) return [];
    return [...now.registry.workers.values()].flatMap(({ pod, state }) =>
      pod && state !== 'gone' ? [now.statuses.withStatus(pod)] : [],
    );
  };
  return {
    nodeName,
    files,
    pods,
    pod: (namespace, name) => pods().find((pod) => podNamespace(pod) === namespace && podName(pod) === name),
    runningContainer: async (pod, container) => {
      const view = await components()?.runtimeView.read(podUid(pod));
      const latest = view && latestOf(view, container);
      return latest?.state === 'running' ? latest.id : undefined;
    },
    sandbox: async (pod) => {
      const view = await components()?.runtimeView.read(podUid(pod));
      return view?.sandboxes.find(({ state }) => state === 'ready')?.id;
    },
    containerLogPath: async (id) => (await runtime.containerStatus(id).catch(() => undefined))?.logPath,
    // The runtime may be down while the container runs on: only one that it does not know has ended.
    isContainerRunning: (id) =>
      runtime.containerStatus(id).then(
        ({ state }) => state === 'running',
        (error) => !isCriError(error, 'notFound'),
      ),
    ...streaming(runtime),
    metrics: async (page) => (page === 'slis' ? health.render() : metricsPage(page, options, components())),
    summary: async () => {
      const now = components();
      return (await now?.stats.summary(now.volumeStats.read(now.registry.active()))) ?? {};
    },
    configz: () => ({ kubeletconfig: configuration(options) }),
    unhealthy: () => {
      const now = components();
      const wrong = now ? now.node.unhealthy() : 'the kubelet has not started';
      health.observe('healthz', 'syncloop', wrong === undefined);
      return wrong;
    },
    page: pagesOf(options),
    logDirectory: '/var/log',
    csi: {
      list: async () => (await components()?.csi.served.list()) ?? [],
      call: (call, message, timeoutMs) => components()?.csi.served.call(call, message, timeoutMs),
    },
  };
}

function streaming(
  runtime: ContainerRuntime,
): Pick<KubeletBackend, 'exec' | 'attach' | 'portForward' | 'execSync'> {
  return {
    exec: (containerId, command, streams) => runtime.exec({ containerId, command, ...streams }),
    attach: (containerId, streams) => runtime.attach({ containerId, ...streams }),
    portForward: (sandboxId, ports) => runtime.portForward(sandboxId, ports),
    execSync: (containerId, command) => runtime.execSync(containerId, command, 0),
  };
}

async function metricsPage(
  page: MetricsPage,
  { nodeName, runtime, features = new FeatureGates(), otherMetrics = () => '' }: CompleteOptions,
  components: ServedComponents | undefined,
): Promise<string | undefined> {
  if (!components) return undefined;
  if (page === 'resource') return resourceMetrics(await components.stats.summary());
  if (page === 'cadvisor') return cadvisorMetrics(await components.stats.summary());
  if (page !== 'metrics') return '';
  const [sandboxes, containers, volumes] = await Promise.all([
    runtime.listPodSandboxes({ state: 'ready' }),
    runtime.listContainers({ state: 'running' }),
    components.volumeStats.read(components.registry.active()),
  ]);
  return (
    renderProcessMetrics() +
    features.metrics() +
    components.csi.metrics.render() +
    kubeletMetrics({
      nodeName,
      pods: components.registry.active().length,
      runningPods: sandboxes.length,
      runningContainers: containers.length,
      orphans: components.orphans.counts,
    }) +
    claimMetrics([...volumes.values()].flat()) +
    managerMetrics(components.volumes.counts()) +
    otherMetrics()
  );
}

const PATHS = ['/configz', '/flagz', '/healthz', '/logs', '/metrics', '/pods', '/stats', '/statusz'];

function pagesOf({
  clock,
  features = new FeatureGates(),
  ...options
}: CompleteOptions): KubeletBackend['page'] {
  const flags = {
    'cluster-dns': options.clusterDNS.join(','),
    'cluster-domain': options.clusterDomain,
    'feature-gates': String(features),
    'hostname-override': options.nodeName,
    'max-pods': String(options.maxPods),
    'seccomp-default': String(options.seccompDefault),
  };
  const component = { startedAt: clock.now(), now: () => clock.now(), features, flags, paths: PATHS };
  return (path, accept) => componentPage({ ...component, name: 'kubelet' }, path, accept);
}

/** This kubelet's settings as a KubeletConfiguration. */
const configuration = (options: CompleteOptions): object => ({
  kind: 'KubeletConfiguration',
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  clusterDNS: options.clusterDNS,
  clusterDomain: options.clusterDomain,
  maxPods: options.maxPods,
  seccompDefault: options.seccompDefault,
  port: options.kubeletPort,
  cgroupDriver: options.cgroupDriver,
  cgroupRoot: options.cgroupRoot || '/',
  nodeStatusUpdateFrequency: '10s',
  nodeStatusReportFrequency: '5m0s',
  nodeLeaseDurationSeconds: 40,
  serializeImagePulls: options.parallelPulls === 1,
  maxParallelImagePulls: options.parallelPulls,
});
