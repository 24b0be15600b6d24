// Why a pod that has a node does not run, or is not ready: what its status says, container by container. Pure.
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { ContainerStatus } from '../kinds/core/v1/pod-status.ts';
import { conditionOf } from '../meta/v1/conditions.ts';
import { isBeingDeleted } from '../meta/v1/object.ts';
import { isSidecar } from '../pods/containers.ts';
import { isPodTerminal } from '../pods/phase.ts';

export interface Problem {
  /** The container, or `pod`. */
  readonly where: string;
  readonly reason: string;
  readonly message: string;
}

export function podProblems(pod: Readonly<Pod>): Problem[] {
  const { status, spec } = pod;
  if (!spec?.nodeName) return [];
  const whole = wholePod(pod);
  if (isPodTerminal(pod)) return [...whole, ...ended(status?.containerStatuses)];
  if (isBeingDeleted(pod)) return [...whole, deleting(pod)];
  if (!status?.containerStatuses?.length && !status?.initContainerStatuses?.length)
    return [
      ...whole,
      { where: 'pod', reason: 'Pending', message: `node ${spec.nodeName} has not reported it yet` },
    ];
  const init = initProblems(pod);
  if (init.length > 0) return [...whole, ...init];
  const containers = (status.containerStatuses ?? []).flatMap((each) => containerProblem(each, pod));
  return [...whole, ...containers, ...gateProblems(pod)];
}

/** Evicted, DeadlineExceeded, and whatever else is said of the pod as a whole. */
const wholePod = ({ status }: Readonly<Pod>): Problem[] =>
  status?.reason || status?.message
    ? [{ where: 'pod', reason: status.reason ?? '', message: status.message ?? '' }]
    : [];

const ended = (statuses: readonly ContainerStatus[] = []): Problem[] =>
  statuses.flatMap(({ name, state }) =>
    state?.terminated && state.terminated.exitCode !== 0 ? [terminated(name, state.terminated)] : [],
  );

function deleting({ metadata }: Readonly<Pod>): Problem {
  const finalizers = metadata.finalizers ?? [];
  const message =
    finalizers.length > 0
      ? `is being deleted, once its finalizers are gone: ${finalizers.join(', ')}`
      : `is being deleted: its containers have until ${metadata.deletionTimestamp} to end`;
  return { where: 'pod', reason: 'Terminating', message };
}

/** The init container at which the pod stands: those behind it, and the containers, wait for it. */
function initProblems({ spec, status }: Readonly<Pod>): Problem[] {
  for (const container of spec?.initContainers ?? []) {
    const { name } = container;
    const found = status?.initContainerStatuses?.find((each) => each.name === name);
    const isDone = isSidecar(container) ? found?.started === true : found?.state?.terminated?.exitCode === 0;
    if (isDone) continue;
    if (!found) return [];
    const [problem] = notRunning(found);
    if (problem) return [{ ...problem, where: `init container ${name}` }];
    const message = isSidecar(container) ? 'has not started' : 'runs; the others wait until it has ended';
    return [{ where: `init container ${name}`, reason: 'PodInitializing', message }];
  }
  return [];
}

function containerProblem(found: ContainerStatus, { spec }: Readonly<Pod>): Problem[] {
  const problems = notRunning(found);
  if (problems.length > 0 || found.ready) return problems;
  const container = spec?.containers.find(({ name }) => name === found.name);
  const isStarting = container?.startupProbe && !found.started;
  const probe = isStarting ? 'startup' : 'readiness';
  return [
    {
      where: `container ${found.name}`,
      reason: isStarting ? 'NotStarted' : 'NotReady',
      message: `runs, but its ${probe} probe has not succeeded`,
    },
  ];
}

function notRunning({ name, state, lastState, restartCount }: ContainerStatus): Problem[] {
  const where = `container ${name}`;
  if (state?.terminated) return [terminated(name, state.terminated)];
  if (!state?.waiting) return [];
  const { reason = 'Waiting', message } = state.waiting;
  const last = lastState?.terminated;
  const before = last
    ? `${restartCount} ${restartCount === 1 ? 'restart' : 'restarts'}; the last run ${exitText(last)}`
    : '';
  return [{ where, reason, message: [message, before].filter(Boolean).join('; ') }];
}

type Terminated = NonNullable<NonNullable<ContainerStatus['state']>['terminated']>;

const terminated = (name: string, state: Terminated): Problem => ({
  where: `container ${name}`,
  reason: state.reason || 'Terminated',
  message: exitText(state),
});

const exitText = ({ exitCode, signal, reason, message }: Terminated): string =>
  [
    `ended with exit code ${exitCode}`,
    signal ? ` (signal ${signal})` : '',
    reason && reason !== 'Error' && reason !== 'Completed' ? `, ${reason}` : '',
    message ? `: ${message}` : '',
  ].join('');

/** Conditions that the pod's readiness gates wait for. */
const gateProblems = (pod: Readonly<Pod>): Problem[] =>
  (pod.spec?.readinessGates ?? []).flatMap(({ conditionType }) =>
    conditionOf(pod, conditionType)?.status === 'True'
      ? []
      : [{ where: 'pod', reason: 'ReadinessGate', message: `waits for the condition ${conditionType}` }],
  );
