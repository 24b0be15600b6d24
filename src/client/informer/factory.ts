// One shared informer per kind and filter. A process has one factory per client, made by cluster (and by tests) and
// passed to controllers, scheduler, kubelets and proxies.
import {
  type AnyResource,
  apiVersionOf,
  type KubeObject,
  type ObjectOf,
} from '../../api/meta/v1/resource.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { Random } from '../../kit/random.ts';
import type { Client, ListQuery } from '../client.ts';
import { Informer, type InformerOptions } from './informer.ts';

export type InformerFilter = Pick<ListQuery, 'namespace' | 'labelSelector' | 'fieldSelector'>;

/** The informer type of a kind. */
export type InformerOf<R extends AnyResource> = Informer<ObjectOf<R> & KubeObject>;

export interface InformerFactoryOptions {
  readonly client: Client;
  readonly clock: Clock;
  /** Stretches the waits between failed attempts, so that the clients of a restarted server do not reconnect all at once. */
  readonly random: Random;
  readonly log: Logger;
  readonly transform?: InformerOptions['transform'];
}

export class InformerFactory {
  readonly #options: InformerFactoryOptions;
  readonly #informers = new Map<string, Running>();
  #started = false;

  constructor(options: InformerFactoryOptions) {
    this.#options = options;
  }

  /** The shared informer of `kind`, to which indices and handlers can be added. It starts with start(), or at once after. */
  informer<R extends AnyResource>(kind: R, filter: InformerFilter = {}): InformerOf<R> {
    const id = identity(kind, filter);
    let running = this.#informers.get(id);
    if (!running) {
      running = { informer: new Informer({ ...this.#options, kind, filter }), stop: new AbortController() };
      this.#informers.set(id, running);
      if (this.#started) this.#run(running);
    }
    return running.informer as InformerOf<R>;
  }

  /** Ends the unfiltered informer of a kind that is no longer served; asking for it later makes a new one. */
  drop(kind: AnyResource): void {
    const id = identity(kind, {});
    this.#informers.get(id)?.stop.abort();
    this.#informers.delete(id);
  }

  start(): void {
    this.#started = true;
    for (const running of this.#informers.values()) this.#run(running);
  }

  /** Resolves when every informer requested so far has synced. */
  async synced(): Promise<void> {
    await Promise.all([...this.#informers.values()].map(({ informer }) => informer.synced()));
  }

  /** The server answers again: informers that wait after a failure try at once. */
  retry(): void {
    for (const { informer } of this.#informers.values()) informer.retry();
  }

  stop(): void {
    for (const { stop } of this.#informers.values()) stop.abort();
  }

  #run({ informer, stop }: Running): void {
    informer.start(stop.signal);
  }
}

interface Running {
  /** Of any kind: the map's key determines which. */
  readonly informer: Pick<Informer<KubeObject>, 'start' | 'synced' | 'retry'>;
  readonly stop: AbortController;
}

function identity(kind: AnyResource, filter: InformerFilter): string {
  const { namespace = '', labelSelector = '', fieldSelector = '' } = filter;
  return [apiVersionOf(kind.resource), kind.resource.plural, namespace, labelSelector, fieldSelector].join(
    '|',
  );
}
