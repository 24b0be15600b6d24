// How many of a service's endpoints each zone may be given, by the share of the CPUs that its nodes have. Follows
// pkg topologycache of k8s.io/endpointslice. Pure.
import type { Node } from '../../../api/kinds/core/v1/node.ts';
import { labelsOf } from '../../../api/meta/v1/object.ts';
import { isNodeReady } from '../../../api/nodes/readiness.ts';
import { milliValue } from '../../../api/quantity/quantity.ts';

export const ZONE = 'topology.kubernetes.io/zone';
const CONTROL_PLANE = ['node-role.kubernetes.io/control-plane', 'node-role.kubernetes.io/master'];
/** How much more than its share an endpoint may get. */
const OVERLOAD = 0.2;

/** The share of all CPUs that each zone has. */
export type Shares = ReadonlyMap<string, number>;

/** Undefined with less than two zones, or when a ready node does not say its zone or its CPUs. */
export function sharesOf(nodes: readonly Readonly<Node>[]): Shares | undefined {
  const byZone = new Map<string, number>();
  let total = 0;
  for (const node of nodes) {
    const labels = labelsOf(node);
    if (CONTROL_PLANE.some((role) => labels[role] !== undefined) || !isNodeReady(node)) continue;
    const zone = labels[ZONE];
    const cpus = milliValue(node.status?.allocatable?.cpu ?? '0');
    if (!zone || cpus === 0) return undefined;
    byZone.set(zone, (byZone.get(zone) ?? 0) + cpus);
    total += cpus;
  }
  if (byZone.size < 2) return undefined;
  const zones = [...byZone].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(zones.map(([zone, cpus]) => [zone, cpus / total]));
}

export interface Allocation {
  readonly maximum: number;
  readonly desired: number;
}

const INSUFFICIENT_NODES =
  'Insufficient Node information: allocatable CPU or zone not specified on one or more nodes';

/** By zone; or why no zone can be given its share. */
export function allocate(
  shares: Shares | undefined,
  endpoints: number,
): ReadonlyMap<string, Allocation> | { readonly problem: string } {
  if (!shares) return { problem: INSUFFICIENT_NODES };
  const counts = `(${endpoints} endpoints, ${shares.size} zones)`;
  if (shares.size > endpoints) return { problem: `Insufficient number of endpoints ${counts}` };
  const minima = new Map([...shares].map(([zone, share]) => [zone, minimumOf(share, endpoints)]));
  const spare = [...minima.values()].reduce((left, minimum) => left - minimum, endpoints);
  if (spare < 0)
    return {
      problem: `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ${counts}`,
    };
  return new Map(
    [...shares].map(([zone, share]) => {
      const minimum = minima.get(zone)!;
      return [zone, { maximum: minimum + spare, desired: Math.max(share * endpoints, minimum) }];
    }),
  );
}

/** Fewer would get more than their share of the traffic by more than is allowed. */
const minimumOf = (share: number, endpoints: number): number =>
  Math.ceil((share * endpoints) / (1 + OVERLOAD));

/** Whether a zone has too few of the endpoints that were given out: `given` by zone. */
export function isOverloaded(given: ReadonlyMap<string, number>, shares: Shares | undefined): boolean {
  if (given.size === 0) return false;
  if (!shares) return true;
  const total = [...given.values()].reduce((sum, count) => sum + count, 0);
  return [...shares].some(([zone, share]) => (given.get(zone) ?? 0) < Math.max(1, minimumOf(share, total)));
}
