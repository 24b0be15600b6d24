// Columns of Pods: READY, STATUS and RESTARTS are derived from the states of the containers.
// Cells follow k8s.io/kubernetes pkg/printers/internalversion. The table of all kinds is table.ts.
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { ContainerStatus } from '../kinds/core/v1/pod-status.ts';
import { conditionOf, isConditionTrue } from '../meta/v1/conditions.ts';
import { isSidecar, lastingContainers } from '../pods/containers.ts';
import { isPodTerminal } from '../pods/phase.ts';
import { isPodReady } from '../pods/readiness.ts';
import {
  age,
  ageColumn,
  type Cell,
  nameColumn,
  nameOf,
  orNone,
  printer,
  since,
  text,
  wide,
} from './printer.ts';

interface Summary {
  ready: number;
  reason: string;
  restarts: number;
  /** When the last restarted container ended. */
  lastEnd: string;
}

const later = (a: string, b: string | undefined) => (b !== undefined && b > a ? b : a);

function endReason(terminated: { reason?: string; signal?: number; exitCode: number }): string {
  if (terminated.reason) return terminated.reason;
  return terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`;
}

/** The reason of the init container that the pod waits for; undefined when all are done. */
function initReason(pod: Pod, status: ContainerStatus, index: number): string | undefined {
  const { terminated, waiting } = status.state ?? {};
  if (terminated?.exitCode === 0) return undefined;
  const container = pod.spec?.initContainers?.find(({ name }) => name === status.name);
  if (isSidecar(container) && status.started) return undefined;
  if (terminated) return `Init:${endReason(terminated)}`;
  if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
  return `Init:${index}/${pod.spec?.initContainers?.length ?? 0}`;
}

function summarizeInit(pod: Pod, summary: Summary): { holdingUp: boolean; sidecars: Summary } {
  const sidecars: Summary = { ...summary, restarts: 0, lastEnd: '' };
  const statuses = pod.status?.initContainerStatuses ?? [];
  for (const [index, status] of statuses.entries()) {
    const ended = status.lastState?.terminated?.finishedAt;
    summary.restarts += status.restartCount;
    summary.lastEnd = later(summary.lastEnd, ended);
    const sidecar = isSidecar(pod.spec?.initContainers?.find(({ name }) => name === status.name));
    if (sidecar) {
      sidecars.restarts += status.restartCount;
      sidecars.lastEnd = later(sidecars.lastEnd, ended);
    }
    const reason = initReason(pod, status, index);
    if (reason !== undefined) {
      summary.reason = reason;
      return { holdingUp: true, sidecars };
    }
    if (sidecar && status.ready && status.state?.terminated?.exitCode !== 0) summary.ready++;
  }
  return { holdingUp: false, sidecars };
}

function summarizeContainers(pod: Pod, summary: Summary): void {
  let running = false;
  for (const status of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    const { waiting, terminated, running: isRunning } = status.state ?? {};
    summary.restarts += status.restartCount;
    summary.lastEnd = later(summary.lastEnd, status.lastState?.terminated?.finishedAt);
    if (waiting?.reason) summary.reason = waiting.reason;
    else if (terminated) summary.reason = endReason(terminated);
    else if (status.ready && isRunning) {
      running = true;
      summary.ready++;
    }
  }
  if (summary.reason === 'Completed' && running) summary.reason = isPodReady(pod) ? 'Running' : 'NotReady';
}

export function summarize(pod: Pod): Summary {
  const { phase = '', reason } = pod.status ?? {};
  const summary: Summary = { ready: 0, reason: reason || phase, restarts: 0, lastEnd: '' };
  if (conditionOf(pod, 'PodScheduled')?.reason === 'SchedulingGated') summary.reason = 'SchedulingGated';
  const { holdingUp, sidecars } = summarizeInit(pod, summary);
  if (!holdingUp || isConditionTrue(pod, 'Initialized')) {
    summary.restarts = sidecars.restarts;
    summary.lastEnd = sidecars.lastEnd;
    summarizeContainers(pod, summary);
  }
  if (pod.metadata.deletionTimestamp) {
    if (reason === 'NodeLost') summary.reason = 'Unknown';
    else if (!isPodTerminal(pod)) summary.reason = 'Terminating';
  }
  return summary;
}

function gates(pod: Pod): string {
  const wanted = pod.spec?.readinessGates ?? [];
  if (wanted.length === 0) return '<none>';
  return `${wanted.filter((gate) => isConditionTrue(pod, gate.conditionType)).length}/${wanted.length}`;
}

function row(pod: Pod, now: number): Cell[] {
  const { ready, reason, restarts, lastEnd } = summarize(pod);
  return [
    nameOf(pod),
    `${ready}/${lastingContainers(pod.spec).length}`,
    reason,
    restarts > 0 && lastEnd ? `${restarts} (${since(lastEnd, now)} ago)` : `${restarts}`,
    age(pod, now),
    orNone(pod.status?.podIPs?.[0]?.ip),
    orNone(pod.spec?.nodeName),
    orNone(pod.status?.nominatedNodeName),
    gates(pod),
  ];
}

export const podPrinter = printer<Pod>(
  [
    nameColumn,
    text('Ready', 'Number of ready containers, and of all containers.'),
    text('Status', 'Status of the pod.'),
    text('Restarts', 'Number of container restarts, and time since the last one.'),
    ageColumn,
    wide('IP', 'IP address of the pod.'),
    wide('Node', 'Node on which the pod runs.'),
    wide('Nominated Node', 'Node on which other pods are being preempted for this pod.'),
    wide('Readiness Gates', 'Number of true readiness gates, and of all gates.'),
  ],
  row,
);
