// metadata.managedFields as JSON. Half of a pod is managers, and all pods of a workload have the same sets of fields, in the same
// objects (likeLast in apply/managed.ts): their text is made once. Called when objects are encoded for the store.
import type { ManagedFieldsEntry } from '../meta/v1/object-meta.ts';
import type { FieldTree } from './apply/field-tree.ts';

/** Of sets that several objects share; empty until it is needed. */
const texts = new WeakMap<object, string>();

/** The set has come once more, and nobody changes it any more. */
export function keepText(set: FieldTree): void {
  if (!texts.has(set)) texts.set(set, '');
}

export const textOfManagers = (entries: readonly ManagedFieldsEntry[]): string =>
  `[${entries.map(textOf).join(',')}]`;

/** The order of members is that of their numbers, as in Go. */
function textOf(entry: ManagedFieldsEntry): string {
  const { fieldsV1, subresource, ...head } = entry;
  if (!fieldsV1 || !texts.has(fieldsV1)) return JSON.stringify(entry);
  const end = subresource === undefined ? '' : `,"subresource":${JSON.stringify(subresource)}`;
  return `${JSON.stringify(head).slice(0, -1)},"fieldsV1":${textOfSet(fieldsV1)}${end}}`;
}

function textOfSet(set: object): string {
  const known = texts.get(set);
  if (known) return known;
  const text = JSON.stringify(set);
  // Only then nobody can change it.
  if (Object.isFrozen(set)) texts.set(set, text);
  return text;
}
