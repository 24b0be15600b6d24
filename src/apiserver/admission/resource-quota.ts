// Keeps namespaces within their quotas: what a write would add is held against what is there. Counting is done afresh from
// the caches; writes that were let through but are not in them yet are remembered until they are.

import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { ResourceQuota } from '../../api/kinds/core/v1/resource-quota.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import {
  addQuantity,
  compareQuantity,
  formatQuantity,
  parseQuantity,
  type Quantity,
  signOf,
  subtractQuantity,
} from '../../api/quantity/quantity.ts';
import { isInScope } from '../../api/quota/scopes.ts';
import { addUsage, limitedBy, usageOf } from '../../api/quota/usage.ts';
import type { Attributes } from '../registry/admission.ts';
import type { Served } from '../registry/served.ts';
import { deny, objectAs, type Plugin, type PluginOptions } from './plugin.ts';

/** A write that has not shown up after so long has failed, or is gone again. */
const PENDING_MS = 300;

interface Pending {
  readonly object: KubeObject;
  readonly at: number;
}

type Amounts = Map<string, Quantity>;

export function resourceQuota({ registries, clock }: PluginOptions): Plugin {
  const quotas = registries.of(ResourceQuota).cache;
  const pending = new Map<Served, Set<Pending>>();

  /** Written objects of a kind in a namespace, and those about to be. */
  const objectsOf = (served: Served, namespace: string): KubeObject[] => {
    const written = served.cache
      .items(namespace)
      .map(({ object }) => objectAs<KubeObject>(object as KubeObject));
    const names = new Set(written.map(({ metadata }) => metadata.name));
    const waiting: KubeObject[] = [];
    for (const one of pending.get(served) ?? []) {
      if (names.has(one.object.metadata.name) || clock.now() - one.at > PENDING_MS)
        pending.get(served)?.delete(one);
      else if (one.object.metadata.namespace === namespace) waiting.push(one.object);
    }
    return [...written, ...waiting];
  };

  return {
    name: 'ResourceQuota',
    validate(attributes) {
      const { operation, context, served, object, old } = attributes;
      if (operation !== 'CREATE' && operation !== 'UPDATE') return;
      if (context.subresource || !context.namespace || !object) return;
      const all = quotas
        .items(context.namespace)
        .map((item) => objectAs<ResourceQuota>(item.object as KubeObject));
      if (all.length === 0) return;
      const refusals = all.flatMap((quota) =>
        check(quota, attributes, () => objectsOf(served, context.namespace)),
      );
      if (refusals.length > 0) throw deny(attributes, refusals[0]!);
      if (old || context.dryRun) return;
      const known = pending.get(served) ?? new Set();
      pending.set(served, known.add({ object, at: clock.now() }));
    },
  };
}

/** Why the quota refuses the write; nothing when it does not. */
function check(
  quota: ResourceQuota,
  { served, object, old }: Attributes,
  objects: () => readonly KubeObject[],
): string[] {
  const kind = served.kind.resource;
  if (!object || !isInScope(quota, kind, object)) return [];
  const missing = old ? '' : unspecified(quota, kind.plural, object);
  if (missing) return [`failed quota: ${quota.metadata.name}: must specify ${missing}`];
  const after = limitedBy(quota, usageOf(kind, object));
  const before = old && isInScope(quota, kind, old) ? limitedBy(quota, usageOf(kind, old)) : new Map();
  const added: Amounts = new Map();
  for (const [name, amount] of after) {
    const was = before.get(name);
    const more = was ? subtractQuantity(amount, was) : amount;
    if (signOf(more) > 0) added.set(name, more);
  }
  if (added.size === 0) return [];
  return exceeded(quota, added, usedBy(quota, kind, objects()));
}

function usedBy(
  quota: ResourceQuota,
  kind: Served['kind']['resource'],
  objects: readonly KubeObject[],
): Amounts {
  const used: Amounts = new Map();
  for (const one of objects)
    if (isInScope(quota, kind, one)) addUsage(used, limitedBy(quota, usageOf(kind, one)));
  return used;
}

function exceeded(quota: ResourceQuota, added: Amounts, used: Amounts): string[] {
  const hard = quota.spec?.hard ?? {};
  const over = [...added.keys()].sort().filter((name) => {
    const limit = parseQuantity(hard[name]!);
    const now = used.get(name);
    const then = now ? addQuantity(now, added.get(name)!) : added.get(name)!;
    return compareQuantity(then, limit) > 0;
  });
  if (over.length === 0) return [];
  const list = (of: (name: string) => string) => over.map((name) => `${name}=${of(name)}`).join(',');
  const text = (amounts: Amounts, name: string) => {
    const amount = amounts.get(name);
    return amount ? formatQuantity(amount) : '0';
  };
  return [
    `exceeded quota: ${quota.metadata.name}, requested: ${list((n) => text(added, n))}, used: ${list((n) => text(used, n))}, limited: ${list((n) => formatQuantity(parseQuantity(hard[n]!)))}`,
  ];
}

/** Where a quota limits compute resources, every container must say what it wants of them. */
function unspecified(quota: ResourceQuota, plural: string, object: KubeObject): string {
  if (plural !== 'pods') return '';
  const { spec } = objectAs<Pod>(object);
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const missing: string[] = [];
  for (const limited of Object.keys(quota.spec?.hard ?? {}).sort()) {
    const match = /^(?:(requests|limits)\.)?(cpu|memory)$/.exec(limited);
    if (!match) continue;
    const field = match[1] === 'limits' ? 'limits' : 'requests';
    const without = containers.filter(({ resources }) => resources?.[field]?.[match[2]!] === undefined);
    if (without.length > 0) missing.push(`${limited} for: ${without.map(({ name }) => name).join(',')}`);
  }
  return missing.join('; ');
}
