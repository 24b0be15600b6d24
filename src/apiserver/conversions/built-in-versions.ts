// The versions of built-in kinds that are served in several. Called by registry/built-in-resources.ts.
import { type AnyResource, apiVersionOf, type KubeObject } from '../../api/meta/v1/resource.ts';
import { copyJson } from '../../api/patch/json.ts';
import { type ConvertedKind, conversions } from './conversions.ts';
import type { Versions } from './versions.ts';

/** Undefined for a kind with one version. */
export function versionsOf(kind: AnyResource, all = conversions): Versions | undefined {
  const own = all.find((conversion) => conversion.kind === kind);
  const storedAs = own?.storedAs ?? kind;
  const others = all.filter((conversion) => conversion.storedAs === storedAs);
  return others.length > 0 ? new BuiltInVersions(storedAs, others) : undefined;
}

class BuiltInVersions implements Versions {
  readonly #stored: AnyResource;
  readonly #others: readonly ConvertedKind[];

  constructor(stored: AnyResource, others: readonly ConvertedKind[]) {
    this.#stored = stored;
    this.#others = others;
  }

  get kinds(): readonly AnyResource[] {
    return [this.#stored, ...this.#others.map(({ kind }) => kind)];
  }

  kindOf(apiVersion: string): AnyResource | undefined {
    return this.kinds.find(({ resource }) => apiVersionOf(resource) === apiVersion);
  }

  convert(object: KubeObject, to: AnyResource): KubeObject {
    if (object.apiVersion === apiVersionOf(to.resource)) return object;
    const from = this.#conversionOf(object.apiVersion);
    const stored = from ? from.toStored(copyJson(object)) : copyJson(object);
    return this.#conversionOf(apiVersionOf(to.resource))?.fromStored(stored) ?? stored;
  }

  #conversionOf(apiVersion: string): ConvertedKind['conversion'] | undefined {
    return this.#others.find(({ kind }) => apiVersionOf(kind.resource) === apiVersion)?.conversion;
  }
}
