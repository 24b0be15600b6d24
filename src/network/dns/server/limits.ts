// The budgets of the server.

/** The largest UDP response for a client that does not announce a larger size (RFC 1035), in bytes. */
export const PLAIN_UDP = 512;
/** The largest response over TCP: its length has two bytes. */
export const MOST_TCP = 65_535;
/** Milliseconds that a connection may be silent, as in CoreDNS. */
export const TCP_IDLE_MS = 10_000;
/** Connections at a time, of all clients and of one. A new one ends the oldest, so that silent ones keep nobody out. */
export const MOST_CONNECTIONS = 256;
export const MOST_CONNECTIONS_OF_ONE = 32;
/** Queries of one connection that are under way at a time; further ones are not read. */
export const MOST_PIPELINED = 32;
