// Fills the port of the kubelet's HTTPS server: pods as the workers know them, streaming through the runtime.
import { type ContainerRuntime, isCriError } from '../cri/runtime.ts';
import type { NodeManager } from './node/node-manager.ts';
import type { KubeletOptions } from './options.ts';
import { type Pod, podName, podNamespace, podUid } from './pod.ts';
import type { PodContext } from './pod-workers/pod-context.ts';
import type { PodWorkers } from './pod-workers/pod-workers.ts';
import type { KubeletBackend, MetricsPage } from './server/backend.ts';
import { cadvisorMetrics, kubeletMetrics, resourceMetrics } from './stats/metrics-text.ts';
import type { StatsProvider } from './stats/stats-provider.ts';
import { latestOf } from './view/pod-view.ts';

/** The kubelet between start and stop, as the server sees it. */
export interface KubeletParts {
  readonly workers: PodWorkers;
  readonly context: PodContext;
  readonly node: NodeManager;
  readonly stats: StatsProvider;
}

export function createBackend(
  options: KubeletOptions,
  parts: () => KubeletParts | undefined,
): KubeletBackend {
  const { runtime, nodeName } = options;
  const pods = (): Pod[] => {
    const now = parts();
    if (!now) return [];
    return now.workers
      .all()
      .flatMap(({ pod, state }) => (pod && state !== 'gone' ? [now.context.statuses.withStatus(pod)] : []));
  };
  return {
    nodeName,
    pods,
    pod: (namespace, name) => pods().find((pod) => podNamespace(pod) === namespace && podName(pod) === name),
    runningContainer: async (pod, container) => {
      const view = await parts()?.context.runtimeView.read(podUid(pod as Pod));
      const latest = view && latestOf(view, container);
      return latest?.state === 'running' ? latest.id : undefined;
    },
    sandbox: async (pod) => {
      const view = await parts()?.context.runtimeView.read(podUid(pod as Pod));
      return view?.sandboxes.find(({ state }) => state === 'ready')?.id;
    },
    containerLogPath: async (id) => (await runtime.containerStatus(id).catch(() => undefined))?.logPath,
    // A runtime that does not answer now may have a container that goes on: only one it forgot has ended.
    isContainerRunning: (id) =>
      runtime.containerStatus(id).then(
        ({ state }) => state === 'running',
        (error) => !isCriError(error, 'notFound'),
      ),
    ...streaming(runtime),
    metrics: (page) => metricsPage(page, options, parts()),
    summary: async () => (await parts()?.stats.summary()) ?? {},
    configz: () => ({ kubeletconfig: configuration(options) }),
    unhealthy: () => (parts() ? parts()!.node.unhealthy() : 'the kubelet has not started'),
    logDirectory: '/var/log',
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
  { nodeName, runtime }: KubeletOptions,
  parts: KubeletParts | undefined,
): Promise<string | undefined> {
  if (!parts) return undefined;
  if (page === 'resource') return resourceMetrics(await parts.stats.summary());
  if (page === 'cadvisor') return cadvisorMetrics(await parts.stats.summary());
  if (page !== 'metrics') return '';
  const [sandboxes, containers] = await Promise.all([
    runtime.listPodSandboxes({ state: 'ready' }),
    runtime.listContainers({ state: 'running' }),
  ]);
  return kubeletMetrics({
    nodeName,
    pods: parts.workers.all().filter(({ state }) => state === 'sync').length,
    runningPods: sandboxes.length,
    runningContainers: containers.length,
  });
}

/** What KubeletConfiguration would say of this kubelet. */
const configuration = (options: KubeletOptions): object => ({
  kind: 'KubeletConfiguration',
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  clusterDNS: options.clusterDNS,
  clusterDomain: options.clusterDomain ?? 'cluster.local',
  maxPods: options.maxPods ?? 110,
  port: options.kubeletPort ?? 10250,
  cgroupDriver: 'cgroupfs',
  cgroupRoot: options.cgroupRoot || '/',
  nodeStatusUpdateFrequency: '10s',
  nodeStatusReportFrequency: '5m0s',
  nodeLeaseDurationSeconds: 40,
  serializeImagePulls: options.parallelPulls === 1,
  maxParallelImagePulls: options.parallelPulls ?? 4,
});
