// Objects as the generators of `create`, `run`, `expose` and `autoscale` hand them on: complete with the names of their kind, in the
// form that Go's encoder gives them, so that --dry-run=client prints what upstream prints. Pure.
import { normalize } from '../../../../api/codec/normalize.ts';
import type { AnyResource } from '../../../../api/meta/v1/resource.ts';
import type { Of } from '../../../../api/schema/notation.ts';

/** An object to be created, with its kind. */
export interface Made {
  readonly kind: AnyResource;
  readonly object: Readonly<Record<string, unknown>>;
}

/** Words of the command line go to the server as they are: it says which values a field can have. */
export type Unchecked<T> = T extends string
  ? string
  : T extends object
    ? { [K in keyof T]: Unchecked<T[K]> }
    : T;

export function madeOf<K extends AnyResource>(
  kind: K,
  content: Unchecked<Omit<Of<K>, 'apiVersion' | 'kind'>>,
): Made {
  const { group, version, kind: name } = kind.resource;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return { kind, object: normalize(kind, { apiVersion, kind: name, ...(content as object) }) };
}

/** Where an object goes: `namespace` stands in it only when the user asked for it by a flag. */
export interface Place {
  readonly name: string;
  readonly namespace?: string | undefined;
}

export const metadataOf = ({ name, namespace }: Place): { name: string; namespace?: string } =>
  namespace ? { name, namespace } : { name };
