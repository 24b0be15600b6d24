// A number that the scheduler wants to know: the room for a class in one part of a driver's topology. Pure.
// Upstream: pkg/capacity of external-provisioner.
import { createHash } from 'node:crypto';
import type { PersistentVolume } from '../../../api/kinds/core/v1/persistent-volume.ts';
import { CSIDriver } from '../../../api/kinds/storage/v1/csi-driver.ts';
import type { CSIStorageCapacity } from '../../../api/kinds/storage/v1/csi-storage-capacity.ts';
import { controllerReference, labelsOf } from '../../../api/meta/v1/object.ts';
import { formatQuantity, quantityOf } from '../../../api/quantity/quantity.ts';
import type { GetCapacityResponse } from '../../../csi/messages/controller.ts';
import type { DriverNode } from '../../csi/driver-nodes.ts';

type Segments = Readonly<Record<string, string>>;

export interface Item {
  readonly driver: string;
  readonly className: string;
  /** None: all nodes are alike. */
  readonly segments: Segments;
}

export const NAMESPACE = 'kube-system';
const DRIVER_LABEL = 'csi.storage.k8s.io/drivername';
const MANAGER_LABEL = 'csi.storage.k8s.io/managed-by';
const MANAGER = 'external-provisioner';

export const keyOfItem = ({ driver, className, segments }: Item): string =>
  JSON.stringify([driver, className, Object.entries(segments).sort(([a], [b]) => (a < b ? -1 : 1))]);

export function itemOfKey(key: string): Item {
  const [driver, className, segments] = JSON.parse(key) as [string, string, [string, string][]];
  return { driver, className, segments: Object.fromEntries(segments) };
}

/** The parts in which nodes are; nodes whose labels are not complete are in none. */
export function partsOf(nodes: readonly DriverNode[], hasTopology: boolean): Segments[] {
  if (!hasTopology) return nodes.length > 0 ? [{}] : [];
  const parts = new Map<string, Segments>();
  for (const { topologyKeys, label } of nodes) {
    const entries = [...topologyKeys].sort().map((key) => [key, label(key)] as const);
    if (entries.length > 0 && entries.every(([, value]) => value !== undefined))
      parts.set(JSON.stringify(entries), Object.fromEntries(entries) as Segments);
  }
  return [...parts.values()];
}

/** The parts from which the volume is reached, as its driver has named them. */
export const partsOfVolume = ({ spec }: Readonly<PersistentVolume>): Segments[] =>
  (spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [{}]).map(({ matchExpressions = [] }) =>
    Object.fromEntries(matchExpressions.map(({ key, values = [] }) => [key, values[0] ?? ''])),
  );

/** Always the same for an item: there cannot be two. */
export const nameOfObject = (item: Item): string =>
  `csisc-${createHash('sha256').update(keyOfItem(item)).digest('hex').slice(0, 16)}`;

/** Undefined for an object that somebody else manages. */
export function itemOfObject(object: Readonly<CSIStorageCapacity>): Item | undefined {
  const { [DRIVER_LABEL]: driver, [MANAGER_LABEL]: manager } = labelsOf(object);
  if (driver === undefined || manager !== MANAGER) return undefined;
  const { nodeTopology, storageClassName: className } = object;
  const item = { driver, className, segments: nodeTopology?.matchLabels ?? {} };
  return nameOfObject(item) === object.metadata.name ? item : undefined;
}

export function objectOf(
  item: Item,
  { availableCapacity, maximumVolumeSize }: GetCapacityResponse,
  owner: Readonly<CSIDriver>,
): CSIStorageCapacity {
  const bytes = (amount: number) => formatQuantity(quantityOf(amount, 'BinarySI'));
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIStorageCapacity',
    metadata: {
      name: nameOfObject(item),
      namespace: NAMESPACE,
      labels: { [DRIVER_LABEL]: item.driver, [MANAGER_LABEL]: MANAGER },
      ownerReferences: [controllerReference(CSIDriver, owner)],
    },
    storageClassName: item.className,
    nodeTopology: Object.keys(item.segments).length > 0 ? { matchLabels: { ...item.segments } } : {},
    capacity: bytes(availableCapacity),
    ...(maximumVolumeSize !== undefined && { maximumVolumeSize: bytes(maximumVolumeSize) }),
  };
}
