// The outside door, wherever it stands. Until there is an Ingress or a Gateway it is a few watches. Called by node-agent/agent.ts,
// node-door.ts and server-doors.ts.
import { GATEWAY_CONTROLLER } from '../../api/gateways/names.ts';
import { Gateway } from '../../api/kinds/gateway/v1/gateway.ts';
import { GatewayClass } from '../../api/kinds/gateway/v1/gateway-class.ts';
import { Ingress } from '../../api/kinds/networking/v1/ingress.ts';
import type { Client } from '../../client/client.ts';
import { InformerFactory } from '../../client/informer/factory.ts';
import type { Door } from '../../gateway/door.ts';
import type { PartOptions } from '../../gateway/part.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Random } from '../../kit/random.ts';
import type { DoorSite } from './site.ts';

export interface OutsideDoorOptions {
  readonly site: DoorSite;
  /** With the door's own rights. */
  readonly client: Client;
  /** Has Services and EndpointSlices, which its owner watches anyway. */
  readonly network: InformerFactory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

export interface RunningDoor {
  /** Something has changed that its parts do not watch. */
  look(): void;
  stop(): Promise<void>;
}

export function startOutsideDoor(options: OutsideDoorOptions): RunningDoor {
  const informers = new InformerFactory(options);
  const door = new OutsideDoor({ ...options, informers, reaches: options.site.reaches });
  const stops = [informers.informer(Ingress).addHandler({ onAdd: () => door.begin('ingress') })];
  informers.start();
  const stopping = new AbortController();
  const watching = watchGateways(options, informers, () => door.begin('gateways'), stopping.signal);
  watching.then(
    (stop) => stops.push(stop),
    (error: unknown) => options.log.error('Gateways are not watched', { error: messageOf(error) }),
  );
  return {
    look: () => door.look(),
    stop: async () => {
      stopping.abort();
      for (const stop of stops) stop();
      informers.stop();
      await door.stop();
    },
  };
}

/** The definitions of these kinds come after the API server has started, and may go. */
async function watchGateways(
  options: OutsideDoorOptions,
  informers: InformerFactory,
  first: () => void,
  signal: AbortSignal,
): Promise<() => void> {
  const { untilServed } = await import('../../gateway/served-kinds.ts');
  const stops: (() => void)[] = [];
  await Promise.all([untilServed(options, GatewayClass, signal), untilServed(options, Gateway, signal)]);
  if (signal.aborted) return () => {};
  if (options.site.reports) {
    const { reportGatewayClasses } = await import('../../gateway/gateway-classes.ts');
    stops.push(reportGatewayClasses({ ...options, informers }));
  }
  const [classes, gateways] = [informers.informer(GatewayClass), informers.informer(Gateway)];
  const isOurs = ({ spec }: Readonly<Gateway>) =>
    classes.lister.get(spec.gatewayClassName)?.spec.controllerName === GATEWAY_CONTROLLER;
  const look = () => {
    if (gateways.lister.list().some(isOurs)) first();
  };
  stops.push(classes.addHandler({ onAdd: look }), gateways.addHandler({ onAdd: look, onUpdate: look }));
  return () => {
    for (const stop of stops) stop();
  };
}

type PartName = 'ingress' | 'gateways';

class OutsideDoor {
  readonly #options: OutsideDoorOptions & PartOptions;
  readonly #begun = new Set<PartName>();
  #opening: Promise<Door> | undefined;
  #door: Door | undefined;

  constructor(options: OutsideDoorOptions & PartOptions) {
    this.#options = options;
  }

  begin(name: PartName): void {
    if (this.#begun.has(name)) return;
    this.#begun.add(name);
    this.#add(name).catch((error: unknown) =>
      this.#options.log.error('the door does not open', { for: name, error: messageOf(error) }),
    );
  }

  look(): void {
    this.#door?.look();
  }

  async stop(): Promise<void> {
    await (await this.#opening?.catch(() => undefined))?.stop();
    await this.#options.site.release();
  }

  async #add(name: PartName): Promise<void> {
    const { site } = this.#options;
    this.#opening ??= this.#open();
    const door = await this.#opening;
    await door.add(await (name === 'ingress' ? site.ingresses(this.#options) : site.gateways(this.#options)));
  }

  async #open(): Promise<Door> {
    const { site, clock, log } = this.#options;
    const [{ Door }, makeProxy] = await Promise.all([import('../../gateway/door.ts'), site.proxies()]);
    this.#door = new Door({ makeProxy, clock, log });
    return this.#door;
  }
}
