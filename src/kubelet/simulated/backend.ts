// What the kubelet server shows of a simulated node: its pods and what they use. Nothing runs there that could write logs or take
// commands, and the answers say so.
import { exec as hostExec } from '../../kit/exec.ts';
import { HostFiles } from '../files/host-files.ts';
import { type Pod, podName, podNamespace, podUid } from '../pod.ts';
import type { KubeletBackend } from '../server/backend.ts';
import { HttpFailure } from '../server/failure.ts';
import { cadvisorMetrics, kubeletMetrics, resourceMetrics } from '../stats/metrics-text.ts';
import type { Summary } from '../stats/summary.ts';
import { latestOf, type PodView } from '../view/pod-view.ts';

export interface SimulatedBackendOptions {
  readonly nodeName: string;
  /** With the status that the kubelet computed last. */
  readonly pods: () => readonly Pod[];
  readonly view: (uid: string) => Promise<PodView>;
  readonly summary: () => Summary;
  readonly unhealthy: () => string | undefined;
}

/** Of all simulated nodes: none has files of its own. */
const files = new HostFiles(hostExec);

export function simulatedBackend(options: SimulatedBackendOptions): KubeletBackend {
  const { nodeName, pods, view, summary, unhealthy } = options;
  const not = (what: string) => `node ${nodeName} is simulated: its containers ${what}`;
  const refuse = (what: string) => Promise.reject(new HttpFailure(500, not(what)));
  const counts = () => {
    const all = pods();
    const { pods: measured } = summary();
    const runningContainers = measured.reduce((sum, { containers }) => sum + containers.length, 0);
    return { nodeName, pods: all.length, runningPods: measured.length, runningContainers };
  };
  return {
    nodeName,
    files,
    pods,
    pod: (namespace, name) => pods().find((pod) => podNamespace(pod) === namespace && podName(pod) === name),
    runningContainer: async (pod, name) => {
      const latest = latestOf(await view(podUid(pod)), name);
      return latest?.state === 'running' ? latest.id : undefined;
    },
    sandbox: async (pod) => (await view(podUid(pod))).sandboxes.find(({ state }) => state === 'ready')?.id,
    containerLogPath: async (id) => {
      throw new HttpFailure(
        400,
        `unable to retrieve container logs for containerd://${id}: ${not('write no logs')}`,
      );
    },
    isContainerRunning: async () => false,
    exec: () => refuse('run no commands'),
    attach: () => refuse('have no streams'),
    portForward: () => refuse('listen on no ports'),
    execSync: () => refuse('run no commands'),
    metrics: async (page) => {
      if (page === 'resource') return resourceMetrics(summary());
      if (page === 'cadvisor') return cadvisorMetrics(summary());
      return page === 'metrics' ? kubeletMetrics(counts()) : '';
    },
    summary: async () => summary(),
    configz: () => ({
      kubeletconfig: { kind: 'KubeletConfiguration', apiVersion: 'kubelet.config.k8s.io/v1beta1' },
    }),
    page: () => undefined,
    unhealthy,
  };
}
