// The outside door: serves the Ingresses of our classes at the addresses that it is given. Watches them and what they name, compiles
// (ingress/) and applies (haproxy/), then writes status and events. Started by the node agent when there is a first Ingress.
import { serviceNameOf } from '../api/endpoints/slices.ts';
import { Service } from '../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../api/kinds/discovery/v1/endpoint-slice.ts';
import { Ingress } from '../api/kinds/networking/v1/ingress.ts';
import { IngressClass } from '../api/kinds/networking/v1/ingress-class.ts';
import { namespaceOf } from '../api/meta/v1/object.ts';
import type { Client } from '../client/client.ts';
import { createEventRecorder } from '../client/events/events.ts';
import { InformerFactory } from '../client/informer/factory.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import { messageOf } from '../kit/message-of.ts';
import type { Random } from '../kit/random.ts';
import { isOurs } from './ingress/classes.ts';
import { compile } from './ingress/compile.ts';
import { PlanMemory } from './ingress/plan-memory.ts';
import type { World } from './ingress/world.ts';
import type { DoorModel } from './model/model.ts';
import { IngressReports } from './reports.ts';
import { WatchedSecrets } from './secrets.ts';

export interface DoorOptions {
  /** May watch Ingresses, IngressClasses and Secrets, of which it watches those that Ingresses name; writes status and events. */
  readonly client: Client;
  /** Of the same rights. */
  readonly informers: InformerFactory;
  /** Has Services and EndpointSlices. */
  readonly network: InformerFactory;
  /** What serves the model: haproxy/haproxy.ts. Made when there is something to serve, and stopped when there is not. */
  readonly makeProxy: () => DoorProxy;
  /** The addresses of endpoints to which requests may be led. */
  readonly reaches: (ip: string) => boolean;
  /** The address that Ingresses show. */
  readonly address: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface DoorProxy {
  /** Resolves when requests are served as the model says. */
  apply(model: DoorModel): Promise<void>;
  stop(): Promise<void>;
}

/** Changes within this time are handled together. */
const DEBOUNCE_MS = 5;
const RETRY_MS = 5_000;
const BY_SERVICE = 'door/service';

export class Door {
  readonly #options: DoorOptions;
  readonly #reports: IngressReports;
  readonly #secrets: WatchedSecrets;
  readonly #plans = new PlanMemory();
  readonly #stopping = new AbortController();
  readonly #removes: (() => void)[] = [];
  #proxy: DoorProxy | undefined;
  #due = false;
  #work: Promise<void> = Promise.resolve();

  constructor(options: DoorOptions) {
    const { client, clock, log, address } = options;
    this.#options = options;
    const events = createEventRecorder({ client, clock, log, component: 'tiphys-ingress-controller' });
    this.#reports = new IngressReports({ client, events, address, log });
    this.#secrets = new WatchedSecrets(
      () => new InformerFactory(options),
      () => this.#changed(),
    );
  }

  /** Resolves when everything is known; from then on requests are served as Ingresses say. */
  async start(): Promise<void> {
    const { informers, network } = this.#options;
    const slices = network.informer(EndpointSlice);
    slices.addIndex(BY_SERVICE, (slice) => [`${namespaceOf(slice)}/${serviceNameOf(slice) ?? ''}`]);
    const watched = [
      informers.informer(Ingress),
      informers.informer(IngressClass),
      network.informer(Service),
      slices,
    ];
    informers.start();
    network.start();
    await Promise.all(watched.map((informer) => informer.synced()));
    const changed = () => this.#changed();
    for (const informer of watched)
      this.#removes.push(informer.addHandler({ onAdd: changed, onUpdate: changed, onDelete: changed }));
    this.#changed();
  }

  async stop(): Promise<void> {
    for (const remove of this.#removes.splice(0)) remove();
    this.#stopping.abort();
    // Not after what is under way: that may wait for an API server that is gone.
    this.#secrets.stop();
    await this.#proxy?.stop();
  }

  #changed(after = DEBOUNCE_MS): void {
    if (this.#due || this.#stopping.signal.aborted) return;
    this.#due = true;
    const { clock } = this.#options;
    const pause = clock.sleep(after, this.#stopping.signal);
    this.#work = Promise.all([this.#work, pause]).then(
      () => {
        this.#due = false;
        return this.#sync();
      },
      () => {},
    );
  }

  async #sync(): Promise<void> {
    const { log } = this.#options;
    try {
      const world = await this.#world();
      await this.#serve(world);
    } catch (error) {
      log.warn('the door could not follow a change', { error: messageOf(error) });
      this.#changed(RETRY_MS);
    }
  }

  async #serve(world: World): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    if (world.ingresses.length === 0) {
      await this.#proxy?.stop();
      this.#proxy = undefined;
      return;
    }
    const { model, problems } = compile(world, (...input) => this.#plans.plan(...input));
    this.#proxy ??= this.#options.makeProxy();
    try {
      await this.#proxy.apply(model);
    } catch (error) {
      this.#reports.unserved(world.ingresses, messageOf(error));
      throw error;
    }
    await this.#reports.served(world.ingresses, problems);
  }

  async #world(): Promise<World> {
    const { informers, network, reaches } = this.#options;
    const classes = informers.informer(IngressClass).lister;
    const services = network.informer(Service).lister;
    const slices = network.informer(EndpointSlice).lister;
    const all = informers.informer(Ingress).lister.list();
    const ingresses = all.filter((ingress) => isOurs(ingress, (name) => classes.get(name)));
    await this.#secrets.watch(ingresses);
    return {
      ingresses,
      reaches,
      service: (namespace, name) => services.get(name, namespace),
      slices: (namespace, name) => slices.byIndex(BY_SERVICE, `${namespace}/${name}`),
      secret: (namespace, name) => this.#secrets.get(namespace, name),
    };
  }
}
