// The pod that a TYPE/NAME means to exec, attach and port-forward: itself, or the best pod of a workload or Service.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { Io } from '../io/io.ts';
import type { KubeObject } from '../resources/object.ts';
import type { Session } from '../session/session.ts';
import { goTypeOf } from '../text/go-type.ts';
import { podsOf } from './first-pod.ts';
import { byAttaching } from './order.ts';
import { type Selecting, selectorOf } from './selector-of.ts';

/** An object of which only what selects pods is used. */
export const asSelecting = (object: KubeObject): Selecting => ({
  ...(object.apiVersion && { apiVersion: object.apiVersion }),
  ...(object.kind && { kind: object.kind }),
  metadata: { name: object.metadata?.name ?? '', namespace: object.metadata?.namespace ?? '' },
  spec: object.spec as { selector?: unknown },
});

export const isPod = (object: KubeObject): boolean => object.kind === 'Pod' && object.apiVersion === 'v1';

/** What the server sent as a Pod: its fields are those of the API. */
export const asPod = (object: KubeObject): Pod => object as KubeObject & Pod;

export async function attachablePod(
  session: Session,
  io: Io,
  object: KubeObject,
  timeoutMs: number,
): Promise<Pod> {
  if (isPod(object)) return asPod(object);
  const selecting = asSelecting(object);
  let selector: string;
  try {
    selector = selectorOf(selecting);
  } catch (cause) {
    throw new Error(
      `cannot attach to ${goTypeOf(selecting)}: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
  const [pod] = await podsOf({
    session,
    namespace: object.metadata?.namespace ?? '',
    selector,
    timeoutMs,
    order: byAttaching,
    clock: io.clock,
    signal: io.signal,
  });
  return pod;
}

/** --pod-running-timeout must be at least so long. */
export function checkRunningTimeout(timeoutMs: number): void {
  if (timeoutMs <= 0) throw new Error('--pod-running-timeout must be higher than zero');
}
