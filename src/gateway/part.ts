// A part of the door: objects of one API that it serves. ingress-part.ts and gateway-part.ts are the two.
import type { ConfigMap } from '../api/kinds/core/v1/config-map.ts';
import type { Secret } from '../api/kinds/core/v1/secret.ts';
import type { Client } from '../client/client.ts';
import type { InformerFactory } from '../client/informer/factory.ts';
import type { Clock } from '../kit/clock.ts';
import type { Logger } from '../kit/log.ts';
import type { Random } from '../kit/random.ts';
import type { Unserved } from './haproxy/ports.ts';
import type { DoorModel } from './model/model.ts';

export interface PartOptions {
  /** Of the door's own rights. */
  readonly client: Client;
  /** Of the same rights. */
  readonly informers: InformerFactory;
  /** Has Services and EndpointSlices. */
  readonly network: InformerFactory;
  /** The addresses of endpoints to which requests may be led. */
  readonly reaches: (ip: string) => boolean;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** What a part has read of the objects that others name. */
export interface ReadObjects {
  readonly secrets: readonly Readonly<Secret>[];
  readonly configMaps: readonly Readonly<ConfigMap>[];
}

export interface DoorPart {
  /** Resolves when everything is known; from then on `changed` is called with each change. */
  start(changed: () => void): Promise<void>;
  /** What is to be served now; undefined if there is nothing. */
  compile(): Promise<DoorModel | undefined>;
  /** What was compiled last is served, but for entrances at some addresses. */
  served(unserved: readonly Unserved[]): Promise<void>;
  /** It is not. */
  unserved(message: string): Promise<void>;
  readonly read: ReadObjects;
  stop(): void;
}

export const joined = (models: readonly DoorModel[]): DoorModel => ({
  routes: models.flatMap(({ routes }) => routes),
  backends: new Map(models.flatMap(({ backends }) => [...backends])),
  certificates: models.flatMap(({ certificates }) => certificates),
  entrances: models.flatMap(({ entrances }) => entrances),
});
