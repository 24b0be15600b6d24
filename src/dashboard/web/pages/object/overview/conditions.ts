// Whether a condition is good news. Pure.
import type { Tone } from '../../../pieces/small.tsx';

export interface ConditionShape {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
  readonly lastUpdateTime?: string;
}

/** Conditions whose being true is bad news; most others say what is wished for. */
const BAD_WORDS = [
  'Pressure',
  'Unavailable',
  'Failed',
  'Failure',
  'Error',
  'Degraded',
  'Stalled',
  'Conflict',
  'Deadlock',
  'Invalid',
  'NotReady',
  'Dangling',
  'DisruptionTarget',
];

/** These say what goes on, and neither is wrong. */
const NEUTRAL = new Set([
  'Suspended',
  'ScalingLimited',
  'Terminating',
  'NonStructuralSchema',
  'PodResizePending',
]);

/** True until they end. */
const BUSY = new Set(['PodResizeInProgress', 'Resizing', 'FileSystemResizePending']);

export function toneOfCondition({ type, status }: Pick<ConditionShape, 'type' | 'status'>): Tone {
  if (NEUTRAL.has(type)) return 'plain';
  if (BUSY.has(type)) return status === 'True' ? 'busy' : 'plain';
  if (status === 'Unknown') return 'warn';
  const isBad = BAD_WORDS.some((word) => type.includes(word)) || type.startsWith('Namespace');
  if (isBad) return status === 'True' ? 'bad' : 'plain';
  return status === 'True' ? 'good' : 'warn';
}

export function conditionsOf(object: {
  readonly status?: Readonly<Record<string, unknown>>;
}): ConditionShape[] {
  const found = object.status?.conditions;
  if (!Array.isArray(found)) return [];
  return (found as unknown[]).filter(
    (one): one is ConditionShape => typeof (one as ConditionShape | null)?.type === 'string',
  );
}
