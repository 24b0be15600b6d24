// The names of the Services that were asked for, each made once until its objects change. Called by records.ts.
import type { DnsSource } from './dns-source.ts';
import { ServiceNames } from './service-names.ts';

export class ServiceBook {
  readonly #source: DnsSource;
  readonly #domain: string;
  readonly #known = new Map<string, ServiceNames>();

  constructor(source: DnsSource, domain: string) {
    this.#source = source;
    this.#domain = domain;
  }

  /** Undefined when there is no such Service. */
  get(namespace: string, name: string): ServiceNames | undefined {
    const key = `${namespace}/${name}`;
    const known = this.#known.get(key);
    if (known) return known;
    const spec = this.#source.service(namespace, name)?.spec;
    if (!spec) return undefined;
    const zone = `${name}.${namespace}.svc.${this.#domain}`;
    const made = new ServiceNames(zone, spec, this.#source.slices(namespace, name));
    this.#known.set(key, made);
    return made;
  }

  /** `key` is `namespace/name`. */
  drop(key: string): void {
    this.#known.delete(key);
  }
}
