// Which services have hints of topology-mode Auto, and how many endpoints each zone was given: after a change of the nodes
// those are looked at again of which a zone has too few.
import type { Node } from '../../../api/kinds/core/v1/node.ts';
import { isOverloaded, type Shares, sharesOf } from './shares.ts';

export class HintedServices {
  shares: Shares | undefined;
  /** By service and address type. */
  readonly #given = new Map<string, Map<string, ReadonlyMap<string, number>>>();

  /** Returns the services to look at again. */
  nodesChanged(nodes: readonly Readonly<Node>[]): string[] {
    this.shares = sharesOf(nodes);
    return [...this.#given]
      .filter(([, types]) => [...types.values()].some((given) => isOverloaded(given, this.shares)))
      .map(([service]) => service);
  }

  has(service: string): boolean {
    return this.#given.has(service);
  }

  set(service: string, type: string, given: ReadonlyMap<string, number>): void {
    const types = this.#given.get(service) ?? new Map();
    this.#given.set(service, types.set(type, given));
  }

  remove(service: string, type: string): void {
    const types = this.#given.get(service);
    types?.delete(type);
    if (types?.size === 0) this.#given.delete(service);
  }

  forget(service: string): void {
    this.#given.delete(service);
  }
}
