// Changing an object by its YAML: what is sent is an update of the version that was looked at last, so that fields can be removed, too. What
// others changed meanwhile is kept; where they changed the same, somebody has to choose. Requests are given.
import { editable, fromYaml, identityOf, isObject, type Json } from './document.ts';
import { type FieldConflict, same, threeWayMerge, withTheirs } from './three-way.ts';

export interface EditPorts {
  get(): Promise<Json>;
  replace(object: Json, dryRun: boolean): Promise<Json>;
}

export type Review =
  | { readonly type: 'wrong'; readonly message: string; readonly line?: number }
  | { readonly type: 'unchanged' }
  | {
      readonly type: 'conflicts';
      readonly latest: Json;
      readonly merged: Json;
      readonly conflicts: readonly FieldConflict[];
    }
  | { readonly type: 'ready'; readonly before: Json; readonly after: Json; readonly body: Json };

/** What the text would do. Rejects with what the API refuses. */
export async function review(text: string, base: Json, ports: EditPorts): Promise<Review> {
  const { documents, problem } = fromYaml(text);
  if (problem) return { type: 'wrong', message: problem.message, line: problem.line };
  const wrong = otherObject(documents, base);
  if (wrong) return { type: 'wrong', message: wrong };
  const mine = editable(documents[0] as Json);
  const latest = await ports.get();
  const { merged, conflicts } = threeWayMerge(editable(base), mine, editable(latest));
  if (conflicts.length > 0) return { type: 'conflicts', latest, merged: merged as Json, conflicts };
  return tried(merged as Json, latest, ports);
}

/** After it was chosen which fields are theirs. */
export const resolved = (
  merged: Json,
  theirs: readonly FieldConflict[],
  latest: Json,
  ports: EditPorts,
): Promise<Review> => tried(withTheirs(merged, theirs) as Json, latest, ports);

async function tried(merged: Json, latest: Json, ports: EditPorts): Promise<Review> {
  if (same(merged, editable(latest))) return { type: 'unchanged' };
  const body = bodyOf(merged, latest);
  const after = await ports.replace(body, true);
  return { type: 'ready', before: latest, after, body };
}

/** The status goes along as it is: kinds whose status is no subresource would lose it. */
function bodyOf(merged: Json, latest: Json): Json {
  const metadata = isObject(merged.metadata) ? merged.metadata : {};
  const { resourceVersion, uid } = isObject(latest.metadata) ? latest.metadata : {};
  return {
    ...merged,
    metadata: { ...metadata, resourceVersion, uid },
    ...(latest.status !== undefined && { status: latest.status }),
  };
}

function otherObject(documents: readonly unknown[], base: Json): string | undefined {
  if (documents.length !== 1) return 'There must be one document: this object.';
  const identity = identityOf(documents[0]);
  if (typeof identity === 'string') return identity;
  const own = identityOf(base);
  if (typeof own === 'string') return own;
  const isSame =
    identity.kind === own.kind && identity.name === own.name && identity.namespace === own.namespace;
  return isSame && identity.apiVersion === own.apiVersion
    ? undefined
    : 'The kind, the name and the namespace of an object cannot be changed. Create another one instead.';
}
