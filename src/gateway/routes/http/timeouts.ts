// Durations of Gateway API, and the limits of time of a rule. Pure; called by rules.ts.
import type { HTTPRouteTimeouts } from '../../../api/kinds/gateway/v1/http-route.ts';
import type { Policy } from '../../model/policy.ts';

const MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
/** HAProxy's timers are 32 bits wide. */
const LONGEST_MS = 24 * 3_600_000;

/** Milliseconds of a text such as 1h30m or 500ms. */
export function milliseconds(text: string): number {
  let sum = 0;
  for (const [, number, unit] of text.matchAll(/([0-9]{1,5})(ms|h|m|s)/g)) sum += Number(number) * MS[unit!]!;
  return Math.min(sum, LONGEST_MS);
}

/** 0 is no limit, whereas nothing is the door's own one. */
export function timeoutsOf(timeouts: Readonly<HTTPRouteTimeouts> | undefined): Pick<Policy, 'timeouts'> {
  if (!timeouts) return {};
  const { request, backendRequest } = timeouts;
  const whole = request === undefined ? undefined : milliseconds(request);
  const one = backendRequest === undefined ? whole : milliseconds(backendRequest);
  if (whole === undefined && one === undefined) return {};
  return {
    timeouts: {
      ...(whole && { request: whole }),
      // A request that may take long must not be ended by the limit that holds for others.
      server: one || LONGEST_MS,
    },
  };
}
