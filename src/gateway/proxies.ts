// What serves the door's model: HAProxy, and the relay for what HAProxy does not do. Made by cluster/node-agent for door.ts.
import { Backoff } from '../kit/backoff.ts';
import { messageOf } from '../kit/message-of.ts';
import { Haproxy, type ProxyOptions } from './haproxy/haproxy.ts';
import type { Unserved } from './haproxy/ports.ts';
import type { DoorModel } from './model/model.ts';
import { relayPlan } from './relay/plan.ts';
import type { Relay } from './relay/relay.ts';

export class Proxies {
  readonly #options: ProxyOptions;
  readonly #haproxy: Haproxy;
  readonly #backoff = new Backoff<'relay'>({ base: 100, cap: 10_000 });
  #relay: Relay | undefined;
  #model: DoorModel | undefined;
  #refused: readonly Unserved[] = [];
  #stopped = false;

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#haproxy = new Haproxy(options);
  }

  /** Addresses of entrances of the model given last that are another's, or not there. */
  get unserved(): readonly Unserved[] {
    return [...this.#haproxy.unserved, ...this.#refused];
  }

  /** Resolves when requests are served as the model says. */
  async apply(model: DoorModel): Promise<void> {
    this.#model = model;
    await this.#tryRelay(model);
    await this.#haproxy.apply(model);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([this.#relay?.stop(), this.#haproxy.stop()]);
  }

  /** Without the relay the rest is served all the same. */
  async #tryRelay(model: DoorModel): Promise<void> {
    try {
      await this.#applyRelay(model);
    } catch (error) {
      const reason = messageOf(error);
      this.#options.log.error('the relay of the door does not follow', { error: reason });
      this.#refused = model.entrances.flatMap(({ protocol, name, addresses }) =>
        protocol === 'udp' ? addresses.map((address) => ({ entrance: name, address, reason })) : [],
      );
    }
  }

  async #applyRelay(model: DoorModel): Promise<void> {
    const { directory, gid } = this.#haproxy.prepare();
    const plan = relayPlan(model, directory, gid);
    if (!this.#relay) {
      if (plan.datagrams.length + plan.outlets.length === 0) return;
      const { Relay } = await import('./relay/relay.ts');
      this.#relay = new Relay(() => this.#relayEnded());
    }
    this.#refused = await this.#relay.apply(plan);
  }

  /** Not by us: with a model to follow there is another one. */
  #relayEnded(): void {
    const { clock, log } = this.#options;
    log.error('the relay of the door has ended, starting it again');
    clock.after(this.#backoff.next('relay'), () => {
      if (this.#stopped || !this.#model) return;
      void this.#tryRelay(this.#model);
    });
  }
}
