// Events that the API server itself records about objects: in the background, as events.k8s.io/v1 Events. One that is recorded again
// within six minutes is not written twice. Called by allocation/repair/.
// Upstream: staging/src/k8s.io/client-go/tools/events.
import { Event } from '../api/kinds/events/v1/event.ts';
import { type AnyResource, apiVersionOf, type KubeObject } from '../api/meta/v1/resource.ts';
import { type Clock, rfc3339Micro } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import { nameSuffix, type Random } from '../kit/random.ts';
import type { ResourceTable } from './registry/resource-table.ts';
import { ownWrite } from './registry/write-context.ts';

export interface OwnEventsOptions {
  readonly resources: ResourceTable;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Such as ipallocator-repair-controller. */
  readonly controller: string;
}

const REMEMBERED_MS = 6 * 60_000;
/** Events that are remembered, and so written, in this time at most. */
const MOST = 1_000;
/** Characters of a note, as validation allows. */
const LONGEST_NOTE = 1_024;

export class OwnEvents {
  readonly #options: OwnEventsOptions;
  readonly #recorded = new Map<string, number>();

  constructor(options: OwnEventsOptions) {
    this.#options = options;
  }

  /** Returns at once and never fails. */
  warn(kind: AnyResource, object: Readonly<KubeObject>, reason: string, action: string, note: string): void {
    const { clock, log } = this.#options;
    log.warn(note, { reason });
    if (!this.#isNew(`${object.metadata.uid}/${reason}/${note}`, clock.now())) return;
    this.#write(kind, object, reason, action, note).catch((error) =>
      log.warn('event not recorded', { reason, error }),
    );
  }

  #isNew(key: string, now: number): boolean {
    for (const [known, at] of this.#recorded) {
      if (now - at < REMEMBERED_MS) break;
      this.#recorded.delete(known);
    }
    if (this.#recorded.has(key) || this.#recorded.size >= MOST) return false;
    this.#recorded.set(key, now);
    return true;
  }

  async #write(
    kind: AnyResource,
    { metadata }: Readonly<KubeObject>,
    reason: string,
    action: string,
    note: string,
  ): Promise<void> {
    const { resources, clock, random, controller } = this.#options;
    const namespace = metadata.namespace || 'default';
    const { name = '', uid = '', resourceVersion = '' } = metadata;
    const event: Event = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { namespace, name: `${name}.${nameSuffix(random, 16)}` },
      eventTime: rfc3339Micro(clock.now()),
      reportingController: controller,
      reportingInstance: controller,
      action,
      reason,
      note: note.slice(0, LONGEST_NOTE),
      type: 'Warning',
      regarding: {
        apiVersion: apiVersionOf(kind.resource),
        kind: kind.resource.kind,
        ...(metadata.namespace && { namespace }),
        name,
        uid,
        resourceVersion,
      },
    };
    await resources.stored(Event).create(event, ownWrite(clock, namespace));
  }
}
