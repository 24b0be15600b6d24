// Validates metadata of all kinds, on create and on update. Each kind provides only the rule for its names.

import { addAll } from '../../kit/lists.ts';
import type { ManagedFieldsEntry, ObjectMeta, OwnerReference } from '../meta/v1/object-meta.ts';
import { isObject } from '../patch/json.ts';
import {
  checkItems,
  complaints,
  errorsOfItems,
  type FieldError,
  forbidden,
  immutable,
  invalid,
  nonNegative,
  required,
  tooLong,
} from './field.ts';
import {
  isDNS1035Label,
  isDNS1123Label,
  isDNS1123Subdomain,
  isLabelValue,
  isQualifiedName,
  pathSegmentName,
} from './names.ts';
import { semanticEqual } from './semantic.ts';

/** The messages for a name. `prefix` is set for a generateName, which may end with a dash. */
export type NameRule = (name: string, prefix: boolean) => string[];

const masked =
  (check: (name: string) => string[]): NameRule =>
  (name, prefix) =>
    check(prefix && name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name);

export const subdomainName: NameRule = masked(isDNS1123Subdomain);
export const labelName: NameRule = masked(isDNS1123Label);
export const dns1035Name: NameRule = masked(isDNS1035Label);
export const segmentName: NameRule = (name) => pathSegmentName(name);

/** Of all annotations together. */
export const MAX_ANNOTATION_BYTES = 256 * 1024;

export function validateObjectMeta(
  meta: ObjectMeta,
  namespaced: boolean,
  rule: NameRule,
  path = 'metadata',
): FieldError[] {
  const errors: FieldError[] = [];
  const { name, generateName, namespace } = meta;
  if (generateName)
    addAll(errors, complaints(`${path}.generateName`, generateName, rule(generateName, true)));
  if (!name) errors.push(required(`${path}.name`, 'name or generateName is required'));
  else addAll(errors, complaints(`${path}.name`, name, rule(name, false)));
  if (namespaced) {
    if (!namespace) errors.push(required(`${path}.namespace`));
    else addAll(errors, complaints(`${path}.namespace`, namespace, isDNS1123Label(namespace)));
  } else if (namespace) errors.push(forbidden(`${path}.namespace`, 'not allowed on this type'));
  addAll(errors, nonNegative(`${path}.generation`, meta.generation));
  addAll(errors, validateLabels(meta.labels, `${path}.labels`));
  addAll(errors, validateAnnotations(meta.annotations, `${path}.annotations`));
  addAll(errors, validateOwnerReferences(meta.ownerReferences, `${path}.ownerReferences`));
  addAll(errors, validateFinalizers(meta.finalizers, `${path}.finalizers`));
  addAll(errors, validateManagedFields(meta.managedFields, `${path}.managedFields`));
  return errors;
}

const fixed = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

export function validateObjectMetaUpdate(meta: ObjectMeta, old: ObjectMeta, path = 'metadata'): FieldError[] {
  const errors: FieldError[] = [];
  if (old.deletionTimestamp) addAll(errors, noNewFinalizers(meta, old, `${path}.finalizers`));
  if (!meta.resourceVersion)
    errors.push(invalid(`${path}.resourceVersion`, '', 'must be specified for an update'));
  if ((meta.generation ?? 0) < (old.generation ?? 0))
    errors.push(invalid(`${path}.generation`, meta.generation ?? 0, 'must not be decremented'));
  for (const key of fixed)
    if ((meta[key] ?? '') !== (old[key] ?? ''))
      errors.push(immutable(`${path}.${key}`, meta[key] ?? (key === 'name' ? '' : null)));
  addAll(errors, validateLabels(meta.labels, `${path}.labels`));
  addAll(errors, validateAnnotations(meta.annotations, `${path}.annotations`));
  addAll(errors, validateOwnerReferences(meta.ownerReferences, `${path}.ownerReferences`));
  addAll(errors, validateManagedFields(meta.managedFields, `${path}.managedFields`));
  return errors;
}

