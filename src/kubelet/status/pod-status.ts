// Computes the whole status of a pod from its spec, the runtime, probes and failures. Pure; pod-workers/ calls it after
// every read of the runtime, status-manager.ts sends what differs.

import type { ContainerStatus, PodStatus } from '../../api/kinds/core/v1/pod-status.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import { rfc3339 } from '../../kit/clock.ts';
import {
  ephemeralContainersOf,
  initContainersOf,
  isHostNetwork,
  mainContainersOf,
  type Pod,
  type PodContainer,
  type PodFailure,
} from '../pod.ts';
import type { ResizeState } from '../resize/resize-state.ts';
import { currentSandbox, type PodView } from '../view/pod-view.ts';
import { conditionsOf } from './conditions.ts';
import { containerStatus, type Problem } from './container-status.ts';
import { withLimitedMessages } from './message-limit.ts';
import { phaseOf } from './phase.ts';

/** What probes say of a running container instance. */
export interface ProbeVerdicts {
  started(container: PodContainer, containerId: string): boolean;
  ready(container: PodContainer, containerId: string): boolean;
}

export interface StatusInput {
  readonly pod: Pod;
  readonly view: PodView;
  readonly now: number;
  readonly hostIPs: readonly string[];
  /** By container name. */
  readonly problems: ReadonlyMap<string, Problem>;
  readonly probes: ProbeVerdicts;
  readonly failure?: PodFailure;
  readonly resize?: ResizeState;
  /** No container of this pod can run any more. */
  readonly ended: boolean;
}

export function podStatus(input: StatusInput): PodStatus {
  const { pod, view, now, hostIPs, failure, ended } = input;
  if (failure?.refused) return refusedStatus(input, failure);
  const { init, main, ephemeral } = containerStatuses(input);
  const phase = failure && ended ? 'Failed' : (keptPhase(pod) ?? phaseOf({ pod, init, main, ended }));
  const sandbox = currentSandbox(view);
  const sandboxReady = sandbox?.state === 'ready' && (isHostNetwork(pod) || sandbox.ips.length > 0);
  const ips = podIPs(input);
  const resize = ended ? undefined : input.resize;
  const conditions = conditionsOf({ pod, phase, init, main, sandboxReady, now, ...(resize && { resize }) });
  if (failure?.disruption) addDisruption(conditions, pod, failure, now);
  return {
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    phase,
    conditions,
    ...(failure ? { reason: failure.reason, message: failure.message } : keptReason(pod)),
    ...(hostIPs[0] && { hostIP: hostIPs[0], hostIPs: hostIPs.map((ip) => ({ ip })) }),
    ...(ips[0] && { podIP: ips[0], podIPs: ips.map((ip) => ({ ip })) }),
    startTime: pod.status?.startTime ?? rfc3339(now),
    ...(init.length > 0 && { initContainerStatuses: withLimitedMessages(pod, init) }),
    containerStatuses: withLimitedMessages(pod, main),
    ...(ephemeral.length > 0 && { ephemeralContainerStatuses: withLimitedMessages(pod, ephemeral) }),
    ...(pod.status?.qosClass && { qosClass: pod.status.qosClass }),
  };
}

function refusedStatus({ pod, now }: StatusInput, { reason, message }: PodFailure): PodStatus {
  const { generation } = pod.metadata;
  return {
    ...(generation !== undefined && { observedGeneration: generation }),
    phase: 'Failed',
    conditions: pod.status?.conditions ?? [],
    reason,
    message,
    startTime: pod.status?.startTime ?? rfc3339(now),
  };
}

/** A terminal phase is never left. */
const keptPhase = (pod: Pod): PodStatus['phase'] => (isPodTerminal(pod) ? pod.status?.phase : undefined);

const keptReason = (pod: Pod): Pick<PodStatus, 'reason' | 'message'> =>
  keptPhase(pod) && pod.status?.reason ? { reason: pod.status.reason, message: pod.status.message } : {};

function podIPs({ pod, view, hostIPs }: StatusInput): readonly string[] {
  if (isHostNetwork(pod)) return hostIPs;
  const ips = currentSandbox(view)?.ips ?? [];
  return ips.length > 0 ? ips : (pod.status?.podIPs ?? []).map(({ ip }) => ip);
}

function containerStatuses(input: StatusInput) {
  const { pod, view, problems, ended } = input;
  const old = pod.status ?? {};
  const one = (container: PodContainer, before: readonly ContainerStatus[] = [], waitingReason: string) =>
    withProbes(
      input,
      container,
      containerStatus({
        pod,
        view,
        container,
        old: before.find((status) => status.name === container.spec.name),
        problem: problems.get(container.spec.name),
        waitingReason,
        ended,
        resizing: isResizing(input, container),
      }),
    );
  const inits = initContainersOf(pod);
  const reason = inits.length > 0 ? 'PodInitializing' : 'ContainerCreating';
  const init = inits.map((c) => one(c, old.initContainerStatuses, 'PodInitializing'));
  const main = mainContainersOf(pod).map((c) => one(c, old.containerStatuses, reason));
  const ephemeral = ephemeralContainersOf(pod).map((c) =>
    one(c, old.ephemeralContainerStatuses, 'ContainerCreating'),
  );
  return { init, main, ephemeral };
}

/** Until a resize is applied, the status shows what the container has. */
const isResizing = ({ resize }: StatusInput, { spec }: PodContainer): boolean =>
  resize?.pending !== undefined || resize?.unapplied.has(spec.name) === true;

function withProbes(input: StatusInput, container: PodContainer, status: ContainerStatus): ContainerStatus {
  if (container.kind === 'ephemeral') return status;
  const id = status.state?.running && status.containerID?.slice('containerd://'.length);
  const started = id !== undefined && input.probes.started(container, id);
  if (container.kind === 'init')
    return { ...status, started, ready: status.state?.terminated?.exitCode === 0 };
  return { ...status, started, ready: started && input.probes.ready(container, id) };
}

function addDisruption(
  conditions: NonNullable<PodStatus['conditions']>,
  pod: Pod,
  failure: PodFailure,
  now: number,
): void {
  if (conditions.some((condition) => condition.type === 'DisruptionTarget')) return;
  conditions.push({
    type: 'DisruptionTarget',
    status: 'True',
    reason: failure.disruption!,
    message: failure.message,
    lastTransitionTime: rfc3339(now),
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
  });
}
