// The resolv.conf of the machine: its servers, and its search domains, which the kubelet gives to pods. Read again from time to time,
// since a laptop's resolvers change with its network.
import { readFileSync } from 'node:fs';
import type { Clock } from '../../../kit/clock.ts';
import { nameservers, type ServerAddress, searchDomains } from './server-address.ts';

/** Milliseconds for which what was read is good. */
const FRESH = 1_000;

export class NodeResolver {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #read: () => string;
  #readAt = Number.NEGATIVE_INFINITY;
  #text = '';
  #servers: readonly ServerAddress[] = [];
  #searches: readonly string[] = [];

  constructor(clock: Pick<Clock, 'monotonic'>, read = () => readFileSync('/etc/resolv.conf', 'utf8')) {
    this.#clock = clock;
    this.#read = read;
  }

  get servers(): readonly ServerAddress[] {
    this.#refresh();
    return this.#servers;
  }

  get searches(): readonly string[] {
    this.#refresh();
    return this.#searches;
  }

  #refresh(): void {
    const now = this.#clock.monotonic();
    if (now - this.#readAt < FRESH) return;
    this.#readAt = now;
    const text = this.#readText();
    if (text === this.#text) return;
    this.#text = text;
    this.#servers = nameservers(text);
    this.#searches = searchDomains(text);
  }

  /** A machine without the file has no servers. */
  #readText(): string {
    try {
      return this.#read();
    } catch {
      return '';
    }
  }
}
