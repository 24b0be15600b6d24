// A volume as it is to be made: the request to the driver, and what its object needs besides. It stays the same however often the driver
// is called. Pure. Upstream: prepareProvision of external-provisioner.
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { SecretReference } from '../../api/kinds/core/v1/references.ts';
import type { StorageClass } from '../../api/kinds/storage/v1/storage-class.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { wholeValue } from '../../api/quantity/quantity.ts';
import { accessModeOf } from '../../csi/access-modes.ts';
import type { CreateVolumeRequest } from '../../csi/messages/controller.ts';
import type { VolumeContentSource } from '../../csi/messages/volume.ts';
import type { Capabilities } from '../csi/capabilities.ts';
import type { DriverNode } from '../csi/driver-nodes.ts';
import { capabilityOf } from '../csi/volume-capability.ts';
import { driverParameters, fsTypeOf, objectParameters } from './parameters.ts';
import { selectedNodeOf, volumeNameOf } from './plan.ts';
import { type SecretPurpose, secretRef } from './secret-refs.ts';
import { topologyRequirement } from './topology.ts';

export interface Prepared {
  readonly claim: Readonly<PersistentVolumeClaim & KubeObject>;
  readonly class: Readonly<StorageClass>;
  readonly driver: string;
  readonly hasTopology: boolean;
  /** Without secrets: those are read for each call. */
  readonly request: CreateVolumeRequest;
  readonly fsType: string;
  readonly secrets: Readonly<Partial<Record<SecretPurpose, SecretReference>>>;
}

export interface Order extends Pick<Prepared, 'claim' | 'class' | 'driver'> {
  readonly capabilities: Capabilities;
  readonly nodes: readonly DriverNode[];
  readonly contents: VolumeContentSource | undefined;
  readonly mutableParameters: Readonly<Record<string, string>>;
}

/** Throws if the claim or its class cannot be served. */
export function prepare(order: Order): Prepared {
  const { claim, driver, capabilities, nodes, contents, mutableParameters } = order;
  const { accessModes = [], resources, selector, volumeMode } = claim.spec ?? {};
  if (selector) throw new Error('claim Selector is not supported');
  const parameters = order.class.parameters ?? {};
  const volume = volumeNameOf(claim);
  const fsType = fsTypeOf(parameters);
  const [name, namespace] = [nameOf(claim), namespaceOf(claim)];
  const { annotations = {} } = claim.metadata;
  const subject = { volume, claim: name, namespace, annotations };
  const tellsPodsApart = capabilities.controller.has('SINGLE_NODE_MULTI_WRITER');
  const flags = order.class.mountOptions ?? [];
  const request: CreateVolumeRequest = {
    name: volume,
    capacityRange: { requiredBytes: wholeValue(resources?.requests?.storage ?? '0'), limitBytes: 0 },
    volumeCapabilities: accessModes.map((mode) =>
      capabilityOf(volumeMode, accessModeOf([mode], tellsPodsApart), fsType, flags),
    ),
    parameters: { ...driverParameters(parameters), ...objectParameters({ name, namespace }, volume) },
    secrets: {},
    volumeContentSource: contents,
    accessibilityRequirements: capabilities.hasTopology
      ? topologyRequirement({
          claim: name,
          allowed: order.class.allowedTopologies ?? [],
          selected: selectedNodeOf(claim),
          nodes,
        })
      : undefined,
    mutableParameters: { ...mutableParameters },
  };
  const secrets: Partial<Record<SecretPurpose, SecretReference>> = {};
  for (const purpose of PURPOSES) {
    const ref = secretRef(purpose, parameters, subject);
    if (ref) secrets[purpose] = ref;
  }
  const { hasTopology } = capabilities;
  return { claim, class: order.class, driver, hasTopology, request, fsType, secrets };
}

const PURPOSES: readonly SecretPurpose[] = [
  'provisioner',
  'controller-publish',
  'node-stage',
  'node-publish',
  'controller-expand',
  'node-expand',
  'controller-modify',
];
