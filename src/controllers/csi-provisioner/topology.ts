// From where a new volume must be reached: as the driver is asked, and as its volume then says. Pure.
// Upstream: pkg/controller/topology.go of external-provisioner.
import type { VolumeNodeAffinity } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { TopologySelectorTerm } from '../../api/kinds/core/v1/topology.ts';
import type { Topology, TopologyRequirement } from '../../csi/messages/volume.ts';
import { type DriverNode, type Reach, tellsNodesApart } from '../csi/driver-nodes.ts';

/** Sorted by key. */
type Term = readonly (readonly [key: string, value: string])[];

export interface TopologyRequest {
  readonly claim: string;
  readonly allowed: readonly Readonly<TopologySelectorTerm>[];
  /** Where a pod that waits for the volume is to run; undefined if the volume is made before there is one. */
  readonly selected: string | undefined;
  /** Those that have the driver. */
  readonly nodes: readonly DriverNode[];
}

/** The selected node is gone or has no driver: another must be selected. */
export class NodeUnsuitable extends Error {}

/** The contents of the volume are on the disk of another node than the selected one. */
export class SourceElsewhere extends Error {
  readonly node: string;

  constructor(node: string, selected: string) {
    super(`the source is on node "${node}", not on the selected node "${selected}"`);
    this.node = node;
  }
}

/**
 * The nodes on which a volume with these contents can be made: of a driver of single nodes only those that reach the source. Nothing of
 * upstream, whose sidecars leave it to the driver to refuse other nodes.
 */
export function nodesNear(
  nodes: readonly DriverNode[],
  reach: Reach | undefined,
  selected: string | undefined,
): readonly DriverNode[] {
  const near = reach && tellsNodesApart(nodes) ? nodes.filter(reach) : [];
  const [first] = near;
  if (!first) return nodes;
  if (selected !== undefined && !near.some(({ name }) => name === selected))
    throw new SourceElsewhere(first.name, selected);
  return near;
}

/** Undefined if anywhere will do. Throws if there is nowhere. */
export function topologyRequirement(request: TopologyRequest): TopologyRequirement | undefined {
  const { claim, allowed, selected, nodes } = request;
  const home = selected === undefined ? undefined : termOfSelected(selected, nodes);
  // A node's own disk can be on no other node: the rest of a large cluster would only make the request long.
  const isAlone = home !== undefined && tellsNodesApart(nodes);
  if (isAlone) checkAllowed(home, selected!, allowed);
  const requisite = isAlone ? [home] : allowed.length > 0 ? flatten(allowed) : everywhere(nodes, home);
  if (requisite.length === 0) {
    if (allowed.length > 0) return undefined;
    throw new Error('no available topology found');
  }
  const terms = distinct(requisite);
  const at = home ? terms.findIndex((term) => isWithin(term, home)) : spread(claim) % terms.length;
  if (at < 0)
    throw new Error(
      `topology ${textOf(home!)} from selected node "${selected}" is not in requisite: ${terms.map(textOf)}`,
    );
  return {
    requisite: terms.map(topologyOf),
    preferred: [...terms.slice(at), ...terms.slice(0, at)].map(topologyOf),
  };
}

function termOfSelected(selected: string, nodes: readonly DriverNode[]): Term {
  const node = nodes.find(({ name }) => name === selected);
  if (!node) throw new NodeUnsuitable(`csinode.storage.k8s.io "${selected}" not found`);
  if (node.topologyKeys.length === 0) throw new Error(`no topology key found for node ${selected}`);
  const term = termOf(node, node.topologyKeys);
  if (term) return term;
  throw new Error(
    `topology labels from selected node ${selected} does not match topology keys from CSINode [${node.topologyKeys.join(' ')}]`,
  );
}

function checkAllowed(home: Term, selected: string, allowed: readonly TopologySelectorTerm[]): void {
  if (allowed.length === 0 || flatten(allowed).some((term) => isWithin(term, home))) return;
  throw new Error(
    `selected node '"${selected}"' topology '${textOf(home)}' is not in allowed topologies: ${flatten(allowed).map(textOf)}`,
  );
}

/** By the keys of the selected node, else of any. */
function everywhere(nodes: readonly DriverNode[], home: Term | undefined): Term[] {
  const keys =
    home?.map(([key]) => key) ?? nodes.find(({ topologyKeys }) => topologyKeys.length > 0)?.topologyKeys;
  if (!keys) return [];
  const terms = nodes.flatMap((node) => {
    const term = termOf(node, keys);
    return term ? [term] : [];
  });
  if (terms.length === 0) throw new Error(`topologyKeys [${keys.join(' ')}] were not found on any nodes`);
  return terms;
}

function termOf(node: DriverNode, keys: readonly string[]): Term | undefined {
  const term: [string, string][] = [];
  for (const key of keys) {
    const value = node.label(key);
    if (value === undefined) return undefined;
    term.push([key, value]);
  }
  return term.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** (zone 1 or 2) and (rack A or B) as zone 1 and rack A, or zone 2 and rack A, … */
function flatten(allowed: readonly TopologySelectorTerm[]): Term[] {
  return allowed.flatMap(({ matchLabelExpressions = [] }) => {
    let terms: Term[] = [];
    for (const { key, values } of matchLabelExpressions)
      terms = values.flatMap((value) =>
        terms.length === 0
          ? [[[key, value] as const]]
          : terms.map((term) => [...term, [key, value] as const]),
      );
    return terms.map((term) => [...term].sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** Whether everything that the first asks is so in the second. */
const isWithin = (term: Term, other: Term): boolean =>
  term.every(([key, value]) => other.some(([k, v]) => k === key && v === value));

function distinct(terms: readonly Term[]): Term[] {
  const found = new Map(terms.map((term) => [textOf(term), term]));
  return [...found.values()].sort((a, b) => a.length - b.length || (textOf(a) < textOf(b) ? -1 : 1));
}

const textOf = (term: Term): string => term.map(([key, value]) => `${key}=${value}`).join(',');
const topologyOf = (term: Term): Topology => ({ segments: Object.fromEntries(term) });

/** Claims NAME-SET-0, NAME-SET-1… begin at parts of the topology that follow one another, those of one pod at the same. */
function spread(claim: string): number {
  const dash = claim.lastIndexOf('-');
  const ordinal = claim.slice(dash + 1);
  if (dash < 0 || !/^[0-9]{1,9}$/.test(ordinal)) return fnv32(claim);
  const base = claim.slice(0, dash);
  return (fnv32(base.slice(base.lastIndexOf('-') + 1)) + Number(ordinal)) % 2 ** 32;
}

function fnv32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = (Math.imul(hash, 0x01000193) ^ byte) >>> 0;
  return hash;
}

/** The nodes that reach a volume; undefined for all. */
export function nodeAffinityOf(topology: readonly Topology[]): VolumeNodeAffinity | undefined {
  if (topology.length === 0) return undefined;
  const nodeSelectorTerms = topology
    .filter(({ segments }) => Object.keys(segments).length > 0)
    .map(({ segments }) => ({
      matchExpressions: Object.entries(segments).map(([key, value]) => ({
        ...{ key, operator: 'In' as const, values: [value] },
      })),
    }));
  return { required: { nodeSelectorTerms } };
}
