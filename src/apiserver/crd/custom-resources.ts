// The resources of one CustomResourceDefinition: one per served version, all over the objects in the storage version.
// Called by custom-kinds.ts.
import type { CustomResourceDefinition } from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { type AnyResource, apiVersionOf, type KubeObject } from '../../api/meta/v1/resource.ts';
import type { Store } from '../../store/store.ts';
import { storagePrefix } from '../registry/built-in-resources.ts';
import type { StorageServices } from '../registry/stored/storage.ts';
import { StoredResource } from '../registry/stored/stored-resource.ts';
import { type Conversion, ConvertedCache } from '../watch-cache/converted-cache.ts';
import { ResourceCache } from '../watch-cache/resource-cache.ts';
import { customKind } from './custom-kind.ts';

export function customResources(
  definition: CustomResourceDefinition,
  store: Store,
  services: StorageServices,
): StoredResource[] {
  const { group, names, versions } = definition.spec;
  const storage = versions.find((version) => version.storage);
  if (!storage) return [];
  const main = customKind(definition, storage);
  const { kind: storedKind, extraFields } = main.resource;
  const stored = new ResourceCache(storedKind, store, storagePrefix(group, names.plural), extraFields);
  return versions
    .filter(({ served }) => served)
    .map((version) => {
      const { resource, strategy } = version === storage ? main : customKind(definition, version);
      const cache =
        version === storage
          ? stored
          : new ConvertedCache(
              resource.kind,
              stored,
              renaming(resource.kind, storedKind),
              resource.extraFields,
            );
      return new StoredResource({ ...services, resource, cache, strategy });
    });
}

/** Conversion strategy None: versions differ in their apiVersion only. */
function renaming(served: AnyResource, stored: AnyResource): Conversion {
  const as = (kind: AnyResource) => (object: KubeObject) => ({
    ...object,
    apiVersion: apiVersionOf(kind.resource),
  });
  return { fromStored: as(served), toStored: as(stored) };
}
