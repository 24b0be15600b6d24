// What the door does, without a word of HAProxy, Ingress or Gateway API: where it listens, and what becomes of requests there.
// ingress/ and routes/ compile into it; haproxy/ writes it down. Every text in it has passed alphabets.ts.
import type { Entrance } from './entrances.ts';
import type { Backend, Certificate, Route } from './routes.ts';

export interface DoorModel {
  /** Those of Ingresses, at the door's own address, ports 80 and 443. One for each host, path and kind of match. */
  readonly routes: readonly Route[];
  readonly backends: ReadonlyMap<string, Backend>;
  /** For port 443 there. Clients that name no host of these get the door's own. */
  readonly certificates: readonly Certificate[];
  /** Of Gateways. */
  readonly entrances: readonly Entrance[];
}
