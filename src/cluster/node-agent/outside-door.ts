// The outside door of a cluster on one machine: HAProxy beside the node agent, at addresses of the machine's loopback range and at
// addresses that pods reach. Until there is an Ingress or a Gateway it is a few watches. Called by agent.ts.
import { BlockList } from 'node:net';
import { GATEWAY_CONTROLLER } from '../../api/gateways/names.ts';
import { Gateway } from '../../api/kinds/gateway/v1/gateway.ts';
import { GatewayClass } from '../../api/kinds/gateway/v1/gateway-class.ts';
import { Ingress } from '../../api/kinds/networking/v1/ingress.ts';
import type { Client } from '../../client/client.ts';
import { InformerFactory } from '../../client/informer/factory.ts';
import type { Door } from '../../gateway/door.ts';
import type { DoorPart, PartOptions } from '../../gateway/part.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { rotatedWriter } from '../../kit/logging/rotated-file.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Random } from '../../kit/random.ts';
import type { ClusterNodes } from '../nodes/create.ts';
import { doorAddress, doorDirectory, gatewayAddresses } from '../nodes/plan.ts';

export interface OutsideDoorOptions {
  readonly cluster: ClusterNodes;
  /** With the door's own rights. */
  readonly client: Client;
  /** Has Services and EndpointSlices, which the agent watches anyway. */
  readonly network: InformerFactory;
  /** File for the requests; none without. */
  readonly accessLog?: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}
/** Of an isolated cluster nothing leads out: endpoints that a user writes must not either. */
function reachesOf({ isolated, networks }: ClusterNodes): (ip: string) => boolean {
  if (!isolated) return () => true;
  const own = new BlockList();
  for (const { clusterCidr, nodeCidr, family } of networks)
    for (const range of [clusterCidr, nodeCidr]) {
      const [address, bits] = range.split('/');
      own.addSubnet(address!, Number(bits), family === 'IPv4' ? 'ipv4' : 'ipv6');
    }
  return (ip) => own.check(ip, ip.includes(':') ? 'ipv6' : 'ipv4');
}

/** Upstream's ingress controllers have their metrics there. */
const METRICS_PORT = 10_254;

/** Returns how to stop it. */
export function startOutsideDoor(options: OutsideDoorOptions): () => Promise<void> {
  const informers = new InformerFactory(options);
  const door = new OutsideDoor({ ...options, informers, reaches: reachesOf(options.cluster) });
  const stops = [informers.informer(Ingress).addHandler({ onAdd: () => door.begin('ingress') })];
  informers.start();
  const stopping = new AbortController();
  const watching = watchGateways(options, informers, () => door.begin('gateways'), stopping.signal);
  watching.then(
    (stop) => stops.push(stop),
    (error: unknown) => options.log.error('Gateways are not watched', { error: messageOf(error) }),
  );
  return async () => {
    stopping.abort();
    for (const stop of stops) stop();
    informers.stop();
    await door.stop();
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
  const { reportGatewayClasses } = await import('../../gateway/gateway-classes.ts');
  stops.push(reportGatewayClasses({ ...options, informers }));
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
  #door: Promise<Door> | undefined;
  #release = async (): Promise<void> => {};

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

  async stop(): Promise<void> {
    await (await this.#door?.catch(() => undefined))?.stop();
    await this.#release();
  }

  async #add(name: PartName): Promise<void> {
    this.#door ??= openDoor(this.#options);
    const door = await this.#door;
    await door.add(name === 'ingress' ? await this.#ingresses() : await this.#gateways());
  }

  async #ingresses(): Promise<DoorPart> {
    const { IngressPart } = await import('../../gateway/ingress-part.ts');
    return new IngressPart({ ...this.#options, address: doorAddress(this.#options.cluster) });
  }

  async #gateways(): Promise<DoorPart> {
    const [{ GatewayPart }, { GatewayAddresses }] = await Promise.all([
      import('../../gateway/gateway-part.ts'),
      import('./gateway-addresses.ts'),
    ]);
    const { cluster } = this.#options;
    const addresses = new GatewayAddresses(cluster);
    this.#release = () => addresses.release();
    // What else is served must not wait for it.
    const hold = (wanted: ReadonlySet<string>) =>
      addresses
        .hold(wanted)
        .catch((error: unknown) =>
          this.#options.log.warn('pods do not reach Gateways', { error: messageOf(error) }),
        );
    return new GatewayPart({ ...this.#options, pool: gatewayAddresses(cluster), hold });
  }
}

async function openDoor({ cluster, accessLog, clock, random, log }: OutsideDoorOptions): Promise<Door> {
  const [{ Door }, { Proxies }, { selfSigned }] = await Promise.all([
    import('../../gateway/door.ts'),
    import('../../gateway/proxies.ts'),
    import('../pki/self-signed.ts'),
  ]);
  const address = doorAddress(cluster);
  const own = selfSigned('Tiphys Ingress Controller Default Certificate', ['ingress.local'], {
    clock,
    random,
  });
  const place = {
    directory: doorDirectory(cluster),
    addresses: cluster.host ? [address] : [address, ...cluster.networks.map(({ gateway }) => gateway)],
    metrics: { address, port: METRICS_PORT },
    certificate: own.certificate + own.key,
  };
  const writeAccessLog = accessLog === undefined ? undefined : rotatedWriter(accessLog);
  const makeProxy = () =>
    new Proxies({ place, ...(writeAccessLog && { writeAccessLog }), clock, log: log.child('haproxy') });
  return new Door({ makeProxy, clock, log });
}
