// What a write costs a quota, and whether it may have it. Pure. Called by ledger.ts.
// Upstream: CheckRequest in staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go.
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { ResourceQuota } from '../../../api/kinds/core/v1/resource-quota.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import {
  addQuantity,
  compareQuantity,
  formatQuantity,
  parseQuantity,
  type Quantity,
  signOf,
  subtractQuantity,
} from '../../../api/quantity/quantity.ts';
import { isInScope } from '../../../api/quota/scopes.ts';
import { limitedBy, type Usage, usageOf } from '../../../api/quota/usage.ts';
import { type AdmissionAttributes, concerns } from '../../registry/admission.ts';

/** What quotas count of a write: that of a whole object. */
export type Write = AdmissionAttributes<KubeObject>;

/** Why the quota refuses the write, or what the write adds to its usage: nothing if the quota does not concern it. */
export type Charge = { readonly refusal: string } | { readonly added: Usage };

/** `used` is the usage so far: undefined for what has never been counted. */
export function chargeOf(
  quota: Readonly<ResourceQuota>,
  write: Write,
  used: (name: string) => Quantity | undefined,
): Charge {
  const { object } = write;
  const kind = write.kind.resource;
  if (!object || !isInScope(quota, kind, object)) return { added: new Map() };
  const { name } = quota.metadata;
  const missing = write.old || !concerns(write, Pod) ? '' : unspecified(quota, write.object);
  if (missing) return { refusal: `failed quota: ${name}: must specify ${missing}` };
  const concerned = limitedBy(quota, usageOf(kind, object));
  const unknown = [...concerned.keys()].filter((resource) => !used(resource)).sort();
  if (unknown.length > 0)
    return { refusal: `status unknown for quota: ${name}, resources: ${unknown.join(',')}` };
  const added = addedBy(quota, write, concerned);
  const refusal = exceeded(quota, added, used);
  return refusal ? { refusal } : { added };
}

/** An update is charged only for what it adds. */
function addedBy(quota: Readonly<ResourceQuota>, { kind, old }: Write, after: Usage): Usage {
  const counted = old && isInScope(quota, kind.resource, old);
  const before: Usage = counted ? limitedBy(quota, usageOf(kind.resource, old)) : new Map();
  const added = new Map<string, Quantity>();
  for (const [name, amount] of after) {
    const was = before.get(name);
    const more = was ? subtractQuantity(amount, was) : amount;
    if (signOf(more) > 0) added.set(name, more);
  }
  return added;
}

function exceeded(
  quota: Readonly<ResourceQuota>,
  added: Usage,
  used: (name: string) => Quantity | undefined,
): string | undefined {
  const hard = quota.spec?.hard ?? {};
  const over = [...added.keys()].sort().filter((name) => {
    const then = addQuantity(used(name)!, added.get(name)!);
    return compareQuantity(then, parseQuantity(hard[name]!)) > 0;
  });
  if (over.length === 0) return undefined;
  const list = (of: (name: string) => Quantity) =>
    over.map((name) => `${name}=${formatQuantity(of(name))}`).join(',');
  const requested = list((name) => added.get(name)!);
  const [now, limited] = [list((name) => used(name)!), list((name) => parseQuantity(hard[name]!))];
  return `exceeded quota: ${quota.metadata.name}, requested: ${requested}, used: ${now}, limited: ${limited}`;
}

/** If a quota limits compute resources, every container must specify them. */
function unspecified(quota: Readonly<ResourceQuota>, pod: Pod | undefined): string {
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
