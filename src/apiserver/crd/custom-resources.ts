// The resources of one CustomResourceDefinition: one per version, all over the objects in the storage version.
// Called by custom-kinds.ts.
import type { CustomResourceDefinition } from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import type { Store } from '../../store/store.ts';
import { storagePrefix } from '../registry/built-in-resources.ts';
import type { StorageServices } from '../registry/stored/storage.ts';
import { StoredResource } from '../registry/stored/stored-resource.ts';
import { CustomVersions } from './conversion/custom-versions.ts';
import { type ConverterServices, WebhookConverter } from './conversion/webhook-converter.ts';
import { CustomCache } from './custom-cache.ts';
import { customKind } from './custom-kind.ts';

export interface CustomServices extends StorageServices {
  readonly conversion: ConverterServices;
}

export interface CustomResources {
  readonly served: readonly StoredResource[];
  /** Of the storage version, which may not be served: objects can be read in it without a webhook. */
  readonly storage: StoredResource;
}

/** `isTerminating` tells whether the definition is being deleted by now. */
export function customResources(
  definition: CustomResourceDefinition,
  isTerminating: () => boolean,
  store: Store,
  { conversion, ...services }: CustomServices,
): CustomResources | undefined {
  const { group, versions } = definition.spec;
  const all = versions.map((version) => ({ version, ...customKind(definition, version, isTerminating) }));
  const storage = all.find(({ version }) => version.storage)?.resource.kind;
  if (!storage) return undefined;
  const kinds = all.map(({ resource }) => resource.kind);
  const converter = new CustomVersions(storage, kinds, converterOf(definition, conversion));
  const prefix = storagePrefix(group, storage.resource.plural);
  const made = all.map(({ version, resource: described, strategy }) => {
    const { kind, extraFields } = described;
    const cache = new CustomCache(kind, converter, store, prefix, extraFields);
    const resource = { ...described, versions: converter };
    return { version, resource: new StoredResource({ ...services, resource, cache, strategy }) };
  });
  return {
    served: made.filter(({ version }) => version.served).map(({ resource }) => resource),
    storage: made.find(({ resource }) => resource.kind === storage)!.resource,
  };
}

function converterOf(
  { metadata, spec }: CustomResourceDefinition,
  services: ConverterServices,
): WebhookConverter | undefined {
  const { strategy, webhook } = spec.conversion ?? {};
  if (strategy !== 'Webhook' || !webhook) return undefined;
  return new WebhookConverter(metadata.name!, webhook, services);
}
