// Fills the port of the kubelet's HTTPS server: pods as the workers know them, streaming through the runtime.
import type { ContainerRuntime } from '../cri/runtime.ts';
import type { NodeManager } from './node/node-manager.ts';
import type { KubeletOptions } from './options.ts';
import { type Pod, podName, podNamespace, podUid } from './pod.ts';
import type { PodContext } from './pod-workers/pod-context.ts';
import type { PodWorkers } from './pod-workers/pod-workers.ts';
import type { KubeletBackend } from './server/backend.ts';
import { latestOf } from './view/pod-view.ts';

export interface KubeletParts {
  readonly workers: PodWorkers;
  readonly context: PodContext;
  readonly node: NodeManager;
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
    isContainerRunning: async (id) =>
      (await runtime.containerStatus(id).catch(() => undefined))?.state === 'running',
    ...streaming(runtime),
    metrics: async () => undefined,
    summary: async () => ({}),
    configz: () => ({ kubeletconfig: {} }),
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
