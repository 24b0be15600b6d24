// Limits connections: in number, in all and for one address; in idle time. When there are too many, idle connections without
// an authenticated user are closed first. Requests under way are never cut off. Called by https-server.ts. Upstream only has
// the idle time (90 seconds, secure_serving.go): Go's limit is the number of descriptors, which the store needs, too.

export interface ConnectionLimits {
  readonly connections: number;
  readonly perAddress: number;
  /** Milliseconds without a request. */
  readonly idle: number;
  /** The same for connections without an authenticated user. */
  readonly anonymousIdle: number;
}

/** Each takes about 95 KB of memory with one watch, of which TLS has 70 and HTTP/2 20 (docs/decisions/0023-http2-by-node.md), and up
 *  to 300 KB if its client does not read. */
const MOST_CONNECTIONS = 5000;

/** For a process that may open so many files: half of them, as connections to kubelets and pods and the store need some, too. */
export function limitsFor(descriptors: number): ConnectionLimits {
  const connections = Math.min(MOST_CONNECTIONS, Math.floor((descriptors || Number.POSITIVE_INFINITY) / 2));
  return {
    connections,
    perAddress: Math.floor(connections / 2),
    idle: 90_000,
    anonymousIdle: 15_000,
  };
}

/** Of a request's line and headers over HTTP/1.1, as upstream (DefaultMaxHeaderBytes of Go's net/http and its margin). */
export const MAX_HEADER_BYTES = (1 << 20) + 4096;
/** The same for connections without a user when there are many of them. */
const FEW_HEADER_BYTES = 16 * 1024;
/** Connections without a user that may send long headers at a time, each of which takes 1.3 MB of memory (measured). With
 *  FEW_HEADER_BYTES for each of the others, clients that the server does not know can make it hold 250 MB of headers. */
const MOST_LONG_HEADERS = 128;

/** A connection of which the limits count. */
export interface Connection {
  readonly address: string;
  /** A request of an authenticated user has come over it. */
  authenticated: boolean;
  /** Requests that have not been answered completely. */
  active: number;
  /** On the monotonic clock, milliseconds. */
  usedAt: number;
  /** Bytes that its parser may hold of the headers of a request. */
  headerBytes: number;
  /** Lets requests under way end if `gently`. */
  close(gently: boolean): void;
}

export class Connections {
  readonly #limits: ConnectionLimits;
  /** In the order of their beginning. */
  readonly #all = new Set<Connection>();
  readonly #perAddress = new Map<string, number>();

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#all.size;
  }

  /** False if the new connection must be closed: there is no idle one to close in its place. */
  add(connection: Connection): boolean {
    const { address } = connection;
    const ofAddress = (this.#perAddress.get(address) ?? 0) + 1;
    if (ofAddress > this.#limits.perAddress && !this.#makeRoom(address)) return false;
    if (this.#all.size >= this.#limits.connections && !this.#makeRoom(undefined)) return false;
    this.#all.add(connection);
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1);
    return true;
  }

  /** The limit for a new HTTP/1.1 connection, which cannot change later. */
  headerBytesFor(authenticated: boolean): number {
    if (authenticated) return MAX_HEADER_BYTES;
    let long = 0;
    for (const other of this.#all) if (!other.authenticated && other.headerBytes > FEW_HEADER_BYTES) long++;
    return long < MOST_LONG_HEADERS ? MAX_HEADER_BYTES : FEW_HEADER_BYTES;
  }

  remove(connection: Connection): void {
    if (!this.#all.delete(connection)) return;
    const left = this.#perAddress.get(connection.address)! - 1;
    if (left > 0) this.#perAddress.set(connection.address, left);
    else this.#perAddress.delete(connection.address);
  }

  /** Closes what has been idle for too long; to be called every few seconds. */
  sweep(now: number): void {
    const { idle, anonymousIdle } = this.#limits;
    for (const connection of this.#all) {
      const limit = connection.authenticated ? idle : anonymousIdle;
      if (connection.active === 0 && now - connection.usedAt > limit) connection.close(true);
    }
  }

  /** Closes the connection, of an address or of all, that has been idle for longest: one without a user, if possible. */
  #makeRoom(address: string | undefined): boolean {
    let best: Connection | undefined;
    for (const connection of this.#all) {
      if (connection.active > 0 || (address !== undefined && connection.address !== address)) continue;
      if (!best || isBefore(connection, best)) best = connection;
    }
    if (!best) return false;
    best.close(false);
    this.remove(best);
    return true;
  }
}

const isBefore = (a: Connection, b: Connection): boolean =>
  a.authenticated === b.authenticated ? a.usedAt < b.usedAt : !a.authenticated;
