// Deadlines of requests, long-running ones excepted: 60 seconds, or less if the client asks for less with ?timeout=. A client
// whose body does not arrive in time gets the same answer. Called by request-pipeline.ts.
// Upstream: endpoints/filters/request_deadline.go and server/filters/timeout.go in staging/src/k8s.io/apiserver/pkg.
import { durationMs } from '../api/meta/v1/duration.ts';
import { badRequest, failure } from '../api/status/status-error.ts';
import type { Clock } from '../kit/clock.ts';

/** --request-timeout. */
const REQUEST_TIMEOUT_MS = 60_000;
/** Characters of a wrong duration that the answer repeats. */
const SHOWN = 64;

/** Milliseconds; zero and more than the server allows mean what the server allows. Throws a 400. */
export function timeoutOf(query: URLSearchParams): number {
  const text = query.size > 0 ? query.get('timeout') : null;
  if (!text) return REQUEST_TIMEOUT_MS;
  const wanted = durationMs(text);
  if (wanted === undefined)
    throw badRequest(
      `invalid timeout specified in the request URL - time: invalid duration ${JSON.stringify(text.slice(0, SHOWN))}`,
    );
  return wanted > 0 ? Math.min(wanted, REQUEST_TIMEOUT_MS) : REQUEST_TIMEOUT_MS;
}

/** `reply`, or a 504 after `ms`. The work goes on, since a write may already be on its way; nobody sees its result. */
export function withDeadline<T>(clock: Pick<Clock, 'after'>, reply: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => reject(timedOut()));
    const settle =
      <V>(settled: (value: V) => void) =>
      (value: V) => {
        timer.cancel();
        settled(value);
      };
    reply.then(settle(resolve), settle(reject));
  });
}

export const timedOut = () =>
  failure(504, 'Timeout', 'Timeout: request did not complete within the allotted timeout', {});
