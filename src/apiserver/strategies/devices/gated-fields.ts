// Fields of features that are off are not stored, unless the feature is in use in the stored object already: an update that has
// nothing to do with it must not lose them. Called by the strategies of resource.k8s.io.
// Upstream: dropDisabledFields in pkg/registry/resource/*/strategy.go, and pkg/api/resourceclaimspec.
import type { FeatureGates } from '../../../api/features/feature-gates.ts';

/** A part of an object, and the names of those of its fields that belong to a feature. */
export type Place = readonly [part: object, fields: readonly string[]];

export interface Gated<T> {
  /** All of them must be on. */
  readonly gates: readonly string[];
  places(object: T): readonly Place[];
}

export function dropDisabled<T>(
  features: FeatureGates,
  gated: readonly Gated<T>[],
  object: T,
  old: T | undefined,
): void {
  for (const { gates, places } of gated) {
    if (gates.every((gate) => features.enabled(gate))) continue;
    if (old !== undefined && places(old).some(isUsed)) continue;
    for (const [part, fields] of places(object))
      for (const field of fields) delete (part as Record<string, unknown>)[field];
  }
}

const isUsed = ([part, fields]: Place): boolean =>
  fields.some((field) => {
    const value = (part as Record<string, unknown>)[field];
    return Array.isArray(value) ? value.length > 0 : value !== undefined;
  });
