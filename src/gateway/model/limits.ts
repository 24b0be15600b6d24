// How much there may be of Ingresses, and as much again of Gateways, so that the proxy starts in time and the machine has room for it.
// Namespaces share it (shares.ts).

/** Matches of requests with all that they are tried for. */
export const MOST_BRANCHES = 50_000;
/** Each costs HAProxy some tens of kilobytes. */
export const MOST_BACKENDS = 8_000;
/** Of HAProxy's configuration and maps, about (weight.ts). */
export const MOST_BYTES = 8 * 1024 * 1024;
/** Of one Ingress or route. */
export const MOST_BYTES_OF_ONE = 512 * 1024;
