// The conditions a kubelet owns on a pod: PodReadyToStartContainers, Initialized, Ready, ContainersReady,
// PodScheduled. Pure; reasons and wording are upstream's (pkg/kubelet/status/generate.go).
import type { ContainerStatus, PodCondition, PodStatus } from '../../api/kinds/core/v1/pod-status.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { initContainersOf, mainContainersOf, type Pod, type PodContainer, specOf } from '../pod.ts';
import type { ResizeState } from '../resize/resize-state.ts';

export interface ConditionsInput {
  readonly pod: Pod;
  readonly phase: NonNullable<PodStatus['phase']>;
  readonly init: readonly ContainerStatus[];
  readonly main: readonly ContainerStatus[];
  readonly sandboxReady: boolean;
  readonly now: number;
  readonly resize?: ResizeState;
}

type Verdict = Pick<PodCondition, 'status' | 'reason' | 'message'>;
const TRUE: Verdict = { status: 'True' };
const no = (reason: string, message?: string): Verdict => ({
  status: 'False',
  reason,
  ...(message && { message }),
});

/** All others are written by controllers, and are passed on as they are. */
export const OWN_CONDITIONS = [
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
  'PodResizePending',
  'PodResizeInProgress',
];

export function conditionsOf(input: ConditionsInput): PodCondition[] {
  const containersReady = containersReadyVerdict(input);
  const own: [string, Verdict][] = [
    ['PodReadyToStartContainers', input.sandboxReady ? TRUE : { status: 'False' }],
    ['Initialized', initializedVerdict(input)],
    ['Ready', readyVerdict(input, containersReady)],
    ['ContainersReady', containersReady],
    ['PodScheduled', TRUE],
    ...resizeVerdicts(input.resize),
  ];
  const old = input.pod.status?.conditions ?? [];
  const foreign = old.filter((condition) => !OWN_CONDITIONS.includes(condition.type));
  return [...own.map(([type, verdict]) => condition(input, type, verdict)), ...foreign];
}

function resizeVerdicts(resize: ResizeState | undefined): [string, Verdict][] {
  if (resize?.pending) return [['PodResizePending', { status: 'True', ...resize.pending }]];
  if (resize?.error)
    return [['PodResizeInProgress', { status: 'True', reason: 'Error', message: resize.error }]];
  return resize?.unapplied.size ? [['PodResizeInProgress', TRUE]] : [];
}

/** The time of the last transition is kept as long as the status stays. */
function condition({ pod, now }: ConditionsInput, type: string, verdict: Verdict): PodCondition {
  const old = conditionOf(pod, type);
  const same = old?.status === verdict.status && old.lastTransitionTime;
  return {
    type,
    ...verdict,
    lastTransitionTime: same ? old.lastTransitionTime : rfc3339(now),
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
  };
}

/** Once a main container has started the pod stays initialized, even if its init containers are gone. */
function initializedVerdict({ pod, init, main, phase }: ConditionsInput): Verdict {
  const containers = initContainersOf(pod);
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  if (main.some((status) => status.state?.running || status.state?.terminated)) return TRUE;
  const unknown: string[] = [];
  const unfinished: string[] = [];
  for (const container of containers) {
    const status = find(init, container);
    if (!status) unknown.push(container.spec.name);
    else if (!(container.kind === 'sidecar' ? status.started : status.ready)) unfinished.push(status.name);
  }
  const message = lists(['unknown status', unknown], ['incomplete status', unfinished]);
  return message ? no('ContainersNotInitialized', message) : TRUE;
}

/** Sidecars count as main containers do; other init containers do not. */
function containersReadyVerdict({ pod, init, main, phase }: ConditionsInput): Verdict {
  const unknown: string[] = [];
  const unready: string[] = [];
  const sidecars = initContainersOf(pod).filter((container) => container.kind === 'sidecar');
  for (const container of sidecars) {
    const status = find(init, container);
    if (!status) unknown.push(container.spec.name);
    else if (!status.ready) unready.push(status.name);
  }
  for (const container of mainContainersOf(pod)) {
    const status = find(main, container);
    if (!status) unknown.push(container.spec.name);
    else if (!status.ready) unready.push(status.name);
  }
  if (phase === 'Succeeded') return no('PodCompleted');
  if (phase === 'Failed') return no('PodFailed');
  const message = lists(['unknown status', unknown], ['unready status', unready]);
  return message ? no('ContainersNotReady', message) : TRUE;
}

/** Ready is ContainersReady and every readiness gate of the spec. */
function readyVerdict({ pod }: ConditionsInput, containersReady: Verdict): Verdict {
  if (containersReady.status !== 'True') return containersReady;
  const problems: string[] = [];
  for (const { conditionType } of specOf(pod).readinessGates ?? []) {
    const gate = conditionOf(pod, conditionType);
    if (!gate)
      problems.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`);
    else if (gate.status !== 'True')
      problems.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${gate.status}`);
  }
  return problems.length ? no('ReadinessGatesNotReady', problems.join(', ')) : TRUE;
}

const find = (statuses: readonly ContainerStatus[], { spec }: PodContainer): ContainerStatus | undefined =>
  statuses.find((status) => status.name === spec.name);

function lists(...groups: [string, string[]][]): string {
  return groups
    .filter(([, names]) => names.length > 0)
    .map(([what, names]) => `containers with ${what}: [${names.join(' ')}]`)
    .join(', ');
}
