// Replies of upstream servers, for as long as their TTLs say and no longer than kubeadm's CoreDNS keeps them; expired ones stay a
// while, for the time when no server answers (RFC 8767). Bounded in bytes. Called by forwarder.ts.
import type { Clock } from '../../../kit/clock.ts';
import { RCODE } from '../message/codes.ts';
import type { Reply } from '../message/reply.ts';
import { setTtls, type UpstreamReply } from '../message/unpack.ts';

/** Seconds (`cache 30` in kubeadm's Corefile). */
export const MOST_TTL = 30;
/** Seconds that a server's failure is kept, as in CoreDNS. */
const FAILURE_TTL = 5;
/** Milliseconds that a reply is kept after it has expired, as CoreDNS' serve_stale. */
const STALE_MS = 3_600_000;
const MOST_BYTES = 8 * 1024 * 1024;
/** Of an entry besides its records. */
const OVERHEAD = 700;

interface Entry {
  readonly reply: UpstreamReply;
  /** On the monotonic clock. */
  readonly expires: number;
  readonly size: number;
  /** Since it was last looked at for eviction. */
  used: boolean;
  /** Seconds, as they stand in the records. */
  ttl: number;
}

export interface CacheCounts {
  requests: number;
  hits: { success: number; denial: number };
  misses: number;
  evictions: { success: number; denial: number };
  servedStale: number;
}

export class ReplyCache {
  readonly counts: CacheCounts = {
    requests: 0,
    hits: { success: 0, denial: 0 },
    misses: 0,
    evictions: { success: 0, denial: 0 },
    servedStale: 0,
  };
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #entries = new Map<string, Entry>();
  readonly #most: number;
  #bytes = 0;

  constructor(clock: Pick<Clock, 'monotonic'>, most = MOST_BYTES) {
    this.#clock = clock;
    this.#most = most;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Numbers of entries. */
  get sizes(): CacheCounts['hits'] {
    const sizes = { success: 0, denial: 0 };
    for (const { reply } of this.#entries.values()) sizes[kindOf(reply)]++;
    return sizes;
  }

  /** A reply that has not expired, with what is left of its TTL. */
  get(key: string): Reply | undefined {
    const entry = this.#entries.get(key);
    this.counts.requests++;
    const left = entry ? entry.expires - this.#clock.monotonic() : 0;
    if (!entry || left <= 0) {
      this.counts.misses++;
      return undefined;
    }
    this.counts.hits[kindOf(entry.reply)]++;
    return withTtl(entry, Math.ceil(left / 1_000));
  }

  hasStale(key: string): boolean {
    return this.#stale(key) !== undefined;
  }

  /** A reply that has expired not too long ago. */
  stale(key: string): Reply | undefined {
    const entry = this.#stale(key);
    if (!entry) return undefined;
    this.counts.servedStale++;
    return withTtl(entry, 0);
  }

  #stale(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    const answers = entry && entry.reply.rcode !== RCODE.SERVFAIL;
    return answers && entry.expires + STALE_MS > this.#clock.monotonic() ? entry : undefined;
  }

  /** Keeps the reply, unless its TTL is 0; gives it as it is to be sent. */
  put(key: string, reply: UpstreamReply): Reply {
    const ttl = reply.rcode === RCODE.SERVFAIL ? FAILURE_TTL : Math.min(reply.ttl, MOST_TTL);
    setTtls(reply, ttl);
    if (ttl === 0 || (reply.rcode === RCODE.SERVFAIL && this.hasStale(key))) return reply;
    this.#remove(key);
    const size = OVERHEAD + key.length + reply.records.length + 16 * reply.ends.length;
    const expires = this.#clock.monotonic() + 1_000 * ttl;
    this.#entries.set(key, { reply: { ...reply, origin: 'cache' }, expires, size, used: false, ttl });
    this.#bytes += size;
    while (this.#bytes > this.#most) this.#evict();
    return reply;
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  /** The oldest entry that has not been used since it was last looked at. */
  #evict(): void {
    for (const [key, entry] of this.#entries) {
      this.#remove(key);
      if (!entry.used) {
        this.counts.evictions[kindOf(entry.reply)]++;
        return;
      }
      entry.used = false;
      this.#entries.set(key, entry);
      this.#bytes += entry.size;
    }
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.size;
  }
}

/** The records are shared by all clients: the TTL in them changes once a second at most. */
function withTtl(entry: Entry, ttl: number): Reply {
  entry.used = true;
  if (entry.ttl !== ttl) {
    entry.ttl = ttl;
    setTtls(entry.reply, ttl);
  }
  return entry.reply;
}

const kindOf = ({ rcode, answers }: Reply): 'success' | 'denial' =>
  rcode === RCODE.NOERROR && answers > 0 ? 'success' : 'denial';
