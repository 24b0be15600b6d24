// The Ingresses of our classes: watches them and what they name, compiles (ingress/), then writes status and events. Made with the first.
import { serviceNameOf } from '../api/endpoints/slices.ts';
import { Secret } from '../api/kinds/core/v1/secret.ts';
import { Service } from '../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../api/kinds/discovery/v1/endpoint-slice.ts';
import { Ingress, type IngressLoadBalancerIngress } from '../api/kinds/networking/v1/ingress.ts';
import { IngressClass } from '../api/kinds/networking/v1/ingress-class.ts';
import { namespaceOf } from '../api/meta/v1/object.ts';
import { createEventRecorder } from '../client/events/events.ts';
import { InformerFactory } from '../client/informer/factory.ts';
import { PREFIX } from './ingress/annotations/read.ts';
import { isOurs } from './ingress/classes.ts';
import { compile } from './ingress/compile.ts';
import { PlanMemory } from './ingress/plan-memory.ts';
import type { Problem, World } from './ingress/world.ts';
import { IngressReports } from './ingress-reports.ts';
import { isName } from './model/alphabets.ts';
import type { DoorModel } from './model/model.ts';
import type { DoorPart, PartOptions, ReadObjects } from './part.ts';
import { WatchedByName } from './watched.ts';

export interface IngressPartOptions extends PartOptions {
  /** What Ingresses show; left out where others tell them what became of them. */
  readonly shown?: () => readonly IngressLoadBalancerIngress[];
}

/** An index of EndpointSlices by the key of their Service. */
export const BY_SERVICE = 'door/service';

export const indexByService = (slices: PartOptions['network']): void =>
  slices
    .informer(EndpointSlice)
    .addIndex(BY_SERVICE, (slice) => [`${namespaceOf(slice)}/${serviceNameOf(slice) ?? ''}`]);

export class IngressPart implements DoorPart {
  readonly #options: IngressPartOptions;
  readonly #reports: IngressReports | undefined;
  readonly #plans = new PlanMemory();
  readonly #removes: (() => void)[] = [];
  #secrets: WatchedByName<typeof Secret> | undefined;
  #ingresses: readonly Readonly<Ingress>[] | undefined;
  #problems: readonly Problem[] = [];

  constructor(options: IngressPartOptions) {
    const { client, clock, log, shown } = options;
    this.#options = options;
    if (!shown) return;
    const events = createEventRecorder({ client, clock, log, component: 'tiphys-ingress-controller' });
    this.#reports = new IngressReports({ client, events, shown, log });
  }

  async start(changed: () => void): Promise<void> {
    const { informers, network } = this.#options;
    this.#secrets = new WatchedByName(Secret, () => new InformerFactory(this.#options), changed);
    const watched = [
      informers.informer(Ingress),
      informers.informer(IngressClass),
      network.informer(Service),
      network.informer(EndpointSlice),
    ];
    indexByService(network);
    informers.start();
    network.start();
    await Promise.all(watched.map((informer) => informer.synced()));
    for (const informer of watched)
      this.#removes.push(informer.addHandler({ onAdd: changed, onUpdate: changed, onDelete: changed }));
  }

  async compile(): Promise<DoorModel | undefined> {
    const world = await this.#world();
    this.#ingresses = world.ingresses;
    if (world.ingresses.length === 0) return undefined;
    const { model, problems } = compile(world, (...input) => this.#plans.plan(...input));
    this.#problems = problems;
    return model;
  }

  async served(): Promise<void> {
    await this.#reports?.served(this.#ingresses ?? [], this.#problems);
  }

  async unserved(message: string): Promise<void> {
    this.#reports?.unserved(this.#ingresses ?? [], message);
  }

  get read(): ReadObjects {
    return { secrets: this.#secrets?.objects ?? [], configMaps: [] };
  }

  /** Those of our classes; undefined before everything is known. */
  get ingresses(): readonly Readonly<Ingress>[] | undefined {
    return this.#ingresses;
  }

  stop(): void {
    for (const remove of this.#removes.splice(0)) remove();
    this.#secrets?.stop();
  }

  async #world(): Promise<World> {
    const { informers, network, reaches } = this.#options;
    const classes = informers.informer(IngressClass).lister;
    const services = network.informer(Service).lister;
    const slices = network.informer(EndpointSlice).lister;
    const all = informers.informer(Ingress).lister.list();
    const ingresses = all.filter((ingress) => isOurs(ingress, (name) => classes.get(name)));
    await this.#secrets!.watch(new Set(ingresses.flatMap(secretsOf)));
    return {
      ingresses,
      reaches,
      service: (namespace, name) => services.get(name, namespace),
      slices: (namespace, name) => slices.byIndex(BY_SERVICE, `${namespace}/${name}`),
      secret: (namespace, name) => this.#secrets!.get(namespace, name),
    };
  }
}

/** Keys; only of the Ingress's own namespace. */
export function secretsOf({ metadata, spec }: Readonly<Ingress>): string[] {
  const auth = metadata.annotations?.[`${PREFIX}auth-secret`]?.trim().replace(`${metadata.namespace}/`, '');
  return [...(spec?.tls ?? []).map(({ secretName }) => secretName), auth]
    .filter((name) => name !== undefined && isName(name) && name !== '')
    .map((name) => `${metadata.namespace}/${name}`);
}
