// Validates attributes of devices: each has one value, or a list of values of one type.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import { addAll } from '../../../../../kit/lists.ts';
import { MAX_ATTRIBUTE_VALUE } from '../../../../kinds/resource/v1/limits.ts';
import type { DeviceAttribute } from '../../../../kinds/resource/v1/resource-slice.ts';
import { errorsOfItems, type FieldError, invalid, tooLong } from '../../../field.ts';
import { isVersion } from './version.ts';

const SINGLE = ['bool', 'int', 'string', 'version'] as const;
const LISTS = ['bools', 'ints', 'strings', 'versions'] as const;

/** Of all attributes; the items of lists are counted singly. */
export function countValues(attributes: Readonly<Record<string, DeviceAttribute>>): number {
  let count = 0;
  for (const name in attributes) count += lengthOf(attributes[name]!) || 1;
  return count;
}

const lengthOf = (attribute: DeviceAttribute): number =>
  LISTS.reduce((sum, field) => sum + (attribute[field]?.length ?? 0), 0);

export const hasLists = (attribute: DeviceAttribute): boolean =>
  LISTS.some((field) => attribute[field] !== undefined);

export function attributeErrors(path: string, attribute: DeviceAttribute): FieldError[] {
  const { string, version } = attribute;
  const errors: FieldError[] = [];
  if (string !== undefined) addAll(errors, textErrors(`${path}.string`, string));
  if (version !== undefined) addAll(errors, versionErrors(`${path}.version`, version));
  for (const field of LISTS) addAll(errors, listErrors(`${path}.${field}`, attribute[field]));
  addAll(
    errors,
    errorsOfItems(attribute.strings, (text, i) => textErrors(`${path}.strings[${i}]`, text)),
    errorsOfItems(attribute.versions, (text, i) => versionErrors(`${path}.versions[${i}]`, text)),
  );
  const count = [...SINGLE, ...LISTS].filter((field) => attribute[field] !== undefined).length;
  if (count !== 1)
    errors.push(invalid(path, count === 0 ? '' : attribute, 'exactly one value must be specified'));
  return errors;
}

const listErrors = (path: string, list: readonly unknown[] | undefined): FieldError[] =>
  list?.length === 0 ? [invalid(path, list, 'must not be empty if specified')] : [];

const textErrors = (path: string, text: string): FieldError[] =>
  Buffer.byteLength(text) > MAX_ATTRIBUTE_VALUE ? [tooLong(path, MAX_ATTRIBUTE_VALUE)] : [];

const versionErrors = (path: string, text: string): FieldError[] => [
  ...(isVersion(text) ? [] : [invalid(path, text, 'must be a string compatible with semver.org spec 2.0.0')]),
  ...textErrors(path, text),
];
