// The times that this engine's parts share.

/** How long a write or a barrier may take, attempts included. etcd itself answers a request without a quorum after seven seconds. */
export const REQUEST_MS = 10_000;
/** One attempt of a call: shorter, so that there is time for another at a living member. */
export const ATTEMPT_MS = 8_000;
/**
 * The first attempt of a write, and a write of the fence. A proposal on its way to a leader of etcd that dies is lost, and etcd says so
 * after seven seconds only; a new leader is there after two. Later attempts of a write may take longer: etcd may be slow.
 */
export const FIRST_ATTEMPT_MS = 2_500;
/** The watchdog's rhythm, and how long the member in use may take to answer it. */
export const WATCHDOG_MS = 2_000;
/** A fence that nobody needs goes after an hour. */
export const FENCE_TTL_SECONDS = 3_600;
