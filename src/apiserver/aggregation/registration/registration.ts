// Registers an APIService for every group and version that this server serves: of the built-in ones when it starts, of those that
// CustomResourceDefinitions define for as long as they are defined. Started and stopped by api-server.ts.
// Upstream: pkg/controlplane/controller/crdregistration and kube-aggregator's autoregister controller.
import { builtInPriority, CUSTOM } from '../../../api/discovery/priorities.ts';
import { CustomResourceDefinition } from '../../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { APIService } from '../../../api/kinds/apiregistration/v1/api-service.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../../api/status/status-error.ts';
import type { Clock, Timer } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import type { StoreEvent, Watch } from '../../../store/store.ts';
import type { ResourceTable } from '../../registry/resource-table.ts';
import type { StoredResource } from '../../registry/stored/stored-resource.ts';
import { ownWrite } from '../../registry/write-context.ts';
import { actionFor, nameOf, type Registered, serviceOf, specOf } from './decide.ts';

export interface RegistrationOptions {
  readonly resources: ResourceTable;
  readonly clock: Clock;
  readonly log: Logger;
}

const RETRY_MS = 1000;

export class Registration {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #services: StoredResource<APIService>;
  readonly #definitions: StoredResource<CustomResourceDefinition>;
  /** By name of the APIService. */
  readonly #builtIn = new Map<string, Registered>();
  readonly #custom = new Map<string, Registered>();
  /** Names of APIServices by definition, and the other way round. */
  readonly #definedBy = new Map<string, Set<string>>();
  readonly #presentAtStart = new Set<string>();
  readonly #synced = new Set<string>();
  /** Names whose turn is still to come. */
  readonly #waiting = new Set<string>();
  #watches: Watch[] = [];
  #retry: Timer | undefined;

  constructor({ resources, clock, log }: RegistrationOptions) {
    this.#clock = clock;
    this.#log = log;
    this.#services = resources.stored(APIService).withoutAdmission();
    this.#definitions = resources.stored(CustomResourceDefinition);
    for (const { resource } of resources.kinds()) {
      const { group, version } = resource;
      const priority = builtInPriority(group, version);
      // Of its own group, which has no APIService, the aggregator is always the server.
      if (priority && group !== APIService.resource.group)
        this.#builtIn.set(nameOf(resource), { group, version, priority, mode: 'onstart' });
    }
  }

  /** Resolves when everything is registered. */
  async start(): Promise<void> {
    const { cache: definitions } = this.#definitions;
    const { cache: services } = this.#services;
    const { store } = definitions;
    for (const { name } of services.items()) this.#presentAtStart.add(name);
    for (const { name, object } of definitions.items()) this.#define(name, object);
    this.#watches = [
      store.watch(definitions.prefix, store.revision, { events: (events) => this.#redefined(events) }),
      store.watch(services.prefix, store.revision, {
        events: (events) => {
          for (const event of events) this.#enqueue(itemOf(services, event).name);
        },
      }),
    ];
    const names = new Set([...this.#builtIn.keys(), ...this.#custom.keys(), ...this.#presentAtStart]);
    await Promise.all([...names].map((name) => this.#sync(name)));
  }

  stop(): void {
    for (const watch of this.#watches) watch.close();
    this.#retry?.cancel();
    this.#watches = [];
  }

  #redefined(events: readonly StoreEvent[]): void {
    for (const event of events) {
      const { name, object } = itemOf(this.#definitions.cache, event);
      const before = this.#definedBy.get(name) ?? [];
      this.#undefine(name);
      if (event.type === 'put') this.#define(name, object);
      for (const service of new Set([...before, ...(this.#definedBy.get(name) ?? [])]))
        this.#enqueue(service);
    }
  }

  #define(definition: string, { spec }: CustomResourceDefinition): void {
    const names = new Set<string>();
    for (const { name: version, served } of spec.versions) {
      const registered = { group: spec.group, version, priority: CUSTOM, mode: 'true' } as const;
      const name = nameOf(registered);
      if (!served || this.#builtIn.has(name)) continue;
      names.add(name);
      this.#custom.set(name, registered);
    }
    this.#definedBy.set(definition, names);
  }

  #undefine(definition: string): void {
    const names = this.#definedBy.get(definition) ?? [];
    this.#definedBy.delete(definition);
    for (const name of names) if (!this.#isDefined(name)) this.#custom.delete(name);
  }

  #isDefined(service: string): boolean {
    for (const names of this.#definedBy.values()) if (names.has(service)) return true;
    return false;
  }

  /** In a turn of its own: the store calls synchronously with a commit, which must not be delayed. */
  #enqueue(name: string): void {
    if (this.#waiting.has(name)) return;
    this.#waiting.add(name);
    void this.#clock.turn().then(() => {
      this.#waiting.delete(name);
      return this.#watches.length > 0 ? this.#sync(name) : undefined;
    });
  }

  /** Never rejects. */
  async #sync(name: string): Promise<void> {
    const wanted = this.#builtIn.get(name) ?? this.#custom.get(name);
    const current = this.#services.cache.get('', name)?.object;
    const presentAtStart = this.#presentAtStart.has(name);
    const action = actionFor(wanted, current, { presentAtStart, synced: this.#synced.has(name) });
    const write = ownWrite(this.#clock, '');
    try {
      if (action === 'create') await this.#services.create(serviceOf(wanted!), write);
      if (action === 'delete') {
        const { uid = '' } = current!.metadata;
        await this.#services.delete(name, { preconditions: { uid } }, write);
      }
      if (action === 'update')
        await this.#services.update(name, (now) => ({ ...now!(), spec: specOf(wanted!) }), write);
      this.#synced.add(name);
    } catch (error) {
      // Written or deleted by somebody else meanwhile: the watch tells.
      if (isAlreadyExists(error) || isConflict(error) || isNotFound(error)) return;
      this.#log.warn('an APIService was not registered', { name, error });
      this.#later(name);
    }
  }

  #later(name: string): void {
    this.#waiting.add(name);
    this.#retry ??= this.#clock.after(RETRY_MS, () => {
      this.#retry = undefined;
      const names = [...this.#waiting];
      this.#waiting.clear();
      for (const each of names) this.#enqueue(each);
    });
  }
}

const itemOf = <T extends APIService | CustomResourceDefinition>(
  cache: StoredResource<T>['cache'],
  event: StoreEvent,
) => cache.itemOf(event.type === 'put' ? event.entry : event.previous);
