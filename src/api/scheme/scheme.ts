// The registry of kinds, by group-version-kind and by group-version-resource. Custom kinds are added at run time.
import type { AnyResource } from '../meta/v1/resource.ts';
import { builtInKinds } from './kinds.ts';

export class Scheme {
  readonly #byKind = new Map<string, AnyResource>();
  readonly #byResource = new Map<string, AnyResource>();

  constructor(kinds: readonly AnyResource[] = builtInKinds) {
    for (const kind of kinds) this.add(kind);
  }

  add(kind: AnyResource): void {
    const { group, version } = kind.resource;
    this.#byKind.set(`${group}/${version}/${kind.resource.kind}`, kind);
    this.#byResource.set(`${group}/${version}/${kind.resource.plural}`, kind);
  }

  remove(kind: AnyResource): void {
    const { group, version } = kind.resource;
    this.#byKind.delete(`${group}/${version}/${kind.resource.kind}`);
    this.#byResource.delete(`${group}/${version}/${kind.resource.plural}`);
  }

  /** By `apiVersion` (`v1`, `apps/v1`) and kind. */
  kind(apiVersion: string, kind: string): AnyResource | undefined {
    return this.#byKind.get(`${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}/${kind}`);
  }

  resource(group: string, version: string, plural: string): AnyResource | undefined {
    return this.#byResource.get(`${group}/${version}/${plural}`);
  }

  all(): AnyResource[] {
    return [...this.#byResource.values()];
  }
}
