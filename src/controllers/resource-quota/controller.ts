// Promise: the status of every resource quota says how much of it is used. Admission adds to it what it admits, before that is stored;
// this counts what is stored: of a new or changed quota, when usage shrinks, when an object enters or leaves the quota's scopes
// (a pod that is given a deadline; admission does not charge for that), and every five minutes. It must not count when usage grows:
// it would take back what admission has charged for objects that are about to be stored.
// Upstream: pkg/controller/resourcequota.
import { ResourceQuota } from '../../api/kinds/core/v1/resource-quota.ts';
import { keyOf, namespaceOf, splitKey } from '../../api/meta/v1/object.ts';
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
import { compareQuantity } from '../../api/quantity/quantity.ts';
import { isInScope } from '../../api/quota/scopes.ts';
import { countName, totalFor, type Usage, usageOf } from '../../api/quota/usage.ts';
import { builtInKinds } from '../../api/scheme/kinds.ts';
import { BY_NAMESPACE, indexByNamespace } from '../../client/informer/indices.ts';
import { type Controller, type ControllerContext, type Enqueue, watch } from '../framework/controller.ts';
import { OwnWrites } from '../framework/own-writes.ts';
import { restAfter } from '../framework/rest.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { type Counted, CustomCounts, DISCOVERY_MS } from './custom-counts.ts';

/**
 * Kinds that a quota can limit, each in its latest version only: a second version would cache the same objects again.
 * Custom kinds (`count/ships.example.com`) are followed when a quota names them. Events are not counted, as upstream.
 */
export const countedKinds: readonly AnyResource[] = [
  ...new Map(builtInKinds.filter(isCountable).map((kind) => [countName(kind.resource), kind])).values(),
];

function isCountable({ resource: { namespaced, plural, verbs } }: AnyResource): boolean {
  const watched = verbs === undefined || (verbs.includes('list') && verbs.includes('watch'));
  return namespaced && plural !== 'events' && watched;
}

/** kube-controller-manager's --resource-quota-sync-period. */
const RESYNC_MS = 5 * 60_000;

export function createResourceQuotaController(context: ControllerContext): Controller {
  const quotas = context.informers.informer(ResourceQuota);
  const writes = new OwnWrites(context.clock);
  indexByNamespace(quotas);
  const counted: Counted[] = [];
  let enqueue: Enqueue = () => {};
  const custom = new CustomCounts(context, (object) => {
    for (const key of inNamespace(object)) enqueue(key);
  });
  const inNamespace = (object: Readonly<KubeObject>): string[] =>
    quotas.lister.byIndex(BY_NAMESPACE, namespaceOf(object)).map(keyOf);
  const watches = countedKinds.map((kind) => {
    const informer = context.informers.informer<AnyResource>(kind);
    indexByNamespace(informer);
    counted.push({ kind, informer });
    return watch(informer, {
      onAdd: () => [],
      onDelete: inNamespace,
      onUpdate: (object, old) => {
        const { resource } = kind;
        const near = quotas.lister.byIndex(BY_NAMESPACE, namespaceOf(object));
        if (near.length === 0) return [];
        const less = shrinks(usageOf(resource, object), usageOf(resource, old));
        const counts = (quota: Readonly<ResourceQuota>) =>
          less || isInScope(quota, resource, object) !== isInScope(quota, resource, old);
        return near.filter(counts).map(keyOf);
      },
    });
  });
  return {
    name: 'resourcequota-controller',
    start: (given) => {
      enqueue = given;
    },
    watches: [
      watch(quotas, {
        onAdd: (quota) => [keyOf(quota)],
        // The status is changed by admission and by this controller alone.
        onUpdate: (quota, old) => (sameMeaning(quota.spec, old.spec) ? [] : [keyOf(quota)]),
        onDelete: () => [],
      }),
      ...watches,
    ],
    reconcile: async (key) => {
      const quota = quotas.lister.byKey(key);
      if (!quota) return undefined;
      const wait = writes.behindMs(key, quotas.lister);
      if (wait > 0) return { requeueAfter: wait };
      const customNames = customCounts(quota);
      if (customNames.length > 0) await custom.follow(customNames);
      const later = { requeueAfter: customNames.length > 0 ? DISCOVERY_MS : RESYNC_MS };
      const used = totalFor(quota, usages(quota, [...counted, ...custom.counted]));
      const status = { ...(quota.spec?.hard && { hard: quota.spec.hard }), used };
      if (sameMeaning(quota.status, status)) return later;
      const changed = { ...quota, status };
      writes.wrote(key, await context.client.update(ResourceQuota, changed, { subresource: 'status' }));
      return later;
    },
    restMs: (key) => restAfter(sizeOf(splitKey(key).namespace, counted)),
  };
}

const BUILT_IN = new Set(builtInKinds.map(({ resource }) => countName(resource)));

/** What a quota counts that is not built in. */
const customCounts = ({ spec }: Readonly<ResourceQuota>): string[] =>
  Object.keys(spec?.hard ?? {}).filter((name) => name.startsWith('count/') && !BUILT_IN.has(name));

function* usages(quota: Readonly<ResourceQuota>, counted: readonly Counted[]): Generator<Usage> {
  for (const { kind, informer } of counted)
    for (const object of informer.lister.byIndex(BY_NAMESPACE, namespaceOf(quota)))
      if (isInScope(quota, kind.resource, object)) yield usageOf(kind.resource, object);
}

/** How many objects a quota of the namespace counts. */
const sizeOf = (namespace: string, counted: readonly Counted[]): number =>
  counted.reduce((sum, { informer }) => sum + informer.lister.countByIndex(BY_NAMESPACE, namespace), 0);

const shrinks = (now: Usage, then: Usage): boolean =>
  [...then].some(([name, amount]) => {
    const left = now.get(name);
    return !left || compareQuantity(left, amount) < 0;
  });
