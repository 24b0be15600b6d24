// From the number of replicas that metrics ask for to the number that is set: stabilization, rates, minimum and maximum, and the conditions
// that tell about them. Pure. Upstream: normalizeDesiredReplicas and its like in pkg/controller/podautoscaler/horizontal.go.
import { type Finding, isFalse, isTrue } from '../conditions.ts';
import type { Behavior } from '../types.ts';
import type { History } from './history.ts';
import { downLimit, plainUpLimit, upLimit } from './rates.ts';
import { stabilized, stabilizedDown } from './stabilization.ts';

export interface Wanted {
  readonly current: number;
  readonly desired: number;
  readonly min: number;
  readonly max: number;
  readonly behavior: Readonly<Behavior> | undefined;
  /** For scaling down, where the behavior has no window of its own. */
  readonly downscaleStabilizationMs: number;
  readonly now: number;
}

export interface Normalized {
  readonly replicas: number;
  readonly findings: readonly Finding[];
  readonly history: History;
}

interface Limited {
  readonly replicas: number;
  readonly reason: string;
  readonly message: string;
}

export const normalize = (wanted: Wanted, history: History): Normalized =>
  wanted.behavior ? withBehavior(wanted, wanted.behavior, history) : withoutBehavior(wanted, history);

function withoutBehavior(wanted: Wanted, history: History): Normalized {
  const { desired, downscaleStabilizationMs, now } = wanted;
  const { replicas, recommendations } = stabilizedDown(
    history.recommendations,
    desired,
    downscaleStabilizationMs,
    now,
  );
  const able = replicas === desired ? READY : isTrue('AbleToScale', 'ScaleDownStabilized', HIGHER);
  return finished({ ...wanted, desired: replicas }, able, { ...history, recommendations }, plainLimits);
}

function withBehavior(wanted: Wanted, behavior: Readonly<Behavior>, history: History): Normalized {
  const { current, desired, downscaleStabilizationMs, now } = wanted;
  const { scaleUp, scaleDown } = behavior;
  const down = scaleDown?.stabilizationWindowSeconds;
  const windows = {
    upMs: (scaleUp?.stabilizationWindowSeconds ?? 0) * 1000,
    downMs: down === undefined ? downscaleStabilizationMs : down * 1000,
  };
  const { replicas, recommendations } = stabilized(history.recommendations, current, desired, windows, now);
  const held =
    desired >= current
      ? isTrue('AbleToScale', 'ScaleUpStabilized', LOWER)
      : isTrue('AbleToScale', 'ScaleDownStabilized', HIGHER);
  const able = replicas === desired ? READY : held;
  return finished({ ...wanted, desired: replicas }, able, { ...history, recommendations }, (stable) =>
    ruledLimits(stable, behavior, history),
  );
}

const READY = isTrue('AbleToScale', 'ReadyForNewScale', 'recommended size matches current size');
const HIGHER =
  'recent recommendations were higher than current one, applying the highest recent recommendation';
const LOWER = 'recent recommendations were lower than current one, applying the lowest recent recommendation';

function finished(
  stable: Wanted,
  able: Finding,
  history: History,
  limits: (stable: Wanted) => Limited,
): Normalized {
  const { replicas, reason, message } = limits(stable);
  const limited = replicas === stable.desired ? isFalse : isTrue;
  return { replicas, findings: [able, limited('ScalingLimited', reason, message)], history };
}

function plainLimits({ current, desired, min, max }: Wanted): Limited {
  const limit = plainUpLimit(current);
  const most = Math.min(max, limit);
  if (desired < min) return { replicas: min, ...TOO_FEW };
  if (desired > most) return { replicas: most, ...(max > limit ? UP_LIMIT : TOO_MANY) };
  return { replicas: desired, ...WITHIN };
}

function ruledLimits(stable: Wanted, { scaleUp, scaleDown }: Readonly<Behavior>, history: History): Limited {
  const { current, desired, min, max, now } = stable;
  if (desired > current) {
    const limit = Math.max(current, upLimit(current, history, scaleUp ?? {}, now));
    const most = Math.min(max, limit);
    if (desired > most) return { replicas: most, ...(max > limit ? UP_LIMIT : TOO_MANY) };
  }
  if (desired < current) {
    const limit = Math.min(current, downLimit(current, history, scaleDown ?? {}, now));
    const fewest = Math.max(min, limit);
    if (desired < fewest) return { replicas: fewest, ...(min < limit ? DOWN_LIMIT : TOO_FEW) };
  }
  return { replicas: desired, ...WITHIN };
}

const WITHIN = { reason: 'DesiredWithinRange', message: 'the desired count is within the acceptable range' };
const TOO_FEW = {
  reason: 'TooFewReplicas',
  message: 'the desired replica count is less than the minimum replica count',
};
const TOO_MANY = {
  reason: 'TooManyReplicas',
  message: 'the desired replica count is more than the maximum replica count',
};
const UP_LIMIT = {
  reason: 'ScaleUpLimit',
  message: 'the desired replica count is increasing faster than the maximum scale rate',
};
const DOWN_LIMIT = {
  reason: 'ScaleDownLimit',
  message: 'the desired replica count is decreasing faster than the maximum scale rate',
};
