// Validates which nodes have access to devices: those of a slice, or those that a device of the slice chooses for itself.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import { addAll } from '../../../../../kit/lists.ts';
import type { Device, ResourceSliceSpec } from '../../../../kinds/resource/v1/resource-slice.ts';
import { complaints, type FieldError, invalid, required } from '../../../field.ts';
import { isDNS1123Subdomain } from '../../../names.ts';
import { validateNodeSelector } from '../../../pod/placement/scheduling.ts';

const NODES = 'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';
const DEVICE_NODES =
  'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
const NOT_CHOSEN =
  '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec';

type Nodes = Pick<ResourceSliceSpec, 'nodeName' | 'nodeSelector' | 'allNodes' | 'perDeviceNodeSelection'>;

export function sliceNodesErrors(spec: ResourceSliceSpec): FieldError[] {
  const { errors, set } = accessOf('spec', spec, 'must be either unset or set to a non-empty string');
  // Selectors of several slices are merged when devices of them are allocated together.
  const terms = spec.nodeSelector?.nodeSelectorTerms;
  if (spec.nodeSelector && terms?.length !== 1)
    errors.push(
      invalid('spec.nodeSelector.nodeSelectorTerms', terms, 'must have exactly one node selector term'),
    );
  if (set.length === 0) errors.push(required('spec', NODES));
  if (set.length > 1)
    errors.push(invalid('spec', `{${set.join(', ')}}`, `${NODES}, but multiple fields are set`));
  return errors;
}

export function deviceNodesErrors(path: string, device: Device, choosesNodes: boolean): FieldError[] {
  const { nodeName, nodeSelector, allNodes } = device;
  if (!choosesNodes) {
    const chooses = nodeName !== undefined || nodeSelector !== undefined || allNodes !== undefined;
    return chooses ? [invalid(path, null, NOT_CHOSEN)] : [];
  }
  const { errors, set } = accessOf(path, { nodeName, nodeSelector, allNodes }, 'must not be empty');
  if (set.length === 0) errors.push(required(path, DEVICE_NODES));
  if (set.length > 1) errors.push(invalid(path, `{${set.join(', ')}}`, DEVICE_NODES));
  return errors;
}

/** The fields that are set, and what is wrong with them. */
function accessOf(path: string, nodes: Nodes, whenEmpty: string): { errors: FieldError[]; set: string[] } {
  const { nodeName, nodeSelector } = nodes;
  const errors: FieldError[] = [];
  const set: string[] = [];
  if (nodeName === '') errors.push(invalid(`${path}.nodeName`, nodeName, whenEmpty));
  else if (nodeName !== undefined) {
    set.push('`nodeName`');
    addAll(errors, complaints(`${path}.nodeName`, nodeName, isDNS1123Subdomain(nodeName)));
  }
  if (nodeSelector) {
    set.push('`nodeSelector`');
    addAll(errors, validateNodeSelector(nodeSelector, `${path}.nodeSelector`));
  }
  for (const field of ['allNodes', 'perDeviceNodeSelection'] as const) {
    if (nodes[field]) set.push(`\`${field}\``);
    else if (nodes[field] === false)
      errors.push(invalid(`${path}.${field}`, false, 'must be either unset or set to true'));
  }
  return { errors, set };
}
