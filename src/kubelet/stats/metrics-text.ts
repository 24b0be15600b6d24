// The kubelet's metrics pages as Prometheus text, from one summary. Pure.
import { metricText, type Sample } from '../../kit/metrics.ts';
import type { OrphanCounts } from '../resources/orphans.ts';
import type { ContainerSummary, Instant, PodStats, Summary } from './summary.ts';

/** `at` is when it was measured, unless the page tells what is so now. */
type Row = readonly [labels: Sample[0], value: number | undefined, at?: Instant | undefined];

function family(name: string, type: 'counter' | 'gauge', help: string, rows: readonly Row[]): string {
  const samples = rows.flatMap(([labels, value, at]): Sample[] =>
    value === undefined ? [] : [[labels, value, at?.ms]],
  );
  return samples.length > 0 ? metricText(name, type, help, samples) : '';
}

/** What is measured of a container, and when it was. */
type Measured = readonly [value: number | undefined, at?: Instant | undefined];

const perContainer = (pods: readonly PodStats[], read: (container: ContainerSummary) => Measured): Row[] =>
  pods.flatMap(({ podRef: { name, namespace }, containers }) =>
    containers.map((c): Row => [{ container: c.name, namespace, pod: name }, ...read(c)]),
  );

const perPod = (pods: readonly PodStats[], read: (pod: PodStats) => Measured): Row[] =>
  pods.map((pod): Row => [{ namespace: pod.podRef.namespace, pod: pod.podRef.name }, ...read(pod)]);

const inSeconds = (ns: number | undefined): number | undefined => (ns === undefined ? undefined : ns / 1e9);

/** /metrics/resource: what metrics-server reads. */
export function resourceMetrics({ node, pods }: Summary): string {
  return [
    family(
      'container_cpu_usage_seconds_total',
      'counter',
      'Cumulative cpu time consumed by the container in core-seconds',
      perContainer(pods, (c) => [inSeconds(c.cpu?.usageCoreNanoSeconds), c.cpu?.time]),
    ),
    family(
      'container_memory_working_set_bytes',
      'gauge',
      'Current working set of the container in bytes',
      perContainer(pods, (c) => [c.memory?.workingSetBytes, c.memory?.time]),
    ),
    family(
      'container_start_time_seconds',
      'gauge',
      'Start time of the container since unix epoch in seconds',
      perContainer(pods, (c) => [c.startTime.ms / 1000]),
    ),
    family(
      'node_cpu_usage_seconds_total',
      'counter',
      'Cumulative cpu time consumed by the node in core-seconds',
      [[{}, inSeconds(node.cpu.usageCoreNanoSeconds), node.cpu.time]],
    ),
    family('node_memory_working_set_bytes', 'gauge', 'Current working set of the node in bytes', [
      [{}, node.memory.workingSetBytes, node.memory.time],
    ]),
    family(
      'pod_cpu_usage_seconds_total',
      'counter',
      'Cumulative cpu time consumed by the pod in core-seconds',
      perPod(pods, (pod) => [inSeconds(pod.cpu?.usageCoreNanoSeconds), pod.cpu?.time]),
    ),
    family(
      'pod_memory_working_set_bytes',
      'gauge',
      'Current working set of the pod in bytes',
      perPod(pods, (pod) => [pod.memory?.workingSetBytes, pod.memory?.time]),
    ),
    family(
      'resource_scrape_error',
      'gauge',
      '1 if there was an error while getting container metrics, 0 otherwise',
      [[{}, 0]],
    ),
  ].join('');
}

/** /metrics/cadvisor: the few families that dashboards commonly ask for. */
export function cadvisorMetrics({ pods }: Summary): string {
  const network = (read: (n: NonNullable<PodStats['network']>) => number): Row[] =>
    pods.flatMap(({ podRef: { name, namespace }, network: n }) =>
      n ? [[{ interface: n.name, namespace, pod: name }, read(n)] as const] : [],
    );
  return [
    family(
      'container_cpu_usage_seconds_total',
      'counter',
      'Cumulative cpu time consumed in seconds.',
      perContainer(pods, (c) => [inSeconds(c.cpu?.usageCoreNanoSeconds)]),
    ),
    family(
      'container_memory_usage_bytes',
      'gauge',
      'Current memory usage in bytes.',
      perContainer(pods, (c) => [c.memory?.usageBytes]),
    ),
    family(
      'container_memory_working_set_bytes',
      'gauge',
      'Current working set in bytes.',
      perContainer(pods, (c) => [c.memory?.workingSetBytes]),
    ),
    family(
      'container_fs_usage_bytes',
      'gauge',
      'Number of bytes consumed on the writable layer.',
      perContainer(pods, (c) => [c.rootfs?.usedBytes]),
    ),
    family(
      'container_network_receive_bytes_total',
      'counter',
      'Cumulative count of bytes received',
      network((n) => n.rxBytes),
    ),
    family(
      'container_network_transmit_bytes_total',
      'counter',
      'Cumulative count of bytes transmitted',
      network((n) => n.txBytes),
    ),
  ].join('');
}

export interface KubeletCounts {
  readonly nodeName: string;
  readonly pods: number;
  readonly runningPods: number;
  readonly runningContainers: number;
  /** Of a kubelet that has files. */
  readonly orphans?: OrphanCounts;
}

/** /metrics: about the kubelet itself. */
export function kubeletMetrics(counts: KubeletCounts): string {
  return [
    family('kubelet_node_name', 'gauge', "The node's name. The count is always 1.", [
      [{ node: counts.nodeName }, 1],
    ]),
    family('kubelet_active_pods', 'gauge', 'The number of pods the kubelet considers active.', [
      [{}, counts.pods],
    ]),
    family('kubelet_running_pods', 'gauge', 'Number of pods that have a running pod sandbox', [
      [{}, counts.runningPods],
    ]),
    family('kubelet_running_containers', 'gauge', 'Number of containers currently running', [
      [{ container_state: 'running' }, counts.runningContainers],
    ]),
    family(
      'kubelet_orphan_pod_cleaned_volumes',
      'gauge',
      'The total number of orphaned Pods whose volumes were cleaned in the last periodic sweep.',
      [[{}, counts.orphans?.cleaned]],
    ),
    family(
      'kubelet_orphan_pod_cleaned_volumes_errors',
      'gauge',
      'The number of orphaned Pods whose volumes failed to be cleaned in the last periodic sweep.',
      [[{}, counts.orphans?.failed]],
    ),
  ].join('');
}
