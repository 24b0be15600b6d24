// Promise: the status of every resource quota says how much of it is used. Admission enforces quotas; this only counts.
import { ResourceQuota } from '../../api/kinds/core/v1/resource-quota.ts';
import { keyOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
import { isInScope } from '../../api/quota/scopes.ts';
import { countName, totalFor, type Usage, usageOf } from '../../api/quota/usage.ts';
import { builtInKinds } from '../../api/scheme/kinds.ts';
import type { InformerOf } from '../../client/informer/factory.ts';
import { BY_NAMESPACE, indexByNamespace } from '../../client/informer/indices.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { OwnWrites } from '../framework/own-writes.ts';
import { sameMeaning } from '../framework/same-meaning.ts';

/**
 * Kinds that a quota can limit, each in its latest version only: a second version would cache the same objects again.
 * Custom kinds (`count/ships.example.com`) are counted by admission only. Events are not counted, as upstream.
 */
export const countedKinds: readonly AnyResource[] = [
  ...new Map(builtInKinds.filter(isCountable).map((kind) => [countName(kind.resource), kind])).values(),
];

function isCountable({ resource: { namespaced, plural, verbs } }: AnyResource): boolean {
  const watched = verbs === undefined || (verbs.includes('list') && verbs.includes('watch'));
  return namespaced && plural !== 'events' && watched;
}

export function createResourceQuotaController(context: ControllerContext): Controller {
  const quotas = context.informers.informer(ResourceQuota);
  const writes = new OwnWrites(context.clock);
  indexByNamespace(quotas);
  const counted: Counted[] = [];
  const inNamespace = (object: Readonly<KubeObject>): string[] =>
    quotas.lister.byIndex(BY_NAMESPACE, namespaceOf(object)).map(keyOf);
  const watches = countedKinds.map((kind) => {
    const informer = context.informers.informer<AnyResource>(kind);
    indexByNamespace(informer);
    counted.push({ kind, informer });
    return watch(informer, {
      onAdd: inNamespace,
      onDelete: inNamespace,
      onUpdate: (object, old) => {
        const keys = inNamespace(object);
        const { resource } = kind;
        if (keys.length === 0 || sameUsage(usageOf(resource, object), usageOf(resource, old))) return [];
        return keys;
      },
    });
  });
  return {
    name: 'resourcequota-controller',
    watches: [watch(quotas, (quota) => [keyOf(quota)]), ...watches],
    reconcile: async (key) => {
      const quota = quotas.lister.byKey(key);
      if (!quota) return undefined;
      const wait = writes.behindMs(key, quotas.lister);
      if (wait > 0) return { requeueAfter: wait };
      const used = totalFor(quota, usages(quota, counted));
      const status = { ...(quota.spec?.hard && { hard: quota.spec.hard }), used };
      if (sameMeaning(quota.status, status)) return undefined;
      const changed = { ...quota, status };
      writes.wrote(key, await context.client.update(ResourceQuota, changed, { subresource: 'status' }));
      return undefined;
    },
  };
}

interface Counted {
  readonly kind: AnyResource;
  readonly informer: InformerOf<AnyResource>;
}

function* usages(quota: Readonly<ResourceQuota>, counted: readonly Counted[]): Generator<Usage> {
  for (const { kind, informer } of counted)
    for (const object of informer.lister.byIndex(BY_NAMESPACE, namespaceOf(quota)))
      if (isInScope(quota, kind.resource, object)) yield usageOf(kind.resource, object);
}

function sameUsage(a: Usage, b: Usage): boolean {
  if (a.size !== b.size) return false;
  for (const [name, amount] of a) {
    const other = b.get(name);
    if (!other || amount.digits !== other.digits || amount.exponent !== other.exponent) return false;
  }
  return true;
}
