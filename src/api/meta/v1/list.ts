// The list kind of a kind, as a struct: the answer to GET on a collection.
import { list, ref, required, type StructType, string, struct } from '../../schema/notation.ts';
import { ListMeta } from './object-meta.ts';
import type { AnyResource } from './resource.ts';

const lists = new WeakMap<StructType, StructType>();

/** Returns the same struct for the same kind every time. */
export function listOfKind(kind: AnyResource): StructType {
  const known = lists.get(kind);
  if (known) return known;
  const made = struct(
    `${kind.name.slice(0, -kind.resource.kind.length)}${listKindOf(kind)}`,
    {
      apiVersion: string(0, { doc: 'API group and version of this list.' }),
      items: required(list(2, kind, { emit: 'always', doc: `Every ${kind.resource.kind} that was found.` })),
      kind: string(0, { doc: 'Kind of this list.' }),
      metadata: ref(1, ListMeta, { emit: 'always', doc: 'Standard list metadata.' }),
    },
    { doc: `Many of the kind ${kind.resource.kind}.` },
  );
  lists.set(kind, made);
  return made;
}

/** The kind of a list: the definitions of custom kinds may choose another name. */
export const listKindOf = ({ custom, resource }: AnyResource): string =>
  custom?.listKind ?? `${resource.kind}List`;
