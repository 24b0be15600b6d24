// Applies the stored FlowSchemas and PriorityLevelConfigurations to flow control, at the start and after every change, and
// keeps the condition Dangling of every FlowSchema and the built-in objects. Started by api-server.ts.
// Upstream: staging/src/k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go.
import type { FlowSchema } from '../../api/kinds/flowcontrol/v1/flow-schema.ts';
import type { PriorityLevelConfiguration } from '../../api/kinds/flowcontrol/v1/priority-level-configuration.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { type Clock, rfc3339, type Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Watch } from '../../store/store.ts';
import type { StoredResource } from '../registry/stored/stored-resource.ts';
import { ownWrite } from '../registry/write-context.ts';
import { type Condition, danglingCondition, withCondition } from './dangling.ts';
import type { FlowControl } from './flow-control.ts';
import { keep } from './upkeep.ts';

export interface StoredConfigurationOptions {
  readonly control: FlowControl;
  readonly schemas: StoredResource<FlowSchema>;
  readonly levels: StoredResource<PriorityLevelConfiguration>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Milliseconds until conditions are written: a start of the server has more urgent writes. */
const SETTLE_MS = 1000;
/** Milliseconds between two rounds of upkeep, as upstream. */
const UPKEEP_MS = 60_000;
/** Several servers that disagree would otherwise overwrite one another's conditions without end. */
const MAX_WRITES_A_MINUTE = 6;
const FIELD_MANAGER = 'api-priority-and-fairness-config-consumer-v1';

export class StoredConfiguration {
  readonly #options: StoredConfigurationOptions;
  readonly #watches: Watch[] = [];
  /** When the condition of a schema was written, in the last minute. */
  readonly #writes = new Map<string, number[]>();
  #applying = false;
  #writing: Timer | undefined;
  #upkeep: Timer | undefined;
  #stopped = false;

  constructor(options: StoredConfigurationOptions) {
    this.#options = options;
  }

  start(): void {
    const { schemas, levels, control } = this.#options;
    this.#apply();
    for (const { cache } of [schemas, levels])
      this.#watches.push(
        cache.store.watch(cache.prefix, cache.store.revision, { events: () => this.#changed() }),
      );
    control.start();
    this.#upkeep = this.#options.clock.every(UPKEEP_MS, () => void this.#keep());
    void this.#keep();
  }

  stop(): void {
    this.#stopped = true;
    for (const watch of this.#watches) watch.close();
    this.#writing?.cancel();
    this.#upkeep?.cancel();
    this.#options.control.stop();
  }

  /** Changes of one turn are applied together. */
  #changed(): void {
    if (this.#applying) return;
    this.#applying = true;
    void this.#options.clock.turn().then(() => {
      this.#applying = false;
      if (!this.#stopped) this.#apply();
    });
  }

  #apply(): void {
    const { control, schemas, levels, clock } = this.#options;
    control.configure(
      schemas.cache.items().map(({ object }) => object),
      levels.cache.items().map(({ object }) => object),
    );
    this.#writing?.cancel();
    this.#writing = clock.after(SETTLE_MS, () => this.#writeConditions());
  }

  /** A round that failed, on a full disk for example, is made up for by the next. */
  async #keep(): Promise<void> {
    try {
      await keep(this.#options);
    } catch (error) {
      if (!this.#stopped) this.#options.log.warn('built-in flow control was not kept', { error });
    }
  }

  #writeConditions(): void {
    const { control, schemas } = this.#options;
    const known = new Set(
      [...control.levels].flatMap(({ config, quiescing }) => (quiescing ? [] : [config.name])),
    );
    for (const { object } of schemas.cache.items()) {
      const condition = danglingCondition(object, known);
      if (condition && this.#mayWrite(object.metadata.name!))
        void this.#write(object.metadata.name!, condition);
    }
  }

  #mayWrite(name: string): boolean {
    const now = this.#options.clock.now();
    const recent = (this.#writes.get(name) ?? []).filter((at) => now - at < 60_000);
    if (recent.length >= MAX_WRITES_A_MINUTE) return false;
    this.#writes.set(name, [...recent, now]);
    return true;
  }

  async #write(name: string, condition: Condition): Promise<void> {
    const { schemas, clock, log } = this.#options;
    const context = { ...ownWrite(clock, ''), subresource: 'status', fieldManager: FIELD_MANAGER };
    const lastTransitionTime = rfc3339(clock.now());
    try {
      await schemas.update(
        name,
        (current) => withCondition(current!(), { ...condition, lastTransitionTime }),
        context,
      );
    } catch (error) {
      if (!isNotFound(error)) log.warn('condition of a FlowSchema was not written', { name, error });
    }
  }
}
