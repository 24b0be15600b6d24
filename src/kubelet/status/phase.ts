// The phase of a pod from its container statuses, as upstream's getPhase (pkg/kubelet/kubelet_pods.go). Pure; called by
// pod-status.ts.
import type { ContainerStatus, PodStatus } from '../../api/kinds/core/v1/pod-status.ts';
import { initContainersOf, mainContainersOf, type Pod } from '../pod.ts';
import { restartsAfter } from '../sync/restart.ts';

export interface PhaseInput {
  readonly pod: Pod;
  readonly init: readonly ContainerStatus[];
  readonly main: readonly ContainerStatus[];
  /** No container of this pod can run any more. */
  readonly ended: boolean;
}

type Phase = NonNullable<PodStatus['phase']>;

export function phaseOf(input: PhaseInput): Phase {
  const phase = phaseByContainers(input);
  // A pod whose containers can never run any more has failed, even if none ever started.
  return input.ended && phase !== 'Succeeded' ? 'Failed' : phase;
}

function phaseByContainers(input: PhaseInput): Phase {
  const init = initPhase(input);
  if (init) return init;
  const mains = mainContainersOf(input.pod).map((c) => ({ c, status: byName(input.main, c.spec.name) }));
  if (mains.some(({ status }) => !status || isFreshlyWaiting(status))) return 'Pending';
  const running = mains.some(({ status }) => status?.state?.running);
  if (running) return 'Running';
  const codes = mains.map(({ c, status }) => ({ c, code: endCode(status!)! }));
  if (!input.ended) {
    if (codes.some(({ c, code }) => restartsAfter(input.pod, c, code))) return 'Running';
    if (input.init.some((status) => status.state?.running)) return 'Running';
  }
  return codes.every(({ code }) => code === 0) ? 'Succeeded' : 'Failed';
}

function initPhase({ pod, init }: PhaseInput): Phase | undefined {
  let pending = false;
  for (const container of initContainersOf(pod)) {
    const status = byName(init, container.spec.name);
    if (container.kind === 'sidecar') pending ||= !hasStarted(status);
    else {
      const code = status && endCode(status);
      if (code !== undefined && code !== 0 && !restartsAfter(pod, container, code)) return 'Failed';
      pending ||= status?.state?.terminated?.exitCode !== 0;
    }
  }
  return pending ? 'Pending' : undefined;
}

/** A sidecar that crashes later does not make the pod Pending again. */
const hasStarted = (status: ContainerStatus | undefined): boolean =>
  status !== undefined &&
  (status.started === true || endCode(status) !== undefined || status.state?.terminated !== undefined);

const isFreshlyWaiting = (status: ContainerStatus): boolean =>
  !status.state?.running && endCode(status) === undefined;

/** How the container ended, now or the last time it ran; undefined when it runs or never ran. */
function endCode({ state, lastState }: ContainerStatus): number | undefined {
  if (state?.running) return undefined;
  return (state?.terminated ?? lastState?.terminated)?.exitCode;
}

const byName = (statuses: readonly ContainerStatus[], name: string): ContainerStatus | undefined =>
  statuses.find((status) => status.name === name);
