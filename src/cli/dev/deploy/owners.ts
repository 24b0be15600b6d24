// Who owns which fields once `tiphys dev` has taken back what it wrote: those who owned them before, and who has written meanwhile. Pure;
// called by apply.ts.
import { type FieldTree, isFieldTree, union } from '../../../api/patch/apply/field-tree.ts';
import { isObject, type JsonObject } from '../../../api/patch/json.ts';
import type { KubeObject } from '../../../kubectl/resources/object.ts';

export const FIELD_MANAGER = 'tiphys-dev';

export function formerOwners(before: KubeObject, now: KubeObject): JsonObject[] {
  const owners = new Map(entriesOf(before).map((entry) => [keyOf(entry), entry]));
  for (const entry of entriesOf(now)) {
    if (entry.manager === FIELD_MANAGER) continue;
    const former = owners.get(keyOf(entry));
    owners.set(
      keyOf(entry),
      former ? { ...entry, fieldsV1: union(fieldsOf(former), fieldsOf(entry)) } : entry,
    );
  }
  return [...owners.values()];
}

const entriesOf = ({ metadata }: KubeObject): JsonObject[] =>
  (metadata?.managedFields ?? []).filter(isObject);

const keyOf = ({ manager, operation, apiVersion, subresource }: JsonObject): string =>
  JSON.stringify([manager, operation, apiVersion, subresource]);

const fieldsOf = ({ fieldsV1 }: JsonObject): FieldTree => (isFieldTree(fieldsV1) ? fieldsV1 : {});
