// Whether a node can have all volumes of a pod: those that are bound, those that could be bound, and those that could be made for it.
// Upstream: FindPodVolumes in volumebinding/binder.go.
import type { PersistentVolume } from '../../../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { CSIStorageCapacity } from '../../../../api/kinds/storage/v1/csi-storage-capacity.ts';
import type { StorageClass } from '../../../../api/kinds/storage/v1/storage-class.ts';
import { keyOf, nameOf } from '../../../../api/meta/v1/object.ts';
import { compareQuantity, parseQuantity, type Quantity } from '../../../../api/quantity/quantity.ts';
import { labelSelectorOf } from '../../../../api/selectors/label-selector.ts';
import { NO_PROVISIONER, SELECTED_NODE } from '../../../../api/volumes/annotations.ts';
import { reaches } from '../../../../api/volumes/binding.ts';
import { classOfClaim } from '../../../../api/volumes/classes.ts';
import { requestOf } from '../../../../api/volumes/match.ts';
import type { NodeInfo } from '../../../cache/node-info.ts';
import { BY_CLASS, type VolumeSources } from '../sources.ts';
import { FreeVolumes } from './free-volumes.ts';
import type { PodClaims } from './pod-claims.ts';

type Claim = Readonly<PersistentVolumeClaim>;
type Volume = Readonly<PersistentVolume>;

export interface Binding {
  readonly claim: Claim;
  readonly volume: Volume;
}

export interface Provision {
  readonly claim: Claim;
  /** Where there is room for it, if its driver says so. */
  readonly capacity?: Readonly<CSIStorageCapacity>;
}

/** What the pod would do about its claims on one node. */
export interface NodeVolumes {
  readonly bindings: readonly Binding[];
  readonly provisions: readonly Provision[];
}

export const UNREACHABLE = "node(s) didn't match PersistentVolume's node affinity";
export const NOTHING_TO_BIND = "node(s) didn't find available persistent volumes to bind";
export const NO_ROOM = 'node(s) did not have enough free storage';
export const GONE = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)';

/** The claims with the volumes that they may be bound to, the smallest claim first. */
export interface Wanted {
  readonly bound: readonly Claim[];
  readonly delayed: readonly { readonly claim: Claim; readonly free: FreeVolumes }[];
}

type Sources = Pick<VolumeSources, 'volumes' | 'classes' | 'drivers' | 'capacitiesOf'>;

export function wantedOf({ bound, delayed }: PodClaims, { volumes }: Pick<VolumeSources, 'volumes'>): Wanted {
  const smallestFirst = [...delayed].sort((a, b) => compareQuantity(requestOf(a), requestOf(b)));
  const withFree = smallestFirst.map((claim) => ({
    claim,
    free: new FreeVolumes(claim, volumes.byIndex(BY_CLASS, classOfClaim(claim))),
  }));
  return { bound, delayed: withFree };
}

/** The reasons against the node, or what to do on it. */
export function findVolumes(
  wanted: Wanted,
  node: NodeInfo,
  sources: Sources,
): readonly string[] | NodeVolumes {
  const boundProblem = problemOfBound(wanted.bound, node, sources);
  const delayed = findDelayed(wanted.delayed, node, sources);
  const reasons = [
    ...(boundProblem === UNREACHABLE ? [UNREACHABLE] : []),
    ...(typeof delayed === 'string' ? [delayed] : []),
    ...(boundProblem === GONE ? [GONE] : []),
  ];
  return reasons.length > 0 || typeof delayed === 'string' ? reasons : delayed;
}

function problemOfBound(bound: readonly Claim[], node: NodeInfo, { volumes }: Sources): string | undefined {
  for (const { spec } of bound) {
    const volume = volumes.get(spec?.volumeName ?? '');
    if (!volume) return GONE;
    if (!reaches(node, volume)) return UNREACHABLE;
  }
  return undefined;
}

function findDelayed(delayed: Wanted['delayed'], node: NodeInfo, sources: Sources): string | NodeVolumes {
  const bindings: Binding[] = [];
  const taken = new Set<string>();
  // A claim that has been given a node is made there.
  const given = delayed.filter(({ claim }) => selectedNodeOf(claim) !== undefined);
  if (given.some(({ claim }) => selectedNodeOf(claim) !== node.name)) return NOTHING_TO_BIND;
  const missing = given.map(({ claim }) => claim);
  for (const { claim, free } of delayed) {
    if (selectedNodeOf(claim) !== undefined) continue;
    const volume = free.for(node, taken);
    if (volume) {
      taken.add(nameOf(volume));
      bindings.push({ claim, volume });
    } else missing.push(claim);
  }
  const provisions: Provision[] = [];
  for (const claim of missing) {
    const found = provisionOf(claim, node, sources);
    if (typeof found === 'string') return found;
    provisions.push(found);
  }
  return { bindings, provisions };
}

const selectedNodeOf = ({ metadata }: Claim): string | undefined => metadata.annotations?.[SELECTED_NODE];

function provisionOf(claim: Claim, node: NodeInfo, sources: Sources): string | Provision {
  const name = classOfClaim(claim);
  if (!name) throw new Error(`no class for claim "${keyOf(claim)}"`);
  const found = sources.classes.get(name);
  if (!found) throw new Error(`failed to find storage class ${JSON.stringify(name)}`);
  if (!found.provisioner || found.provisioner === NO_PROVISIONER) return NOTHING_TO_BIND;
  if (!allowsNode(found, node)) return NOTHING_TO_BIND;
  const request = claim.spec?.resources?.requests?.storage;
  if (request === undefined || !sources.drivers.get(found.provisioner)?.spec.storageCapacity)
    return { claim };
  const size = parseQuantity(request);
  const capacity = sources.capacitiesOf(name).find((one) => hasRoom(one, size) && isFor(one, node));
  return capacity ? { claim, capacity } : NO_ROOM;
}

/** Whether volumes of the class may be made where the node is. */
function allowsNode({ allowedTopologies = [] }: Readonly<StorageClass>, node: NodeInfo): boolean {
  if (allowedTopologies.length === 0) return true;
  return allowedTopologies.some(
    ({ matchLabelExpressions = [] }) =>
      matchLabelExpressions.length > 0 &&
      matchLabelExpressions.every(({ key, values }) => {
        const label = node.label(key);
        return label !== undefined && values.includes(label);
      }),
  );
}

/** The largest volume that can be made; the whole free capacity where that is not known. */
export const limitOf = ({
  maximumVolumeSize,
  capacity,
}: Readonly<CSIStorageCapacity>): Quantity | undefined => {
  const text = maximumVolumeSize ?? capacity;
  return text === undefined ? undefined : parseQuantity(text);
};

function hasRoom(capacity: Readonly<CSIStorageCapacity>, size: Quantity): boolean {
  const limit = limitOf(capacity);
  return limit !== undefined && compareQuantity(limit, size) >= 0;
}

const isFor = ({ nodeTopology }: Readonly<CSIStorageCapacity>, node: NodeInfo): boolean =>
  nodeTopology !== undefined && labelSelectorOf(nodeTopology).matches(node.node?.metadata.labels);
