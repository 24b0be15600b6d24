// What the flags of `logs` ask of a pod's log, as the query of the request, and which combinations are refused. Pure.
import { rfc3339 } from '../../../kit/clock.ts';

export interface LogFlags {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly 'limit-bytes': number;
  readonly tail: number;
  readonly 'since-time': string;
  /** Milliseconds. */
  readonly since: number;
  readonly 'insecure-skip-tls-verify-backend': boolean;
}

export type LogQuery = Readonly<Record<string, string>>;

/** Lines of each pod that a selector gives when --tail is not set. */
const TAIL_WITH_SELECTOR = 10;

/** Without the container. Throws for a time that cannot be read. */
export function logQuery(flags: LogFlags, options: { withSelector: boolean; tailGiven: boolean }): LogQuery {
  const query: Record<string, string> = {};
  if (flags.follow) query.follow = 'true';
  if (flags['insecure-skip-tls-verify-backend']) query.insecureSkipTLSVerifyBackend = 'true';
  if (flags['limit-bytes'] !== 0) query.limitBytes = String(flags['limit-bytes']);
  if (flags.previous) query.previous = 'true';
  if (flags.since !== 0) query.sinceSeconds = String(Math.round(flags.since / 1000));
  if (flags['since-time']) query.sinceTime = rfc3339(timeOf(flags['since-time']));
  if (options.withSelector && flags.tail === -1 && !options.tailGiven)
    query.tailLines = String(TAIL_WITH_SELECTOR);
  else if (flags.tail !== -1) query.tailLines = String(flags.tail);
  if (flags.timestamps) query.timestamps = 'true';
  return query;
}

/** Milliseconds of an RFC 3339 time. */
export function timeOf(text: string): number {
  const pattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
  const ms = pattern.test(text) ? Date.parse(text.replace(',', '.')) : Number.NaN;
  if (Number.isNaN(ms))
    throw new Error(
      `parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(text)} as "2006"`,
    );
  return ms;
}

/** Throws for flags that contradict each other or have no meaning. */
export function checkLogFlags(
  flags: LogFlags & { readonly 'all-containers': boolean },
  given: { readonly container: string; readonly byFlag: boolean; readonly words: number },
): void {
  if (flags['since-time'] && flags.since !== 0)
    throw new Error('at most one of `sinceTime` or `sinceSeconds` may be specified');
  if (flags['all-containers'] && given.container)
    throw new Error(`--all-containers=true should not be specified with container name ${given.container}`);
  if (given.byFlag && given.words === 2)
    throw new Error('only one of -c or an inline [CONTAINER] arg is allowed');
  if (flags['limit-bytes'] < 0) throw new Error('--limit-bytes must be greater than 0');
  if (Math.round(flags.since / 1000) < 0) throw new Error('--since must be greater than 0');
  if (flags.tail < -1) throw new Error('--tail must be greater than or equal to -1');
}
