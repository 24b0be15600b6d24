// Validates PersistentVolumes, and the volumes of attachments that have none.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called through rule-book.ts.
import { addAll } from '../../../../kit/lists.ts';
import type { NodeSelector } from '../../../kinds/core/v1/node-affinity.ts';
import type { PersistentVolume, PersistentVolumeSpec } from '../../../kinds/core/v1/persistent-volume.ts';
import { parseQuantity, signOf } from '../../../quantity/quantity.ts';
import { type FieldError, forbidden, invalid, notSupported, required } from '../../field.ts';
import { unchanged } from '../../object-meta.ts';
import { validateNodeSelector } from '../../pod/placement/scheduling.ts';
import type { Rules } from '../../rules.ts';
import { semanticEqual } from '../../semantic.ts';
import { validAmount } from '../amounts/amounts.ts';
import { accessModeErrors, classNameErrors, volumeModes } from './volume-fields.ts';
import { sourceErrors, sourceOf } from './volume-sources.ts';

type Spec = PersistentVolumeSpec;

const reclaimPolicies = ['Delete', 'Recycle', 'Retain'];

const modesErrors = ({ accessModes }: Spec, path: string): FieldError[] => [
  ...(accessModes?.length ? [] : [required(`${path}.accessModes`)]),
  ...accessModeErrors(accessModes, `${path}.accessModes`),
];

function capacityErrors({ capacity = {} }: Spec): FieldError[] {
  const path = 'spec.capacity';
  const errors: FieldError[] = [];
  const names = Object.keys(capacity);
  if (names.length === 0) errors.push(required(path));
  if (capacity.storage === undefined || names.length > 1)
    errors.push(notSupported(path, capacity, ['storage']));
  for (const name of names) {
    const [amount, at] = [capacity[name]!, `${path}[${name}]`];
    addAll(errors, validAmount(amount, at));
    if (signOf(parseQuantity(amount)) <= 0) errors.push(invalid(at, amount, 'must be greater than zero'));
  }
  return errors;
}

const REQUIRED = 'spec.nodeAffinity.required';

/** Values of labels that were wrong before may stay. */
function hadWrongValues({ nodeAffinity }: Spec): boolean {
  const needed = nodeAffinity?.required;
  return (
    needed !== undefined && validateNodeSelector(needed, '').some(({ field }) => field.includes('.values['))
  );
}

function affinityErrors({ nodeAffinity }: Spec, old: Spec): FieldError[] {
  if (!nodeAffinity) return [];
  return nodeAffinity.required
    ? validateNodeSelector(nodeAffinity.required, REQUIRED, hadWrongValues(old) ? 'as they are' : 'checked')
    : [required(REQUIRED, 'must specify required node constraints')];
}

/** As Go's path.Clean, as far as it gives the root. */
const isRoot = (path: string | undefined): boolean => {
  if (!path?.startsWith('/')) return false;
  let depth = 0;
  for (const part of path.split('/'))
    if (part === '..') depth = Math.max(0, depth - 1);
    else if (part !== '' && part !== '.') depth++;
  return depth === 0;
};

function recycleErrors(
  { hostPath, persistentVolumeReclaimPolicy: policy }: Spec,
  path: string,
): FieldError[] {
  return policy === 'Recycle' && isRoot(hostPath?.path)
    ? [forbidden(`${path}.persistentVolumeReclaimPolicy`, "may not be 'recycle' for a hostPath mount of '/'")]
    : [];
}

function attributesClassErrors({ volumeAttributesClassName: name, csi }: Spec): FieldError[] {
  if (name === undefined) return [];
  const path = 'spec.volumeAttributesClassName';
  return [
    ...(name === '' ? [required(path, 'an empty string is disallowed')] : classNameErrors(name, path)),
    ...(csi ? [] : [required('spec.csi', 'has to be specified when using volumeAttributesClassName')]),
  ];
}

const MOUNT_OPTIONS = 'volume.beta.kubernetes.io/mount-options';
const mountedWithOptions = [
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'nfs',
  'rbd',
  'quobyte',
  'iscsi',
  'cinder',
  'cephfs',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'photonPersistentDisk',
] as const;

/** The annotation is older than the field, and for the sources of its time only (pkg/volume/validation). */
const mountOptionErrors = ({ metadata, spec = {} }: PersistentVolume): FieldError[] =>
  metadata.annotations?.[MOUNT_OPTIONS] === undefined || mountedWithOptions.some((source) => spec[source])
    ? []
    : [
        forbidden(
          `metadata.annotations.${MOUNT_OPTIONS}`,
          'may not specify mount options for this volume type',
        ),
      ];

