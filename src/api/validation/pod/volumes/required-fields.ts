// Fields of volume sources that must not be empty.
import { type FieldError, required } from '../../field.ts';

export function requiredFields<T extends object>(
  source: T,
  fields: readonly (keyof T & string)[],
  path: string,
): FieldError[] {
  const isEmpty = (value: unknown) => !value || (Array.isArray(value) && value.length === 0);
  return fields.filter((field) => isEmpty(source[field])).map((field) => required(`${path}.${field}`));
}

/** A reference without a name, as far as there is one. */
export const secretNameErrors = (
  secretRef: { readonly name?: string } | undefined,
  path: string,
): FieldError[] => (secretRef && !secretRef.name ? [required(`${path}.secretRef.name`)] : []);
