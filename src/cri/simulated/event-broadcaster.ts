// Gives events to every subscriber in order; a slow one loses none. Each subscription begins with a resync, as the port
// promises.
import type { RuntimeEvent } from '../runtime.ts';

interface Subscriber {
  events: RuntimeEvent[];
  wake: () => void;
}

export class EventBroadcaster {
  readonly #subscribers = new Set<Subscriber>();

  publish(event: RuntimeEvent): void {
    for (const subscriber of this.#subscribers) {
      subscriber.events.push(event);
      subscriber.wake();
    }
  }

  async *subscribe(signal: AbortSignal): AsyncGenerator<RuntimeEvent, void> {
    const subscriber: Subscriber = { events: [{ containerId: '', kind: 'resync' }], wake: () => {} };
    this.#subscribers.add(subscriber);
    const onAbort = () => subscriber.wake();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      while (!signal.aborted) {
        const event = subscriber.events.shift();
        if (event) yield event;
        else await new Promise<void>((resolve) => Object.assign(subscriber, { wake: resolve }));
      }
    } finally {
      signal.removeEventListener('abort', onAbort);
      this.#subscribers.delete(subscriber);
    }
  }
}