function volume({ metadata, spec = {} }: PersistentVolume, old: Spec = {}): FieldError[] {
  const { persistentVolumeReclaimPolicy: policy, volumeMode } = spec;
  const errors = [...modesErrors(spec, 'spec'), ...capacityErrors(spec)];
  if (policy && !reclaimPolicies.includes(policy))
    errors.push(notSupported('spec.persistentVolumeReclaimPolicy', policy, reclaimPolicies));
  addAll(errors, affinityErrors(spec, old));
  addAll(errors, sourceErrors(spec, 'spec', metadata.name ?? ''));
  if (spec.local && !spec.nodeAffinity)
    errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
  addAll(errors, recycleErrors(spec, 'spec'));
  addAll(errors, classNameErrors(spec.storageClassName, 'spec.storageClassName'));
  if (volumeMode !== undefined && !volumeModes.includes(volumeMode))
    errors.push(notSupported('spec.volumeMode', volumeMode, volumeModes));
  return [...errors, ...attributesClassErrors(spec)];
}

/** The volume of an attachment: one that was made for CSI out of a volume in a pod. */
export function inlineVolumeErrors(spec: Spec, path: string): FieldError[] {
  const never = (field: keyof Spec, isSet: unknown) =>
    isSet ? [forbidden(`${path}.${field}`, 'may not be specified in the context of inline volumes')] : [];
  const only = (field: string, value: string | undefined, allowed: string, says: string) =>
    value && value !== allowed
      ? [forbidden(`${path}.${field}`, `${says} ${allowed} in the context of inline volumes`)]
      : [];
  return [
    ...never('claimRef', spec.claimRef),
    ...never('capacity', Object.keys(spec.capacity ?? {}).length > 0),
    ...(spec.csi ? [] : [required(`${path}.csi`, 'has to be specified in the context of inline volumes')]),
    ...modesErrors(spec, path),
    ...only('persistentVolumeReclaimPolicy', spec.persistentVolumeReclaimPolicy, 'Retain', 'may only be'),
    ...never('nodeAffinity', spec.nodeAffinity),
    ...sourceErrors(spec, path, ''),
    ...recycleErrors(spec, path),
    ...never('storageClassName', spec.storageClassName),
    ...only('volumeMode', spec.volumeMode, 'Filesystem', 'may not specify volumeMode other than'),
  ];
}

/** The secret for expansion may be added later. */
function fixedSource(spec: Spec, old: Spec): Readonly<Record<string, unknown>> {
  const source = sourceOf(spec);
  if (!spec.csi || !old.csi || old.csi.controllerExpandSecretRef) return source;
  return { ...source, csi: { ...spec.csi, controllerExpandSecretRef: undefined } };
}

/** Labels that got other names when they became stable. */
const stableLabels: ReadonlyMap<string, string> = new Map([
  ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'],
  ['beta.kubernetes.io/os', 'kubernetes.io/os'],
  ['beta.kubernetes.io/arch', 'kubernetes.io/arch'],
  ['beta.kubernetes.io/instance-type', 'node.kubernetes.io/instance-type'],
]);

/** `old` with the labels by which `selector` replaces them. */
function renamed(old: NodeSelector | undefined, selector: NodeSelector | undefined): unknown {
  const terms = old?.nodeSelectorTerms?.map((term, t) => ({
    ...term,
    matchExpressions: term.matchExpressions?.map((requirement, i) => {
      const key = selector?.nodeSelectorTerms?.[t]?.matchExpressions?.[i]?.key;
      return key !== undefined && stableLabels.get(requirement.key) === key
        ? { ...requirement, key }
        : requirement;
    }),
  }));
  return { ...old, nodeSelectorTerms: terms };
}

/** A volume may get an affinity once. */
function affinityUpdateErrors({ nodeAffinity }: Spec, { nodeAffinity: old }: Spec): FieldError[] {
  if (
    !old ||
    (nodeAffinity && semanticEqual(nodeAffinity.required, renamed(old.required, nodeAffinity.required)))
  )
    return [];
  return [
    invalid(
      'nodeAffinity',
      nodeAffinity ?? null,
      'field is immutable, except for updating from beta label to GA',
    ),
  ];
}

function volumeUpdate(v: PersistentVolume, old: PersistentVolume): FieldError[] {
  const errors = [...volume(v, old.spec), ...mountOptionErrors(v)];
  const [spec, before] = [v.spec ?? {}, old.spec ?? {}];
  if (!semanticEqual(fixedSource(spec, before), sourceOf(before)))
    errors.push(
      forbidden('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation'),
    );
  // As upstream, the paths begin in the spec.
  addAll(errors, unchanged('volumeMode', spec.volumeMode, before.volumeMode));
  addAll(errors, affinityUpdateErrors(spec, before));
  if (before.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined)
    errors.push(forbidden('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'));
  return errors;
}

export const persistentVolumeRules: Rules<PersistentVolume> = {
  create: (v) => [...volume(v), ...mountOptionErrors(v)],
  update: volumeUpdate,
};
