// All clients and watchers of one round, from the beginning of the load to the point where every watch has seen its end.

import { systemClock } from '../../../src/kit/clock.ts';
import type { Random } from '../../../src/kit/random.ts';
import { eventually } from '../../support/eventually.ts';
import type { History } from '../history.ts';
import { RecordingClient } from './client.ts';
import type { Connection } from './connection.ts';
import type { Draw, Profile } from './profiles.ts';
import { EXPIRING, type Resource } from './resources.ts';
import { startWatcher, type Watcher } from './watcher.ts';

/** Between two operations of a client, in milliseconds at most: the test shares its cores with the cluster. */
const PAUSE = 8;
/** After an operation without an answer. */
const LONG_PAUSE = 50;
/** Milliseconds in which a watch must deliver what was written. */
const DELIVERY = 20_000;

export interface LoadOptions {
  readonly profile: Profile;
  readonly namespace: string;
  /** The revision of the beginning. */
  readonly from: number;
  readonly random: Random;
  /** As clients connect, which a fault may disturb. */
  readonly connect: () => Connection;
  /** Straight to the server. */
  readonly connectDirectly: () => Connection;
}

export class Load {
  readonly history: History;
  readonly #options: LoadOptions;
  readonly #watchers: Watcher[] = [];
  readonly #over = new AbortController();
  readonly #running: Promise<void>[];

  constructor(options: LoadOptions) {
    this.#options = options;
    this.history = { operations: [], watches: [], from: options.from, expiring: EXPIRING };
    for (const resource of options.profile.resources) this.#startWatchers(resource);
    this.#running = options.profile.clients.map((step, i) => this.#run(step, `c${i}`));
    // Told by finish(): before, it would end the whole run.
    for (const client of this.#running) client.catch(() => {});
  }

  /** Ends the load. Every watch must then deliver one more write; rejects when one does not. */
  async finish(): Promise<void> {
    this.#over.abort();
    await Promise.all(this.#running);
    const { profile, connectDirectly } = this.#options;
    const connection = connectDirectly();
    const last = this.#client('last', connection);
    for (const resource of profile.resources) {
      this.#watch(resource, `audit-${resource.name}`, this.history.from, connectDirectly());
      await this.#finishResource(resource, last);
    }
    connection.close();
    await Promise.all(this.#watchers.map((watcher) => watcher.stop()));
  }

  /** Whatever happened. */
  stop(): Promise<unknown> {
    this.#over.abort();
    return Promise.allSettled(this.#watchers.map((watcher) => watcher.stop()));
  }

  async #finishResource(resource: Resource, last: RecordingClient): Promise<void> {
    const marker = await eventually('a write after the load', async () => {
      const made = await last.apply(resource, 'last');
      return made.is === 'ok' ? made.answer : undefined;
    });
    await last.list(resource);
    const waiting = this.#watchers.filter(({ watched }) => watched.resource === resource.name);
    for (const { saw, watched } of waiting)
      await eventually(`the last write reaches ${watched.client}`, () => saw(marker.value), DELIVERY);
  }

  #startWatchers(resource: Resource): void {
    const { connect, from } = this.#options;
    for (let i = 0; i < 2; i++) this.#watch(resource, `w${i}-${resource.name}`, from, connect());
    this.#watch(resource, `short-${resource.name}`, from, connect(), 1);
    this.#watch(resource, `list-${resource.name}`, undefined, connect(), 1);
  }

  #watch(
    resource: Resource,
    client: string,
    from: number | undefined,
    connection: Connection,
    timeoutSeconds?: number,
  ): void {
    const { namespace } = this.#options;
    const timeout = timeoutSeconds === undefined ? {} : { timeoutSeconds };
    const watcher = startWatcher({ client, connection, resource, namespace, from, ...timeout });
    this.#watchers.push(watcher);
    this.history.watches.push(watcher.watched);
  }

  #client(name: string, connection: Connection): RecordingClient {
    return new RecordingClient(name, connection, this.#options.namespace, this.history);
  }

  async #run(step: Profile['clients'][number], name: string): Promise<void> {
    const { connect, random } = this.#options;
    const connection = connect();
    const client = this.#client(name, connection);
    const draw: Draw = (below) => Math.floor(random.float() * below);
    while (!this.#over.signal.aborted) {
      const before = this.history.operations.length;
      await step(client, draw);
      const failed = this.history.operations.slice(before).some(({ outcome }) => outcome.is === 'unknown');
      await systemClock.sleep(failed ? LONG_PAUSE : draw(PAUSE));
    }
    connection.close();
  }
}
