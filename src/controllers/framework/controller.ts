// The port of a controller: which changes concern which keys, and how to reconcile one key. Run by loop.ts.
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/events/events.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { Informer } from '../../client/informer/informer.ts';
import type { Discovered } from '../../client/rest/discovery.ts';
import type { OpenApiDocument } from '../../client/rest/openapi.ts';
import type { BackoffOptions } from '../../kit/backoff.ts';
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import type { MetricsRegistry } from '../../kit/metrics.ts';
import type { Random } from '../../kit/random.ts';

/** What every controller is given. */
export interface ControllerContext {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly metrics?: MetricsRegistry;
  readonly discover: () => Promise<Discovered>;
  /** The versions in which a group is served; none if it is not. */
  readonly groupVersions: (group: string) => Promise<readonly string[]>;
  /** The document of a group and version; undefined if it is not served. */
  readonly openApi: (group: string, version: string) => Promise<OpenApiDocument | undefined>;
}

export interface Result {
  /** Milliseconds after which the key is handled again even if nothing changes. */
  readonly requeueAfter?: number;
}

/** Puts a key into the controller's queue, at once or after some milliseconds. */
export type Enqueue = (key: string, afterMs?: number) => void;

/** A cache that can be waited for. */
export interface Synced {
  synced(): Promise<void>;
}

export interface Watch {
  readonly informer: Synced;
  /** Begins to enqueue; returns how to stop. */
  attach(enqueue: Enqueue): () => void;
}

export interface Controller {
  /** Upstream's name of the controller, such as deployment-controller. */
  readonly name: string;
  /** How many keys may be handled at once; 5 when left out. */
  readonly workers?: number;
  /** How long a key waits that failed; from 5 ms to 1,000 s when left out. */
  readonly backoff?: BackoffOptions;
  readonly watches: readonly Watch[];
  /** Brings the cluster to what the object of `key` asks for. Throws to be retried with back-off. */
  reconcile(key: string): Promise<Result | undefined>;
  /** Milliseconds from the beginning of a round until the key's next may begin, whatever changes (rest.ts); 0 when left out. */
  restMs?(key: string): number;
  /** Called once, when every cache is filled and before the first key is handled. */
  start?(enqueue: Enqueue, signal: AbortSignal): void | Promise<void>;
}

/** Which keys a change concerns. Called synchronously for every watch event: must be quick and must not throw. */
export interface KeysOf<T> {
  onAdd(object: Readonly<T>): Iterable<string>;
  onUpdate(object: Readonly<T>, old: Readonly<T>): Iterable<string>;
  onDelete(object: Readonly<T>): Iterable<string>;
}

/** Watches an informer, with one function for every change or one for each type of change. */
export function watch<T extends KubeObject>(
  informer: Informer<T>,
  keysOf: ((object: Readonly<NoInfer<T>>) => Iterable<string>) | KeysOf<NoInfer<T>>,
): Watch {
  const each = typeof keysOf === 'function' ? { onAdd: keysOf, onUpdate: keysOf, onDelete: keysOf } : keysOf;
  return {
    informer,
    attach: (enqueue) => {
      const all = (keys: Iterable<string>) => {
        for (const key of keys) enqueue(key);
      };
      return informer.addHandler({
        onAdd: (object) => all(each.onAdd(object)),
        onUpdate: (object, old) => all(each.onUpdate(object, old)),
        onDelete: (object) => all(each.onDelete(object)),
      });
    },
  };
}

/** An informer that is only read: its changes enqueue nothing. */
export function reads(informer: Synced): Watch {
  return { informer, attach: () => () => {} };
}
