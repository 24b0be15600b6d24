// For how long tokens of service accounts are valid, by the flags and by what an external signer allows. Pure. Called by cluster/.
// Upstream: completeServiceAccountOptions in pkg/controlplane/apiserver/options/options.go.
import { durationText } from '../../../api/meta/v1/duration.ts';
import type { TokenLifetimes } from '../service-account-tokens.ts';
import { KUBELET_SECONDS, MIN_SECONDS, YEAR } from '../token-request.ts';

export interface LifetimeFlags {
  /** --service-account-max-token-expiration, in milliseconds; no limit without it. */
  readonly max?: number | undefined;
  /** --service-account-extend-token-expiration */
  readonly extend: boolean;
  /** The signer's, in seconds. */
  readonly signer?: number | undefined;
}

export interface ChosenLifetimes extends TokenLifetimes {
  readonly warnings: readonly string[];
}

/** Seconds. */
const SHORTEST_MAX = 3600;
const LONGEST_MAX = 2 ** 32;

/** Throws, in upstream's words, if flags and signer contradict one another. */
export function lifetimesOf({ max = 0, extend, signer }: LifetimeFlags): ChosenLifetimes {
  const flag = max / 1000;
  if (flag !== 0 && (flag < SHORTEST_MAX || flag > LONGEST_MAX))
    throw new Error('the service-account-max-token-expiration must be between 1 hour and 2^32 seconds');
  if (signer !== undefined && signer < MIN_SECONDS)
    throw new Error(
      `max token life supported by external-jwt-signer (${signer}s) is less than acceptable (min ${MIN_SECONDS}s)`,
    );
  if (signer !== undefined && flag > signer)
    throw new Error(
      `service-account-max-token-expiration cannot be set longer than the token expiration supported by service-account-signing-endpoint: ${shown(flag)} > ${shown(signer)}`,
    );
  const limit = flag || signer;
  return {
    ...(limit && { max: limit }),
    ...(extend && { extended: Math.min(YEAR, signer ?? YEAR) }),
    warnings: extend && limit ? warningsOf(limit, signer !== undefined) : [],
  };
}

const shown = (seconds: number): string => durationText(seconds * 1000);

function warningsOf(limit: number, isSigners: boolean): string[] {
  const head = 'service-account-extend-token-expiration is true,';
  const transition = isSigners
    ? `token lifetime supported by external-jwt-signer must be longer than ${KUBELET_SECONDS} seconds (currently ${shown(limit)})`
    : `service-account-max-token-expiration must be set longer than ${KUBELET_SECONDS} seconds (currently ${shown(limit)})`;
  const extension = isSigners
    ? `${head} tokens validity will be caped at the smaller of ${YEAR} seconds and maximum token lifetime supported by external-jwt-signer (${shown(limit)})`
    : `${head} enabling tokens valid up to ${YEAR} seconds, which is longer than service-account-max-token-expiration set to ${shown(limit)}`;
  return [
    ...(limit < KUBELET_SECONDS
      ? [`${head} in order to correctly trigger safe transition logic, ${transition}`]
      : []),
    ...(limit < YEAR ? [extension] : []),
  ];
}
