// What was looked up while something was made: it need not be made again as long as each look-up still finds the same objects.
import type { GatewayWorld, Lookups } from './world.ts';

export type Surroundings = Lookups & Pick<GatewayWorld, 'namespaceLabels'>;

export class Looks {
  readonly #looks: ((now: Surroundings) => boolean)[] = [];

  hold(now: Surroundings): boolean {
    return this.#looks.every((isSame) => isSame(now));
  }

  /** The world, with each look-up written down. */
  recording(world: Surroundings): Surroundings {
    const one = <T>(look: (now: Surroundings) => T): T => {
      const found = look(world);
      this.#looks.push((now) => look(now) === found);
      return found;
    };
    const several = <T>(look: (now: Surroundings) => readonly T[]): readonly T[] => {
      const found = look(world);
      this.#looks.push((now) => areSame(found, look(now)));
      return found;
    };
    return {
      reaches: (ip) => world.reaches(ip),
      service: (namespace, name) => one((now) => now.service(namespace, name)),
      secret: (namespace, name) => one((now) => now.secret(namespace, name)),
      configMap: (namespace, name) => one((now) => now.configMap(namespace, name)),
      remoteKeys: (namespace, url) => one((now) => now.remoteKeys(namespace, url)),
      namespaceLabels: (name) => one((now) => now.namespaceLabels(name)),
      slices: (namespace, name) => several((now) => now.slices(namespace, name)),
      grants: (namespace) => several((now) => now.grants(namespace)),
      policies: (namespace) => several((now) => now.policies(namespace)),
    };
  }
}

export const areSame = (before: readonly unknown[], now: readonly unknown[]): boolean =>
  before.length === now.length && before.every((one, i) => one === now[i]);
