// Validates PersistentVolumes, claims and StorageClasses.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core and pkg/apis/storage, validation. Called through rule-book.ts.
import { addAll } from '../../../kit/lists.ts';
import type { PersistentVolumeClaimSpec } from '../../kinds/core/v1/claim-spec.ts';
import { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import type { StorageClass } from '../../kinds/storage/v1/storage-class.ts';
import { compareQuantity, parseQuantity, signOf } from '../../quantity/quantity.ts';
import {
  complaints,
  type FieldError,
  forbidden,
  immutable,
  invalid,
  notSupported,
  required,
} from '../field.ts';
import { validateLabelSelector } from '../labels.ts';
import { isDNS1123Subdomain, isQualifiedName } from '../names.ts';
import { unchanged } from '../object-meta.ts';
import { validateNodeSelector } from '../pod/placement/scheduling.ts';
import type { Rules } from '../rules.ts';
import { semanticEqual } from '../semantic.ts';
import { validateStructure } from '../structural.ts';

const modes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const volumeModes = ['Block', 'Filesystem'];

function accessModeErrors(given: readonly string[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const list = given ?? [];
  for (const mode of list) if (!modes.includes(mode)) errors.push(notSupported(path, mode, modes));
  if (list.includes('ReadWriteOncePod') && list.length > 1)
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  return errors;
}

export function claimSpecErrors(spec: PersistentVolumeClaimSpec | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!spec?.accessModes?.length)
    errors.push(required(`${path}.accessModes`, 'at least 1 access mode is required'));
  addAll(errors, validateLabelSelector(spec?.selector, `${path}.selector`));
  addAll(errors, accessModeErrors(spec?.accessModes, `${path}.accessModes`));
  const storage = spec?.resources?.requests?.storage;
  if (storage === undefined) errors.push(required(`${path}.resources[storage]`));
  else if (signOf(parseQuantity(storage)) <= 0)
    errors.push(invalid(`${path}.resources[storage]`, storage, 'must be greater than zero'));
  const name = spec?.storageClassName;
  if (name) addAll(errors, complaints(`${path}.storageClassName`, name, isDNS1123Subdomain(name)));
  if (spec?.volumeMode && !volumeModes.includes(spec.volumeMode))
    errors.push(notSupported(`${path}.volumeMode`, spec.volumeMode, volumeModes));
  return errors;
}

function claimUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const errors = claimSpecErrors(claim.spec, 'spec');
  const comparable = (c: PersistentVolumeClaim) => {
    const { resources: _, volumeAttributesClassName: __, ...rest } = c.spec ?? {};
    return old.spec?.volumeName ? rest : { ...rest, volumeName: undefined };
  };
  if (!semanticEqual(comparable(claim), comparable(old)))
    errors.push(
      forbidden(
        'spec',
        'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ),
    );
  const after = claim.spec?.resources?.requests?.storage;
  const before = old.spec?.resources?.requests?.storage;
  if (after && before && compareQuantity(parseQuantity(after), parseQuantity(before)) < 0)
    errors.push(forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity'));
  return errors;
}

export const persistentVolumeClaimRules: Rules<PersistentVolumeClaim> = {
  create: (claim) => claimSpecErrors(claim.spec, 'spec'),
  update: claimUpdate,
};

type VolumeSpec = NonNullable<PersistentVolume['spec']>;
const notSources = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeAttributesClassName',
  'volumeMode',
]);
const specType = PersistentVolume.fields.spec.type;
const sourceFields =
  specType.is === 'struct' ? Object.entries(specType.fields).filter(([name]) => !notSources.has(name)) : [];

function sourceErrors(spec: VolumeSpec): FieldError[] {
  const given = spec as Readonly<Record<string, unknown>>;
  const [first, ...others] = sourceFields.filter(([name]) => given[name] !== undefined);
  if (!first) return [required('spec', 'must specify a volume type')];
  const [name, field] = first;
  return [
    ...(field.type.is === 'struct' ? validateStructure(field.type, given[name], `spec.${name}`) : []),
    ...others.map(([other]) => forbidden(`spec.${other}`, 'may not specify more than 1 volume type')),
  ];
}

const reclaimPolicies = ['Delete', 'Recycle', 'Retain'];

