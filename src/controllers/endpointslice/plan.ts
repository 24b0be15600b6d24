// Which slices to create, update and delete so that together they hold the wanted endpoints, at most 100 each, while moving
// as few endpoints as possible: every changed slice is sent to every node. Pure.

import type { Endpoint, EndpointPort, EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { addAll } from '../../kit/lists.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { type AddressType, portsKey } from './endpoint.ts';

/** Upstream's --max-endpoints-per-slice. */
export const MAX_ENDPOINTS = 100;

export interface Wanted {
  readonly addressType: AddressType;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

/** The endpoints and ports of a slice. */
export interface Contents {
  readonly addressType: AddressType;
  readonly ports: readonly EndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

export const contentsOf = (slice: Readonly<EndpointSlice>): Contents => ({
  addressType: slice.addressType as AddressType,
  ports: slice.ports ?? [],
  endpoints: slice.endpoints ?? [],
});

export interface SlicePlan {
  readonly create: Contents[];
  readonly update: { readonly slice: Readonly<EndpointSlice>; readonly contents: Contents }[];
  readonly remove: Readonly<EndpointSlice>[];
}

/** Plans one address type. Without endpoints one empty placeholder slice is kept, as upstream does. */
export function planSlices(
  addressType: AddressType,
  wanted: readonly Wanted[],
  existing: readonly Readonly<EndpointSlice>[],
): SlicePlan {
  const plan: SlicePlan = { create: [], update: [], remove: [] };
  const byPorts = new Map<string, Readonly<EndpointSlice>[]>();
  for (const slice of existing) {
    const key = portsKey(slice.ports);
    byPorts.set(key, [...(byPorts.get(key) ?? []), slice]);
  }
  for (const group of wanted) {
    const key = portsKey(group.ports);
    planGroup(group, byPorts.get(key) ?? [], plan);
    byPorts.delete(key);
  }
  for (const slices of byPorts.values()) addAll(plan.remove, slices);
  if (plan.create.length === 0 && plan.remove.length === existing.length) keepPlaceholder(addressType, plan);
  reuse(plan);
  return plan;
}

/** A slice to delete takes the contents of one to create: one update instead of two writes. */
function reuse(plan: SlicePlan): void {
  while (plan.create.length > 0 && plan.remove.length > 0)
    plan.update.push({ slice: plan.remove.shift()!, contents: plan.create.pop()! });
}

function keepPlaceholder(addressType: AddressType, plan: SlicePlan): void {
  const empty: Contents = { addressType, ports: [], endpoints: [] };
  const found = plan.remove.findIndex((slice) => portsKey(slice.ports) === portsKey([]));
  if (found < 0) {
    plan.create.push(empty);
    return;
  }
  const [slice] = plan.remove.splice(found, 1);
  if ((slice!.endpoints ?? []).length > 0) plan.update.push({ slice: slice!, contents: empty });
}

function planGroup(group: Wanted, existing: readonly Readonly<EndpointSlice>[], plan: SlicePlan): void {
  const missing = new Map(group.endpoints.map((endpoint) => [identity(endpoint), endpoint]));
  const kept = existing.map((slice) => keepWanted(slice, missing));
  const rest = [...missing.values()];
  for (const one of kept) {
    // Slices that change anyway are filled first, then others with room.
    if (!one.changed || one.endpoints.length === 0) continue;
    addAll(one.endpoints, rest.splice(0, MAX_ENDPOINTS - one.endpoints.length));
  }
  fillLeast(kept, rest);
  while (rest.length > 0) plan.create.push({ ...group, endpoints: rest.splice(0, MAX_ENDPOINTS) });
  for (const { slice, endpoints, changed } of kept) {
    if (endpoints.length === 0) plan.remove.push(slice);
    else if (changed) plan.update.push({ slice, contents: { ...group, endpoints } });
  }
}

interface Kept {
  readonly slice: Readonly<EndpointSlice>;
  readonly endpoints: Endpoint[];
  changed: boolean;
}

/** The slice's endpoints that are still wanted, in their newest form; removes them from `missing`. */
function keepWanted(slice: Readonly<EndpointSlice>, missing: Map<string, Endpoint>): Kept {
  const kept: Kept = { slice, endpoints: [], changed: false };
  for (const endpoint of slice.endpoints ?? []) {
    const id = identity(endpoint);
    const wanted = missing.get(id);
    if (!wanted) {
      kept.changed = true;
      continue;
    }
    missing.delete(id);
    kept.endpoints.push(wanted);
    if (!sameMeaning(wanted, endpoint)) kept.changed = true;
  }
  return kept;
}

/** Puts a remainder into the fullest slice with room for all of it; without one a new slice is created. */
function fillLeast(kept: readonly Kept[], rest: Endpoint[]): void {
  while (rest.length > 0) {
    const count = Math.min(rest.length, MAX_ENDPOINTS);
    const fits = kept
      .filter((one) => one.endpoints.length + count <= MAX_ENDPOINTS)
      .sort((a, b) => b.endpoints.length - a.endpoints.length)[0];
    if (!fits) return;
    addAll(fits.endpoints, rest.splice(0, count));
    fits.changed = true;
  }
}

/** A pod keeps its endpoint when its address changes; endpoints without a pod are told apart by address and node. */
export const identity = (endpoint: Endpoint): string =>
  endpoint.targetRef?.uid ?? `${endpoint.addresses.join(',')}/${endpoint.nodeName ?? ''}`;

/** The slices that a plan leaves as they are. */
export function untouched(
  existing: readonly Readonly<EndpointSlice>[],
  { update, remove }: SlicePlan,
): Readonly<EndpointSlice>[] {
  const touched = new Set([...remove, ...update.map(({ slice }) => slice)]);
  return existing.filter((slice) => !touched.has(slice));
}
