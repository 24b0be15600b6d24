// What a door says of itself: an annotation of its Node, written until the API server has it. Called by node-door.ts.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { DOOR_SERVES } from '../../api/nodes/doors.ts';
import type { Client } from '../../client/client.ts';
import { createEventRecorder, type EventRecorder } from '../../client/events/events.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';

export interface SayingOptions {
  /** The node's. */
  readonly name: string;
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
}

const RETRY_MS = 1_000;

export class Saying {
  readonly #options: SayingOptions;
  #events: EventRecorder | undefined;
  readonly #stopping = new AbortController();
  #wanted: string | undefined;
  #said: string | undefined;
  #work: Promise<void> | undefined;

  constructor(options: SayingOptions) {
    this.#options = options;
  }

  say(serves: 'true' | 'false'): void {
    this.#wanted = serves;
    this.#work ??= this.#write().finally(() => {
      this.#work = undefined;
    });
  }

  /** A door that has served goes on with what it had. */
  fails(error: unknown): void {
    const { name } = this.#options;
    this.#events ??= createEventRecorder({ ...this.#options, component: 'tiphys-door', host: name });
    const node = { kind: 'Node', apiVersion: 'v1', name, uid: name };
    this.#events.record(node, 'Warning', 'DoorNotServing', messageOf(error));
  }

  /** What is not written by now is not. */
  stop(): void {
    this.#stopping.abort();
  }

  async #write(): Promise<void> {
    const { name, client, clock, log } = this.#options;
    while (this.#said !== this.#wanted && !this.#stopping.signal.aborted) {
      const wanted = this.#wanted!;
      try {
        const patch = { metadata: { annotations: { [DOOR_SERVES]: wanted } } };
        await client.patch(Node, name, undefined, 'merge', patch);
        this.#said = wanted;
      } catch (error) {
        log.warn('the Node does not say yet whether its door serves', { error: messageOf(error) });
        await clock.sleep(RETRY_MS, this.#stopping.signal).catch(() => {});
      }
    }
  }
}
