// What users see of an Ingress: its address in the status, and events. Each problem is told once for as long as the Ingress has it.
// Called by door.ts after each change.
import { Ingress, type IngressLoadBalancerIngress } from '../api/kinds/networking/v1/ingress.ts';
import { keyOf } from '../api/meta/v1/object.ts';
import { isNotFound } from '../api/status/status-error.ts';
import type { Client } from '../client/client.ts';
import { type EventRecorder, referenceTo } from '../client/events/events.ts';
import type { Logger } from '../kit/log.ts';
import { messageOf } from '../kit/message-of.ts';
import type { Problem } from './ingress/world.ts';

export interface ReportsOptions {
  readonly client: Client;
  readonly events: EventRecorder;
  /** The addresses of the door, as they are now. */
  readonly shown: () => readonly IngressLoadBalancerIngress[];
  readonly log: Logger;
}

export class IngressReports {
  readonly #options: ReportsOptions;
  /** By UID of the Ingress: the state of it that was announced. */
  #announced = new Map<string, string>();
  #told = new Set<string>();

  constructor(options: ReportsOptions) {
    this.#options = options;
  }

  /** Requests are served: for every Ingress an address and, when it is new or changed, the event Sync as from ingress-nginx. */
  async served(ingresses: readonly Readonly<Ingress>[], problems: readonly Problem[]): Promise<void> {
    const { events } = this.#options;
    const announced = new Map<string, string>();
    for (const ingress of ingresses) {
      const { uid = '', resourceVersion = '', generation } = ingress.metadata;
      const state = `${generation ?? resourceVersion} ${JSON.stringify(ingress.metadata.annotations ?? {})}`;
      announced.set(uid, state);
      if (this.#announced.get(uid) !== state)
        events.record(referenceTo(Ingress, ingress), 'Normal', 'Sync', 'Scheduled for sync');
    }
    this.#announced = announced;
    this.#tell(problems);
    await Promise.all(ingresses.map((ingress) => this.#show(ingress)));
  }

  unserved(ingresses: readonly Readonly<Ingress>[], message: string): void {
    this.#tell(ingresses.map((ingress) => ({ ingress, reason: 'NotServed', message })));
  }

  #tell(problems: readonly (Omit<Problem, 'reason'> & { readonly reason: string })[]): void {
    const told = new Set<string>();
    for (const { ingress, reason, message } of problems) {
      const id = `${ingress.metadata.uid} ${reason} ${message}`;
      if (!this.#told.has(id) && !told.has(id))
        this.#options.events.record(referenceTo(Ingress, ingress), 'Warning', reason, message);
      told.add(id);
    }
    this.#told = told;
  }

  async #show(ingress: Readonly<Ingress>): Promise<void> {
    const { client, shown, log } = this.#options;
    const wanted = shown();
    if (sameAddresses(ingress.status?.loadBalancer?.ingress ?? [], wanted)) return;
    const status = { loadBalancer: { ingress: wanted } };
    const { name = '', namespace } = ingress.metadata;
    await client
      .patch(Ingress, name, namespace, 'merge', { status }, { subresource: 'status' })
      .catch((error: unknown) => {
        if (!isNotFound(error))
          log.warn('an Ingress was not told its address', {
            ingress: keyOf(ingress),
            error: messageOf(error),
          });
      });
  }
}

const sameAddresses = (
  one: readonly IngressLoadBalancerIngress[],
  other: readonly IngressLoadBalancerIngress[],
): boolean =>
  one.length === other.length &&
  one.every(({ ip, hostname }, i) => ip === other[i]!.ip && hostname === other[i]!.hostname);
