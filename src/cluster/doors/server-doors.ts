// The servers' part of doors on joined nodes, done by the one that leads: compiles what doors serve, tells it to the objects, has Services
// for them, leads these to the doors that serve, and grants doors what they read. Loaded by await-doors.ts.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { GatewayClass } from '../../api/kinds/gateway/v1/gateway-class.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { DOOR_NAMESPACE, INGRESS_SERVICE, isDoor, isServingDoor } from '../../api/nodes/doors.ts';
import type { Client } from '../../client/client.ts';
import { InformerFactory } from '../../client/informer/factory.ts';
import type { Door } from '../../gateway/door.ts';
import type { GatewayPart } from '../../gateway/gateway-part.ts';
import type { IngressPart } from '../../gateway/ingress-part.ts';
import type { DoorPart } from '../../gateway/part.ts';
import { Backoff } from '../../kit/backoff.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Random } from '../../kit/random.ts';
import { internalAddresses } from '../../network/node-address.ts';
import { doorBinding, doorRole, grantsOf } from './grants.ts';
import { gatewayServiceOf, ingressAddresses, ingressService, slicesOf } from './wanted.ts';
import { Writes } from './writes.ts';

export interface ServerDoorsOptions {
  /** With an administrator's rights: who grants rights must have them. */
  readonly admin: Client;
  /** What is compiled is read, and told to the objects, with the rights of the door of `tiphys up`. */
  readonly client: Client;
  /** Has Nodes, Services and EndpointSlices. */
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

const DEBOUNCE_MS = 10;
const RETRY_MS = { base: 200, cap: 30_000 };

interface Running {
  readonly door: Door;
  readonly ingresses: IngressPart;
  readonly gateways: GatewayPart;
  readonly writes: Writes;
  readonly end: () => void;
}

export class ServerDoors {
  readonly #options: ServerDoorsOptions;
  readonly #ends: (() => void)[] = [];
  readonly #stopping = new AbortController();
  readonly #backoff = new Backoff<'write'>(RETRY_MS);
  readonly #begun: Promise<void>;
  #running: Running | undefined;
  #due = false;
  #work: Promise<void> = Promise.resolve();

  constructor(options: ServerDoorsOptions) {
    this.#options = options;
    const { informers } = options;
    const node = (one: Readonly<Node>, before = NO_DOOR) => {
      if (factsOf(one) === before) return;
      this.#changed();
      // Ingresses without a load balancer show the doors.
      this.#running?.door.look();
    };
    this.#begun = this.#start().catch((error: unknown) =>
      options.log.error('doors are not looked after', { error: messageOf(error) }),
    );
    this.#ends.push(
      informers.informer(Node).addHandler({
        onAdd: (one) => node(one),
        onUpdate: (one, old) => node(one, factsOf(old)),
        onDelete: (one) => node(one),
      }),
    );
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const end of this.#ends.splice(0)) end();
    await this.#begun;
    await this.#running?.door.stop();
    this.#running?.end();
    await this.#work;
  }

  async #start(): Promise<void> {
    const { admin, client, informers: network, clock, random, log } = this.#options;
    const [
      { Door },
      { IngressPart },
      { GatewayPart },
      { ServiceAddresses },
      { reportGatewayClasses },
      { untilServed },
    ] = await Promise.all([
      import('../../gateway/door.ts'),
      import('../../gateway/ingress-part.ts'),
      import('../../gateway/gateway-part.ts'),
      import('../../gateway/routes/listeners/service-addresses.ts'),
      import('../../gateway/gateway-classes.ts'),
      import('../../gateway/served-kinds.ts'),
    ]);
    if (this.#stopping.signal.aborted) return;
    const informers = new InformerFactory({ client, clock, random, log });
    const options = { client, informers, network, reaches: () => true, clock, random, log };
    const services = network.informer(Service).lister;
    const addresses = new ServiceAddresses((name) => services.get(name, DOOR_NAMESPACE));
    const writes = new Writes({ client: admin, network, clock, random, log, changed: () => this.#changed() });
    const ingresses = new IngressPart({ ...options, shown: () => this.#ingressAddresses() });
    const gateways = new GatewayPart({ ...options, addresses, reports: true });
    const door = new Door({ makeProxy: () => ELSEWHERE, clock, log });
    let endClasses = () => {};
    const end = () => {
      endClasses();
      informers.stop();
      writes.stop();
    };
    this.#running = { door, ingresses, gateways, writes, end };
    for (const part of [ingresses, gateways]) void door.add(this.#followed(part));
    if (await untilServed({ client, clock }, GatewayClass, this.#stopping.signal))
      endClasses = reportGatewayClasses(options);
  }

  /** What is compiled is written down for those who serve it. */
  #followed(part: DoorPart): DoorPart {
    return {
      start: (changed) => part.start(changed),
      compile: () => part.compile(),
      served: async (unserved) => {
        await part.served(unserved);
        this.#changed();
      },
      unserved: (message) => part.unserved(message),
      get read() {
        return part.read;
      },
      stop: () => part.stop(),
    };
  }

  #changed(after = DEBOUNCE_MS): void {
    if (this.#due || this.#stopping.signal.aborted) return;
    this.#due = true;
    const pause = this.#options.clock.sleep(after, this.#stopping.signal);
    this.#work = Promise.all([this.#work, pause]).then(
      () => {
        this.#due = false;
        return this.#write();
      },
      () => {},
    );
  }

  async #write(): Promise<void> {
    const { log } = this.#options;
    const { ingresses, gateways, writes } = this.#running ?? {};
    const [all, compiled] = [ingresses?.ingresses, gateways?.gateways];
    // Before everything is known nothing is taken away.
    if (!ingresses || !gateways || !writes || !all || !compiled) return;
    const doors = this.#nodes(isDoor).map(nameOf);
    const wanted = [
      ...(all.length > 0 ? [ingressService()] : []),
      ...compiled.flatMap((one) => gatewayServiceOf(one) ?? []),
    ];
    try {
      await writes.services(doors.length > 0 ? wanted : []);
      await writes.slices((service) => slicesOf(service, this.#serving()));
      const hasDoors = doors.length > 0;
      await writes.grants({
        ...grantsOf([ingresses.read, gateways.read], doors),
        clusterRoles: hasDoors ? [doorRole] : [],
        clusterBindings: hasDoors ? [doorBinding(doors)] : [],
      });
      this.#backoff.forget('write');
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      log.warn('what doors need was not written', { error: messageOf(error) });
      this.#changed(this.#backoff.next('write'));
    }
  }

  #nodes(is: (node: Readonly<Node>) => boolean): Readonly<Node>[] {
    return this.#options.informers.informer(Node).lister.list().filter(is);
  }

  #serving(): Readonly<Node>[] {
    return this.#nodes(isServingDoor);
  }

  #ingressAddresses() {
    const services = this.#options.informers.informer(Service).lister;
    return ingressAddresses(services.get(INGRESS_SERVICE, DOOR_NAMESPACE), this.#serving());
  }
}

/** The proxies are those of the doors. */
const ELSEWHERE = { unserved: [], apply: async () => {}, stop: async () => {} };

/** Of a Node what is written depends on. */
const factsOf = (node: Readonly<Node>): string =>
  JSON.stringify(isDoor(node) ? [true, isServingDoor(node), internalAddresses(node)] : [false]);
const NO_DOOR = JSON.stringify([false]);
