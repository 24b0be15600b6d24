// Types of the objects that Kubernetes gives to expressions, by their fields.

import { listOf, mapOf, stringType, structType, type Type } from './type.ts';

export function struct(name: string, fields: Readonly<Record<string, Type>>): Type {
  const known = new Map(Object.entries(fields));
  return structType(name, (field) => known.get(field));
}

export const texts = (...names: string[]): Record<string, Type> =>
  Object.fromEntries(names.map((name) => [name, stringType]));

export const strings = listOf(stringType);

export const userInfoType = struct('kubernetes.UserInfo', {
  ...texts('username', 'uid'),
  groups: strings,
  extra: mapOf(stringType, strings),
});
