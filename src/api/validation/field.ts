// Errors of fields, with upstream's wording. Paths are plain text: `${path}.image`,
// `${path}[0]`, `${path}[key]`. Used by all validation.

import { shown } from '../status/shown.ts';
import { type FieldError, MOST_CAUSES } from '../status/status-error.ts';

export type { FieldError } from '../status/status-error.ts';

const body = (label: string, detail: string) => (detail ? `${label}: ${detail}` : label);

/** The message is written when it is read: an object may have a hundred thousand errors, of which some are reported, and each may
 *  show a value of a megabyte. A class, because an accessor of each object's own takes several times as long to make. */
class Unwritten implements FieldError {
  readonly type: FieldError['type'];
  readonly field: string;
  readonly write: () => string;

  constructor(type: FieldError['type'], field: string, write: () => string) {
    this.type = type;
    this.field = field;
    this.write = write;
  }

  get message(): string {
    return this.write();
  }
}

const about = (type: FieldError['type'], field: string, write: () => string): FieldError =>
  new Unwritten(type, field, write);

/** The errors of a list's items. When there are more than a Status reports, the items behind are not checked: a body may have a
 *  hundred thousand, each with several errors. */
export function errorsOfItems<T>(
  items: readonly T[] | undefined,
  check: (item: T, i: number) => readonly FieldError[],
): FieldError[] {
  const errors: FieldError[] = [];
  checkItems(errors, items, (item, i) => {
    for (const error of check(item, i)) errors.push(error);
  });
  return errors;
}

/** The same where `check` adds to `errors` itself. */
export function checkItems<T>(
  errors: readonly FieldError[],
  items: readonly T[] | undefined,
  check: (item: T, i: number) => void,
): void {
  if (!items) return;
  for (let i = 0; i < items.length && errors.length < MOST_CAUSES; i++) check(items[i]!, i);
}

/** The same error of a value at another path. */
export const relocated = ({ type, message }: FieldError, field: string): FieldError => ({
  type,
  field,
  message,
});

export const required = (field: string, detail = ''): FieldError => ({
  type: 'FieldValueRequired',
  field,
  message: body('Required value', detail),
});

export const invalid = (field: string, value: unknown, detail: string): FieldError =>
  about('FieldValueInvalid', field, () => body(`Invalid value: ${shown(value)}`, detail));

/** Of a value that is not shown. */
export const invalidContent = (field: string, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  message: body('Invalid value', detail),
});

export const typeInvalid = (field: string, value: unknown, detail: string): FieldError =>
  about('FieldValueTypeInvalid', field, () => body(`Invalid value: ${shown(value)}`, detail));

export const notSupported = (field: string, value: unknown, supported: readonly string[]): FieldError =>
  about('FieldValueNotSupported', field, () =>
    body(
      `Unsupported value: ${shown(value)}`,
      supported.length > 0 ? `supported values: ${supported.map((v) => JSON.stringify(v)).join(', ')}` : '',
    ),
  );

export const forbidden = (field: string, detail: string): FieldError => ({
  type: 'FieldValueForbidden',
  field,
  message: body('Forbidden', detail),
});

export const duplicate = (field: string, value: unknown): FieldError =>
  about('FieldValueDuplicate', field, () => `Duplicate value: ${shown(value)}`);

/** An error of the server, not of the value. */
export const internal = (field: string, detail: string): FieldError => ({
  type: 'InternalError',
  field,
  message: body('Internal error', detail),
});

export const notFound = (field: string, value: unknown, detail = ''): FieldError =>
  about('FieldValueNotFound', field, () => body(`Not found: ${shown(value)}`, detail));

export const tooLong = (field: string, most: number): FieldError => ({
  type: 'FieldValueTooLong',
  field,
  message: `Too long: may not be more than ${most} ${most === 1 ? 'byte' : 'bytes'}`,
});

export const tooMany = (field: string, actual: number, most: number): FieldError => ({
  type: 'FieldValueTooMany',
  field,
  message: `Too many: ${actual}: must have at most ${most} ${most === 1 ? 'item' : 'items'}`,
});

/** One `invalid` error per message of a name check. */
export const complaints = (field: string, value: unknown, texts: readonly string[]): FieldError[] =>
  texts.map((text) => invalid(field, value, text));

export const nonNegative = (field: string, value: number | undefined): FieldError[] =>
  value !== undefined && value < 0 ? [invalid(field, value, 'must be greater than or equal to 0')] : [];

export const positive = (field: string, value: number | undefined): FieldError[] =>
  value !== undefined && value <= 0 ? [invalid(field, value, 'must be greater than 0')] : [];

export const betweenComplaint = (least: number, most: number): string =>
  `must be between ${least} and ${most}, inclusive`;

export const oneOf = (
  field: string,
  value: string | undefined,
  supported: readonly string[],
): FieldError[] => {
  if (value === undefined || value === '') return [required(field)];
  return supported.includes(value) ? [] : [notSupported(field, value, [...supported].sort())];
};

export const immutable = (field: string, value: unknown): FieldError =>
  invalid(field, value, 'field is immutable');
