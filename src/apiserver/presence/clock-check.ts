// Whether this server's clock is the one that is wrong among several servers: each says what time it is where it renews its address every ten
// seconds, in the store and not in the API, or whoever may write Leases could stop all servers. A server with a wrong clock refuses good certificates and tokens, and issues some that others refuse: it says that it is
// not ready, so that clients go elsewhere, and leads nothing. Called by presence.ts after each renewal.
import type { Clock } from '../../kit/clock.ts';

/** What another server says of the time. */
export interface Renewal {
  readonly server: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

interface Heard {
  readonly time: number;
  /** By how many milliseconds this clock is ahead of the other server's; undefined until a renewal was seen to come. */
  readonly ahead: number | undefined;
  /** Monotonic. */
  readonly at: number;
}

/** Milliseconds. Renewals are seen up to ten seconds after they are written; certificates are made for clocks that differ by less. */
export const MOST_OFF = 60_000;
/** Who has not renewed for so long says nothing of the time. */
const SILENT_MS = 35_000;

export class ClockCheck {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  #heard = new Map<string, Heard>();
  #ahead: number | undefined;

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>) {
    this.#clock = clock;
  }

  /** Why the server cannot be relied upon; undefined if its clock is right, or if nobody can say whose is. */
  get problem(): string | undefined {
    if (this.#ahead === undefined) return undefined;
    const seconds = Math.round(Math.abs(this.#ahead) / 1000);
    const way = this.#ahead > 0 ? 'ahead of' : 'behind';
    return `the clock of this machine is about ${seconds} s ${way} those of most servers`;
  }

  /** What the other servers have said last. */
  look(renewals: readonly Renewal[]): void {
    const at = this.#clock.monotonic();
    const now = this.#clock.now();
    this.#heard = new Map(
      renewals.map(({ server, time }) => {
        const before = this.#heard.get(server);
        if (before?.time === time) return [server, before];
        return [server, { time, at, ahead: before && now - time }];
      }),
    );
    const differences = [...this.#heard.values()].flatMap(({ ahead, at: when }) =>
      ahead === undefined || at - when > SILENT_MS ? [] : [ahead],
    );
    this.#ahead = whatMostSay(differences);
  }
}

/** By how much this clock is ahead of those of most servers, this one counted; undefined where most agree with it, or no time has a majority. */
export function whatMostSay(differences: readonly number[]): number | undefined {
  const servers = differences.length + 1;
  const others = differences.filter((one) => Math.abs(one) > MOST_OFF);
  return others.find(
    (one) => others.filter((other) => Math.abs(other - one) <= MOST_OFF).length * 2 > servers,
  );
}
