// Clients of the ledgers (test/images/speaker/ledger.js) that run in a cluster: they append through the API server's pod proxy for as
// long as they are told to, and know what was acknowledged.
import { clientTo } from '../../../bench/support/client.ts';
import { systemClock } from '../../../src/kit/clock.ts';

/** Between tries while a ledger does not answer. */
const PAUSE_MS = 100;

export class Ledgers {
  readonly #transport: ReturnType<typeof clientTo>['transport'];
  readonly #names: readonly string[];
  readonly #acknowledged = new Map<string, number>();
  #stopped = false;
  #writers: Promise<unknown> = Promise.resolve();

  constructor(kubeconfig: string, names: readonly string[]) {
    this.#transport = clientTo(kubeconfig).transport;
    this.#names = names;
  }

  /** Writes to all until stop(), whatever happens to them. */
  start(): void {
    this.#stopped = false;
    this.#writers = Promise.all(this.#names.map((name) => this.#write(name)));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#writers;
  }

  close(): void {
    this.#transport.close();
  }

  /** Records of one ledger that were acknowledged. */
  acknowledged(name: string): number {
    return this.#acknowledged.get(name) ?? 0;
  }

  /** Records that a ledger reads from its disk; throws with its words when it does not answer or finds damage. */
  async verified(name: string): Promise<number> {
    return Number(await this.#ask(name, 'verify'));
  }

  /** One record. */
  append(name: string, bytes = 100): Promise<string> {
    return this.#ask(name, 'append', { bytes: String(bytes) });
  }

  async #write(name: string): Promise<void> {
    while (!this.#stopped) {
      try {
        this.#acknowledged.set(name, Number(await this.append(name)));
      } catch {
        await systemClock.sleep(PAUSE_MS);
      }
    }
  }

  async #ask(name: string, what: string, query: Record<string, string> = {}): Promise<string> {
    const path = `/api/v1/namespaces/default/pods/${name}:8080/proxy/${what}`;
    const signal = AbortSignal.timeout(10_000);
    const { status, body } = await this.#transport.request({ method: 'GET', path, query, signal });
    if (status !== 200) throw new Error(`${name}: ${status} ${body.toString().slice(0, 500)}`);
    return body.toString();
  }
}