/** `old` is there on update: values of node affinity that were wrong before may stay. */
function volume({ spec = {} }: PersistentVolume, old?: PersistentVolume): FieldError[] {
  const errors: FieldError[] = [];
  if (!spec.accessModes?.length) errors.push(required('spec.accessModes'));
  addAll(errors, accessModeErrors(spec.accessModes, 'spec.accessModes'));
  const capacity = spec.capacity ?? {};
  if (Object.keys(capacity).length === 0) errors.push(required('spec.capacity'));
  if (capacity.storage === undefined || Object.keys(capacity).length > 1)
    errors.push(notSupported('spec.capacity', capacity, ['storage']));
  for (const [name, amount] of Object.entries(capacity))
    if (signOf(parseQuantity(amount)) <= 0)
      errors.push(invalid(`spec.capacity[${name}]`, amount, 'must be greater than zero'));
  const policy = spec.persistentVolumeReclaimPolicy;
  if (policy && !reclaimPolicies.includes(policy))
    errors.push(notSupported('spec.persistentVolumeReclaimPolicy', policy, reclaimPolicies));
  if (spec.nodeAffinity) {
    const needed = spec.nodeAffinity.required;
    const path = 'spec.nodeAffinity.required';
    addAll(
      errors,
      needed
        ? validateNodeSelector(needed, path, hadWrongValues(old) ? 'as they are' : 'checked')
        : [required(path, 'must specify required node constraints')],
    );
  } else if (spec.local) errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
  addAll(errors, sourceErrors(spec));
  if (spec.hostPath?.path === '/' && policy === 'Recycle')
    errors.push(
      forbidden('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'"),
    );
  const name = spec.storageClassName;
  if (name) addAll(errors, complaints('spec.storageClassName', name, isDNS1123Subdomain(name)));
  if (spec.volumeMode && !volumeModes.includes(spec.volumeMode))
    errors.push(notSupported('spec.volumeMode', spec.volumeMode, volumeModes));
  return errors;
}

function hadWrongValues(old: PersistentVolume | undefined): boolean {
  const needed = old?.spec?.nodeAffinity?.required;
  return (
    needed !== undefined && validateNodeSelector(needed, '').some(({ field }) => field.includes('.values['))
  );
}

function volumeUpdate(v: PersistentVolume, old: PersistentVolume): FieldError[] {
  const errors = volume(v, old);
  const source = (p: PersistentVolume) =>
    Object.fromEntries(
      sourceFields.map(([name]) => [name, (p.spec as Record<string, unknown> | undefined)?.[name] ?? null]),
    );
  if (!semanticEqual(source(v), source(old)))
    errors.push(
      forbidden('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation'),
    );
  return [...errors, ...unchanged('spec.volumeMode', v.spec?.volumeMode, old.spec?.volumeMode)];
}

export const persistentVolumeRules: Rules<PersistentVolume> = {
  create: (v) => volume(v),
  update: volumeUpdate,
};

function storageClass(s: StorageClass): FieldError[] {
  const errors = s.provisioner
    ? complaints('provisioner', s.provisioner, isQualifiedName(s.provisioner.toLowerCase()))
    : [required('provisioner', s.provisioner ?? '')];
  for (const key in s.parameters)
    if (key === '') errors.push(invalid('parameters', key, 'field can not be empty.'));
  if (s.reclaimPolicy && s.reclaimPolicy !== 'Delete' && s.reclaimPolicy !== 'Retain')
    errors.push(notSupported('reclaimPolicy', s.reclaimPolicy, ['Delete', 'Retain']));
  const mode = s.volumeBindingMode;
  if (!mode) errors.push(required('volumeBindingMode'));
  else if (mode !== 'Immediate' && mode !== 'WaitForFirstConsumer')
    errors.push(notSupported('volumeBindingMode', mode, ['Immediate', 'WaitForFirstConsumer']));
  return errors;
}

function storageClassUpdate(s: StorageClass, old: StorageClass): FieldError[] {
  const errors: FieldError[] = [];
  if (!semanticEqual(s.parameters ?? {}, old.parameters ?? {}))
    errors.push(forbidden('parameters', 'updates to parameters are forbidden.'));
  if (s.provisioner !== old.provisioner)
    errors.push(forbidden('provisioner', 'updates to provisioner are forbidden.'));
  if (s.reclaimPolicy !== old.reclaimPolicy)
    errors.push(forbidden('reclaimPolicy', 'updates to reclaimPolicy are forbidden.'));
  if (s.volumeBindingMode !== old.volumeBindingMode)
    errors.push(immutable('volumeBindingMode', s.volumeBindingMode));
  return errors;
}

export const storageClassRules: Rules<StorageClass> = { create: storageClass, update: storageClassUpdate };
