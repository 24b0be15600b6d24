// Changing an object by its YAML: what is sent is an update of the version that was looked at last, so that fields can be removed, too. What
// others changed meanwhile is kept; where they changed the same, somebody has to choose. Requests are given.
import { editable, fromYaml, identityOf, isObject, type Json } from './document.ts';
import { type FieldConflict, same, threeWayMerge, withTheirs } from './three-way.ts';

export interface EditPorts {
  get(): Promise<Json>;
  replace(object: Json, dryRun: boolean): Promise<Json>;
  /** The API's answer to an update of a version that is not the last one. */
  isConflict(error: unknown): boolean;
}

/** A change that the server accepts. */
export interface Ready {
  readonly type: 'ready';
  readonly before: Json;
  readonly after: Json;
  readonly body: Json;
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
  | Ready;

/** What the text would do. Rejects with what the API refuses. */
export async function review(text: string, base: Json, ports: EditPorts): Promise<Review> {
  const { documents, problem } = fromYaml(text);
  if (problem) return { type: 'wrong', message: problem.message, line: problem.line };
  const wrong = otherObject(documents, base);
  if (wrong) return { type: 'wrong', message: wrong };
  return merged(editable(documents[0] as Json), base, ports);
}

/** After it was chosen which fields are theirs. */
export const resolved = (
  mine: Json,
  theirs: readonly FieldConflict[],
  latest: Json,
  ports: EditPorts,
): Promise<Review> => merged(withTheirs(mine, theirs) as Json, latest, ports);

/** Statuses change all the time: an update may meet another version again and again. */
const MOST_TRIES = 5;

/** `known` is the version that `mine` was made from. */
async function merged(mine: Json, known: Json, ports: EditPorts): Promise<Review> {
  for (let attempt = 1; ; attempt++) {
    const latest = await ports.get();
    const merge = threeWayMerge(editable(known), mine, editable(latest));
    const whole = merge.merged as Json;
    if (merge.conflicts.length > 0)
      return { type: 'conflicts', latest, merged: whole, conflicts: merge.conflicts };
    if (same(whole, editable(latest))) return { type: 'unchanged' };
    const body = bodyOf(whole, latest);
    try {
      return { type: 'ready', before: latest, after: await ports.replace(body, true), body };
    } catch (error) {
      if (!ports.isConflict(error) || attempt === MOST_TRIES) throw error;
    }
  }
}

/** Makes the change; another review when somebody else changed the same meanwhile. */
export async function applied({ before, body }: Ready, ports: EditPorts): Promise<Json | Review> {
  let [known, next] = [before, body];
  for (let attempt = 1; ; attempt++) {
    try {
      return await ports.replace(next, false);
    } catch (error) {
      if (!ports.isConflict(error) || attempt === MOST_TRIES) throw error;
    }
    const again = await merged(editable(next), known, ports);
    if (again.type !== 'ready') return again;
    [known, next] = [again.before, again.body];
  }
}

export const isReview = (found: Json | Review): found is Review =>
  typeof found.type === 'string' && !('kind' in found);

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
