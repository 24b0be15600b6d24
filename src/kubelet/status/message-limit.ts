// Limits what the terminated containers of a pod say in its status: 12 KiB for all of them together, shared evenly
// (upstream's MaxPodTerminationMessageLogLength). Containers and the runtime write these texts. Pure; used by pod-status.ts.
import type { ContainerState, ContainerStatus } from '../../api/kinds/core/v1/pod-status.ts';
import { containersOf, type Pod } from '../pod.ts';

/** Bytes of all messages of a pod. */
const MAX_MESSAGES = 12 * 1024;

export function withLimitedMessages(pod: Pod, statuses: readonly ContainerStatus[]): ContainerStatus[] {
  const most = Math.floor(MAX_MESSAGES / Math.max(1, containersOf(pod).length));
  return statuses.map((status) => ({
    ...status,
    ...(status.state && { state: limited(status.state, most) }),
    ...(status.lastState && { lastState: limited(status.lastState, most) }),
  }));
}

function limited(state: ContainerState, most: number): ContainerState {
  const { terminated } = state;
  if (!terminated?.message || Buffer.byteLength(terminated.message) <= most) return state;
  return { ...state, terminated: { ...terminated, message: cut(terminated.message, most) } };
}

/** A character of several bytes is left out whole. */
function cut(text: string, bytes: number): string {
  const whole = Buffer.from(text);
  let end = bytes;
  while (end > 0 && (whole[end]! & 0xc0) === 0x80) end--;
  return whole.toString('utf8', 0, end);
}
