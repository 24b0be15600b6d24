// One upstream server: whether it answers, and whether it sends queries back to this server. Called by forwarder.ts.
import { RCODE, TYPE } from '../message/codes.ts';
import type { Question } from '../message/question.ts';
import { anotherQuestion } from '../message/question.ts';
import type { UpstreamReply } from '../message/unpack.ts';
import { type ExchangeTools, exchange } from './exchange.ts';
import { addressText, type ServerAddress } from './server-address.ts';

/** Failures in a row after which a server is asked last (CoreDNS' max_fails). */
const MAX_FAILS = 2;
/** Milliseconds from one probe of a server that is down to the next, as in CoreDNS. */
const PROBE_EVERY = 500;
const PROBE_TIMEOUT = 1_000;
/** Milliseconds after which a server that looped is tried again. */
const LOOP_FORGIVEN = 60_000;

/** Of questions about the root's servers, which probe a server, and random names, which would come back in a loop. */
const question = (name: string, type: number): Question =>
  anotherQuestion(
    { question: Buffer.alloc(0), name: '', key: '', type, dnssecOk: false, checkingDisabled: false },
    name,
  );

export interface UpstreamCounts {
  /** Milliseconds by response code: what became of each query. */
  observe(server: string, rcode: number, ms: number): void;
  healthcheckFailed(server: string): void;
}

export interface UpstreamOptions extends ExchangeTools {
  /** Where the server is asked; undefined when it cannot be. */
  readonly route: (server: ServerAddress) => ServerAddress | undefined;
  readonly counts: UpstreamCounts;
}

export class Upstream {
  readonly address: ServerAddress;
  readonly name: string;
  readonly #options: UpstreamOptions;
  #fails = 0;
  #probed = Number.NEGATIVE_INFINITY;
  /** A name that nobody else asks for. */
  #probeName = '';
  #loopedAt: number | undefined;

  constructor(address: ServerAddress, options: UpstreamOptions) {
    this.address = address;
    this.name = addressText(address);
    this.#options = options;
    this.#probeLoop();
  }

  get isDown(): boolean {
    return this.#fails >= MAX_FAILS;
  }

  /** Whether it can be asked and has not sent a query back to this server. */
  get isUsable(): boolean {
    return this.#options.route(this.address) !== undefined && !this.#loops();
  }

  #loops(): boolean {
    if (this.#loopedAt === undefined) return false;
    if (this.#options.clock.monotonic() - this.#loopedAt < LOOP_FORGIVEN) return true;
    this.#loopedAt = undefined;
    this.#probeLoop();
    return false;
  }

  /** A query has come in for `name`: true when this server sent it. */
  noticesLoop(name: string): boolean {
    if (name !== this.#probeName) return false;
    this.#loopedAt = this.#options.clock.monotonic();
    return true;
  }

  async ask(asked: Question, timeout: number): Promise<UpstreamReply> {
    const { clock, counts } = this.#options;
    const started = clock.monotonic();
    const observe = (rcode: number) => counts.observe(this.name, rcode, clock.monotonic() - started);
    try {
      const reply = await this.#exchange(asked, timeout);
      this.#fails = 0;
      observe(reply.rcode);
      return reply;
    } catch (error) {
      this.#fails++;
      observe(RCODE.SERVFAIL);
      throw error;
    }
  }

  /** Asks it for the root's servers, now and then while it is down and wanted: any response will do. */
  probe(): void {
    const { clock, counts } = this.#options;
    if (clock.monotonic() - this.#probed < PROBE_EVERY) return;
    this.#probed = clock.monotonic();
    this.#exchange(question('', TYPE.NS), PROBE_TIMEOUT).then(
      () => {
        this.#fails = 0;
      },
      () => counts.healthcheckFailed(this.name),
    );
  }

  #probeLoop(): void {
    const [one, other] = [0, 0].map(() => this.#options.random.bytes(8).toString('hex'));
    this.#probeName = `${one}.${other}`;
    this.#exchange(question(this.#probeName, TYPE.TXT), PROBE_TIMEOUT).catch(() => {});
  }

  async #exchange(asked: Question, timeout: number): Promise<UpstreamReply> {
    const to = this.#options.route(this.address);
    if (!to) throw new Error(`${this.name} has no endpoints`);
    return exchange(to, asked, timeout, this.#options);
  }
}
