// The outside door: what its parts compile is served by one proxy, and the parts then tell it to the objects. Started by the node agent
// when there is a first Ingress or Gateway; parts come with the first object of theirs.
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import { messageOf } from '../kit/message-of.ts';
import type { Unserved } from './haproxy/ports.ts';
import type { DoorModel } from './model/model.ts';
import { type DoorPart, joined } from './part.ts';

export interface DoorOptions {
  /** What serves the model: haproxy/haproxy.ts. Made when there is something to serve, and stopped when there is not. */
  readonly makeProxy: () => DoorProxy;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface DoorProxy {
  /** Resolves when requests are served as the model says. */
  apply(model: DoorModel): Promise<void>;
  /** Addresses of entrances of the model given last that are another's, or not there. */
  readonly unserved: readonly Unserved[];
  stop(): Promise<void>;
}

/** Changes within this time are handled together. */
const DEBOUNCE_MS = 5;
const RETRY_MS = 5_000;

export class Door {
  readonly #options: DoorOptions;
  readonly #parts: DoorPart[] = [];
  readonly #stopping = new AbortController();
  #proxy: DoorProxy | undefined;
  #due = false;
  #work: Promise<void> = Promise.resolve();

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** Resolves when everything of the part is known; from then on requests are served as it says. */
  async add(part: DoorPart): Promise<void> {
    await part.start(() => this.#changed());
    this.#parts.push(part);
    this.#changed();
  }

  /** Something has changed that no part watches. */
  look(): void {
    this.#changed();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    // Not after what is under way: that may wait for an API server that is gone.
    for (const part of this.#parts) part.stop();
    await this.#proxy?.stop();
  }

  #changed(after = DEBOUNCE_MS): void {
    if (this.#due || this.#stopping.signal.aborted) return;
    this.#due = true;
    const pause = this.#options.clock.sleep(after, this.#stopping.signal);
    this.#work = Promise.all([this.#work, pause]).then(
      () => {
        this.#due = false;
        return this.#sync();
      },
      () => {},
    );
  }

  async #sync(): Promise<void> {
    try {
      await this.#serve();
    } catch (error) {
      this.#options.log.warn('the door could not follow a change', { error: messageOf(error) });
      this.#changed(RETRY_MS);
    }
  }

  async #serve(): Promise<void> {
    const parts = [...this.#parts];
    const models = await Promise.all(parts.map((part) => part.compile()));
    if (this.#stopping.signal.aborted) return;
    const model = joined(models.filter((one) => one !== undefined));
    try {
      await this.#apply(models.some((one) => one !== undefined) ? model : undefined);
    } catch (error) {
      await Promise.all(parts.map((part) => part.unserved(messageOf(error))));
      throw error;
    }
    const unserved = this.#proxy?.unserved ?? [];
    await Promise.all(parts.map((part) => part.served(unserved)));
    if (unserved.length > 0) this.#changed(RETRY_MS);
  }

  async #apply(model: DoorModel | undefined): Promise<void> {
    if (!model) {
      await this.#proxy?.stop();
      this.#proxy = undefined;
      return;
    }
    this.#proxy ??= this.#options.makeProxy();
    await this.#proxy.apply(model);
  }
}