function noNewFinalizers(meta: ObjectMeta, old: ObjectMeta, path: string): FieldError[] {
  const extra = (meta.finalizers ?? []).filter((name) => !old.finalizers?.includes(name)).sort();
  if (extra.length === 0) return [];
  const found = `[]string{${extra.map((name) => JSON.stringify(name)).join(', ')}}`;
  return [
    forbidden(
      path,
      `no new finalizers can be added if the object is being deleted, found new finalizers ${found}`,
    ),
  ];
}

export function validateLabels(
  labels: Readonly<Record<string, string>> | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const key in labels) {
    addAll(errors, complaints(path, key, isQualifiedName(key)));
    addAll(errors, complaints(path, labels[key], isLabelValue(labels[key]!)));
  }
  return errors;
}

export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const key in annotations) {
    addAll(errors, complaints(path, key, isQualifiedName(key.toLowerCase())));
    bytes += Buffer.byteLength(key) + Buffer.byteLength(annotations[key]!);
  }
  if (bytes > MAX_ANNOTATION_BYTES) errors.push(tooLong(path, MAX_ANNOTATION_BYTES));
  return errors;
}

/** `version` or `group/version`. */
const hasVersion = (apiVersion = ''): boolean =>
  apiVersion !== '' && !apiVersion.endsWith('/') && apiVersion.indexOf('/') === apiVersion.lastIndexOf('/');

function validateOwnerReferences(
  references: readonly OwnerReference[] | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  let controller = '';
  for (const reference of references ?? []) {
    const { apiVersion, kind, name, uid } = reference;
    if (!hasVersion(apiVersion))
      errors.push(invalid(`${path}.apiVersion`, apiVersion, 'version must not be empty'));
    if (!kind) errors.push(invalid(`${path}.kind`, kind, 'must not be empty'));
    if (!name) errors.push(invalid(`${path}.name`, name, 'must not be empty'));
    if (!uid) errors.push(invalid(`${path}.uid`, uid, 'must not be empty'));
    if (apiVersion === 'v1' && kind === 'Event')
      errors.push(invalid(path, reference, '/v1, Kind=Event is disallowed from being an owner'));
    if (!reference.controller) continue;
    if (controller)
      errors.push(
        invalid(
          path,
          references,
          `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${kind}/${name}`,
        ),
      );
    else controller = `${kind}/${name}`;
  }
  return errors;
}

function validateFinalizers(finalizers: readonly string[] | undefined, path: string): FieldError[] {
  const errors = errorsOfItems(finalizers, (name) => complaints(path, name, isQualifiedName(name)));
  if (finalizers?.includes('orphan') && finalizers.includes('foregroundDeletion'))
    errors.push(invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  return errors;
}

function validateManagedFields(
  entries: readonly ManagedFieldsEntry[] | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  checkItems(errors, entries, (entry, i) => {
    const at = `${path}[${i}]`;
    const { operation = '', fieldsType = '', manager = '' } = entry;
    if (operation !== 'Apply' && operation !== 'Update')
      errors.push(invalid(`${at}.operation`, operation, 'must be `Apply` or `Update`'));
    if (fieldsType !== '' && fieldsType !== 'FieldsV1')
      errors.push(invalid(`${at}.fieldsType`, fieldsType, 'must be `FieldsV1`'));
    addAll(errors, validateFieldManager(manager, `${at}.manager`));
    if (Buffer.byteLength(entry.subresource ?? '') > 256) errors.push(tooLong(`${at}.subresource`, 256));
    if (entry.fieldsV1 !== undefined && !isObject(entry.fieldsV1))
      errors.push(invalid(`${at}.fieldsV1`, entry.fieldsV1, 'must be an object'));
  });
  return errors;
}

/** The name of a field manager, in managedFields or in the request's `fieldManager`. */
export function validateFieldManager(manager: string, path: string): FieldError[] {
  if (Buffer.byteLength(manager) > 128) return [tooLong(path, 128)];
  const unprintable = [...manager].findIndex((char) => /[\p{C}\p{Zl}\p{Zp}]/u.test(char));
  return unprintable < 0
    ? []
    : [
        invalid(
          path,
          manager,
          `should only contain printable characters; contains ${JSON.stringify([...manager][unprintable])}`,
        ),
      ];
}

/** An error unless the two values are equal. */
export const unchanged = (path: string, value: unknown, old: unknown): FieldError[] =>
  semanticEqual(value ?? null, old ?? null) ? [] : [immutable(path, value)];
