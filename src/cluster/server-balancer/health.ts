// Which servers are ready, by asking each of them again and again. Nothing is asked while there is only one: it is used in any case.
import type { Clock } from '../../kit/clock.ts';
import { parseServer, type ServerAddress } from './addresses.ts';
import type { Candidate } from './choice.ts';
import type { Answer, Probe } from './probe.ts';

export type Health = Candidate['health'];

export interface HealthOptions {
  readonly clock: Clock;
  readonly probe: Probe;
  readonly onChange: (server: string, health: Health, before: Health) => void;
}

const INTERVAL_MS = 400;
/** Of a probe's two steps; with the interval it is less than two seconds until a machine that says nothing counts as gone. */
const PATIENCE_MS = 650;
/**
 * In a row, until a server that takes connections but gives no answers, or says that it is not ready, counts as one that cannot serve.
 * Twenty seconds at least until its clients are cut off from a server that gives none: it may be busy, and they would come back all at
 * once, to servers that are no less busy.
 */
const MOST: Readonly<Record<'slow' | 'unready', number>> = { slow: 20, unready: 3 };
/** In a row, until it counts as ready again. */
const ANSWERS = 2;

interface Watched {
  readonly stop: AbortController;
  health: Health;
  last: Answer;
  /** How often the last answer came in a row. */
  row: number;
}

export class ServerHealth {
  readonly #options: HealthOptions;
  readonly #watched = new Map<string, Watched>();

  constructor(options: HealthOptions) {
    this.#options = options;
  }

  /** Of a server that is not asked, or not yet: ready. */
  of(server: string): Health {
    return this.#watched.get(server)?.health ?? 'ready';
  }

  watch(servers: readonly string[]): void {
    const wanted = new Set(servers.length > 1 ? servers : []);
    for (const [server, { stop }] of this.#watched)
      if (!wanted.has(server)) {
        stop.abort();
        this.#watched.delete(server);
      }
    for (const server of wanted) {
      const address = parseServer(server);
      if (address && !this.#watched.has(server)) void this.#follow(server, address);
    }
  }

  stop(): void {
    this.watch([]);
  }

  async #follow(server: string, address: ServerAddress): Promise<void> {
    const { clock, probe } = this.#options;
    const watched: Watched = { stop: new AbortController(), health: 'ready', last: 'ready', row: 0 };
    this.#watched.set(server, watched);
    const { signal } = watched.stop;
    while (!signal.aborted) {
      const started = clock.monotonic();
      const answer = await probe(address, PATIENCE_MS);
      if (signal.aborted) return;
      watched.row = answer === watched.last ? watched.row + 1 : 1;
      watched.last = answer;
      this.#set(server, watched, nextHealth(answer, watched));
      const rest = INTERVAL_MS - (clock.monotonic() - started);
      await clock.sleep(Math.max(0, rest), signal).catch(() => {});
    }
  }

  #set(server: string, watched: Watched, health: Health): void {
    const before = watched.health;
    if (health === before) return;
    watched.health = health;
    this.#options.onChange(server, health, before);
  }
}

function nextHealth(answer: Answer, { health, row }: Watched): Health {
  if (answer === 'refused' || answer === 'silent') return 'silent';
  if (answer === 'ready') return row >= ANSWERS ? 'ready' : health;
  return row >= MOST[answer] ? 'unready' : health;
}
