// Whether a container that ended is started again: by its restart rules, its own policy, or the pod's. Pure; used by the
// plan, and by the status to tell waiting from terminated.
import { matchesRestartRule } from '../../api/pods/restart-rules.ts';
import { type Pod, type PodContainer, specOf } from '../pod.ts';
import type { ContainerView } from '../view/pod-view.ts';

type Policy = 'Always' | 'OnFailure' | 'Never';

export function restartPolicyOf(pod: Pod, container: PodContainer): Policy {
  if (container.kind === 'ephemeral') return 'Never';
  if (container.kind === 'sidecar') return 'Always';
  if (container.spec.restartPolicy) return container.spec.restartPolicy as Policy;
  const policy = specOf(pod).restartPolicy ?? 'Always';
  // An init container that succeeded is done, whatever the pod's policy.
  return container.kind === 'init' && policy === 'Always' ? 'OnFailure' : policy;
}

/** True when `last`, the newest instance of the container, calls for another one. */
export function shouldStart(pod: Pod, container: PodContainer, last: ContainerView | undefined): boolean {
  if (!last) return true;
  if (last.state === 'running') return false;
  if (last.state !== 'exited') return true;
  return restartsAfter(pod, container, last.exitCode);
}

export function restartsAfter(pod: Pod, container: PodContainer, exitCode: number): boolean {
  if (matchesRestartRule(container.spec, exitCode)) return true;
  const policy = restartPolicyOf(pod, container);
  if (policy === 'Always') return true;
  return policy === 'OnFailure' && exitCode !== 0;
}
