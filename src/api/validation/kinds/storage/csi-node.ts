// Validates CSINodes, and CSIStorageCapacities.
// Paths and messages follow k8s.io/kubernetes pkg/apis/storage/validation. Called through rule-book.ts.
import type { CSINode, CSINodeDriver } from '../../../kinds/storage/v1/csi-node.ts';
import type { CSIStorageCapacity } from '../../../kinds/storage/v1/csi-storage-capacity.ts';
import {
  complaints,
  duplicate,
  errorsOfItems,
  type FieldError,
  immutable,
  invalid,
  nonNegative,
  required,
} from '../../field.ts';
import { validateLabelSelector } from '../../labels.ts';
import { isDNS1123Subdomain, isQualifiedName } from '../../names.ts';
import { unchanged } from '../../object-meta.ts';
import type { Rules } from '../../rules.ts';
import { semanticEqual } from '../../semantic.ts';
import { nonNegativeAmount } from '../amounts/amounts.ts';
import { driverNameErrors } from './driver-name.ts';

/** Bytes. */
const LONGEST_NODE_ID = 256;
const DRIVERS = 'spec.drivers';

function nodeIdErrors(id: string, path: string): FieldError[] {
  if (!id) return [required(path)];
  return Buffer.byteLength(id) > LONGEST_NODE_ID
    ? [invalid(path, id, `must be ${LONGEST_NODE_ID} characters or less`)]
    : [];
}

/** As upstream, the path of a key is that of its driver. */
function topologyKeyErrors(keys: readonly string[] | undefined, path: string): FieldError[] {
  const seen = new Set<string>();
  return errorsOfItems(keys, (key) => {
    const again = seen.has(key) ? [duplicate(path, key)] : [];
    seen.add(key);
    return [
      ...(key === '' ? [required(path)] : []),
      ...again,
      ...complaints(path, key, isQualifiedName(key)),
    ];
  });
}

function driversErrors({ spec }: CSINode): FieldError[] {
  const names = new Set<string>();
  return errorsOfItems(spec.drivers, ({ name, nodeID, allocatable, topologyKeys }, i) => {
    const path = `${DRIVERS}[${i}]`;
    const again = names.has(name) ? [duplicate(`${path}.name`, name)] : [];
    names.add(name);
    return [
      ...driverNameErrors(name, `${path}.name`),
      ...nodeIdErrors(nodeID, `${path}.nodeID`),
      ...nonNegative(`${path}.allocatable.count`, allocatable?.count),
      ...again,
      ...topologyKeyErrors(topologyKeys, path),
    ];
  });
}

const withoutAllocatable = ({ allocatable: _, ...driver }: CSINodeDriver) => driver;

/** A driver that stays keeps everything but the number of volumes. */
function driversUpdateErrors({ spec }: CSINode, old: CSINode): FieldError[] {
  const drivers = new Map((spec.drivers ?? []).map((driver) => [driver.name, driver]));
  return errorsOfItems(old.spec.drivers, (before) => {
    const driver = drivers.get(before.name);
    return driver ? unchanged(DRIVERS, withoutAllocatable(driver), withoutAllocatable(before)) : [];
  });
}

export const csiNodeRules: Rules<CSINode> = {
  create: driversErrors,
  update: (node, old) => [...driversErrors(node), ...driversUpdateErrors(node, old)],
};

export const csiStorageCapacityRules: Rules<CSIStorageCapacity> = {
  create: ({ nodeTopology, storageClassName: name, capacity }) => [
    ...validateLabelSelector(nodeTopology, 'nodeTopology'),
    ...complaints('storageClassName', name, isDNS1123Subdomain(name)),
    ...(capacity === undefined ? [] : nonNegativeAmount(capacity, 'capacity')),
  ],
  update: (capacity, old) => [
    ...(semanticEqual(capacity.nodeTopology, old.nodeTopology)
      ? []
      : [immutable('nodeTopology', capacity.nodeTopology ?? null)]),
    ...(capacity.storageClassName === old.storageClassName
      ? []
      : [immutable('storageClassName', capacity.storageClassName)]),
  ],
};
