// Where an outside door stands: what of it differs between the machine of `tiphys up`, a node that has joined, and a server.
import type { DoorProxy } from '../../gateway/door.ts';
import type { DoorPart, PartOptions } from '../../gateway/part.ts';

export interface DoorSite {
  /** The addresses of endpoints to which requests may be led. */
  readonly reaches: PartOptions['reaches'];
  /** False: another one tells the objects what became of them. */
  readonly reports: boolean;
  /** Loads what makes proxies, with the first object that is served. */
  proxies(): Promise<() => DoorProxy>;
  ingresses(options: PartOptions): Promise<DoorPart>;
  gateways(options: PartOptions): Promise<DoorPart>;
  /** After the door has closed. */
  release(): Promise<void>;
}
