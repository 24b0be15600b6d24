// Enforces ResourceQuotas: a write is refused if current usage plus what it adds exceeds a quota. Usage is computed from the
// caches on every write, not read from the quota's status; admitted writes that are not stored yet are included. Those are
// in this server's memory only: several servers over one store could together exceed a quota.
// Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota.
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { ResourceQuota } from '../../api/kinds/core/v1/resource-quota.ts';
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
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
import { type AdmissionAttributes, concerns } from '../registry/admission.ts';
import { deny, type Plugin, type PluginOptions } from './plugin.ts';

/** An admitted write that is not stored after this time has failed, or its object was deleted again. */
const PENDING_MS = 300;

interface Pending {
  readonly object: KubeObject;
  readonly at: number;
}

type Amounts = Map<string, Quantity>;

export function resourceQuota({ resources, clock }: PluginOptions): Plugin {
  const quotas = resources.stored(ResourceQuota).cache;
  const pending = new Map<AnyResource, Set<Pending>>();

  /** The stored objects of a kind in a namespace, and those admitted but not stored yet. */
  const objectsOf = (kind: AnyResource, namespace: string): KubeObject[] => {
    const written = resources
      .stored(kind)
      .cache.items(namespace)
      .map(({ object }) => object);
    const names = new Set(written.map(({ metadata }) => metadata.name));
    const waiting: KubeObject[] = [];
    for (const one of pending.get(kind) ?? []) {
      if (names.has(one.object.metadata.name) || clock.now() - one.at > PENDING_MS)
        pending.get(kind)?.delete(one);
      else if (one.object.metadata.namespace === namespace) waiting.push(one.object);
    }
    return [...written, ...waiting];
  };

  return {
    name: 'ResourceQuota',
    validate(attributes) {
      const { operation, namespace, kind, object, old } = attributes;
      if (operation !== 'CREATE' && operation !== 'UPDATE') return;
      if (attributes.subresource || !namespace || !object) return;
      const all = quotas.items(namespace).map((item) => item.object);
      if (all.length === 0) return;
      const refusals = all.flatMap((quota) => check(quota, attributes, () => objectsOf(kind, namespace)));
      if (refusals.length > 0) throw deny(attributes, refusals[0]!);
      if (old || attributes.dryRun) return;
      const known = pending.get(kind) ?? new Set();
      pending.set(kind, known.add({ object, at: clock.now() }));
    },
  };
}

/** Why the quota refuses the write; empty if it does not. An update is charged only for what it adds. */
function check(
  quota: ResourceQuota,
  attributes: AdmissionAttributes,
  objects: () => readonly KubeObject[],
): string[] {
  const { object, old } = attributes;
  const kind = attributes.kind.resource;
  if (!object || !isInScope(quota, kind, object)) return [];
  const missing = old || !concerns(attributes, Pod) ? '' : unspecified(quota, attributes.object);
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
  kind: AnyResource['resource'],
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

/** If a quota limits compute resources, every container must specify them. */
function unspecified(quota: ResourceQuota, pod: Pod | undefined): string {
  const spec = pod?.spec;
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
