// Server-side apply of one object. Objects that client-side apply has made before are taken over: its annotation stays, and its fields
// become those of the new manager. Called by the verb apply.
import { sortedGoJson } from '../../api/codec/go-json.ts';
import { type FieldTree, isFieldTree, union } from '../../api/patch/apply/field-tree.ts';
import { getKey, isObject, jsonEqual } from '../../api/patch/json.ts';
import { StatusError } from '../../api/status/status-error.ts';
import { apiVersionOf } from '../discovery/served.ts';
import { plainText } from '../errors/text.ts';
import type { Io } from '../io/io.ts';
import type { Info, WriteChoices } from '../resources/info.ts';
import type { KubeObject } from '../resources/object.ts';
import { warnIfDeleting } from './client-side.ts';
import { LAST_APPLIED, lastAppliedOf } from './last-applied.ts';

export const SERVER_SIDE_MANAGER = 'kubectl';
const ANNOTATION_MANAGER = 'kubectl-last-applied';
const MOST_RETRIES = 5;

export interface ServerSideChoices {
  readonly write: WriteChoices;
  readonly forceConflicts: boolean;
  readonly subresource: string;
}

/** `info` then has the object as it is. */
export async function applyOnServer(info: Info, io: Io, choices: ServerSideChoices): Promise<void> {
  // The server keeps the text that it is given in the annotation of client-side apply: with sorted keys, as upstream's.
  const given = sortedGoJson(info.object);
  const write = { ...choices.write, force: choices.forceConflicts };
  info.refresh(
    await info.patch('apply', given, { ...write, subresource: choices.subresource }).catch((error) => {
      throw explained(error);
    }),
  );
  await migrate(info, io, given, write);
  warnIfDeleting(info.object, io);
}

function explained(error: unknown): unknown {
  if (!(error instanceof StatusError)) return error;
  if (error.code === 415)
    return new Error(`Server-side apply not available on the server: (${error.message})`);
  if (error.reason !== 'Conflict') return error;
  return new Error(`${error.message}
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`);
}

/** What fails here is told, and tried again by the next apply: the object has been applied. */
async function migrate(
  info: Info,
  io: Io,
  given: string,
  write: WriteChoices & { readonly force: boolean },
): Promise<void> {
  const again = (error: unknown) =>
    `This is non-fatal and will be retried next time you apply. Error: ${plainText(error)}\n`;
  const { force: _, ...withoutForce } = write;
  try {
    await keepAnnotation(info, withoutForce);
  } catch (error) {
    io.err(`Warning: failed to migrate ${LAST_APPLIED} for Server-Side Apply. ${again(error)}`);
    return;
  }
  try {
    if (!(await takeOver(info, withoutForce))) return;
  } catch (error) {
    io.err(`Warning: server rejected managed fields migration to Server-Side Apply. ${again(error)}`);
    return;
  }
  try {
    info.refresh(await info.patch('apply', given, write));
  } catch (error) {
    io.err(
      `Warning: failed to re-apply configuration after performing Server-Side Apply migration. ${again(error)}`,
    );
  }
}

interface ManagedEntry {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  readonly subresource?: string;
  readonly fieldsV1?: unknown;
}

const entriesOf = ({ metadata }: KubeObject): readonly ManagedEntry[] =>
  (metadata?.managedFields ?? []) as readonly ManagedEntry[];

/** The annotation gets a manager of its own, for those who go back to client-side apply. */
async function keepAnnotation(info: Info, write: WriteChoices): Promise<void> {
  if (write.fieldManager !== SERVER_SIDE_MANAGER) return;
  const text = lastAppliedOf(info.object);
  if (text === undefined || annotationOwners(info.object, 'Apply').length > 0) return;
  const { name, namespace } = info;
  const justAnnotation: KubeObject = {
    apiVersion: apiVersionOf(info.mapping),
    kind: info.mapping.kind,
    metadata: { name, ...(namespace && { namespace }), annotations: { [LAST_APPLIED]: text } },
  };
  info.refresh(await info.patch('apply', justAnnotation, { ...write, fieldManager: ANNOTATION_MANAGER }));
}

export const annotationOwners = (object: KubeObject, operation: string): string[] =>
  entriesOf(object)
    .filter((entry) => entry.operation === operation && ownsAnnotation(entry.fieldsV1))
    .map(({ manager }) => manager ?? '');

function ownsAnnotation(fields: unknown): boolean {
  const path = ['f:metadata', 'f:annotations', `f:${LAST_APPLIED}`];
  return (
    path.reduce<unknown>((at, key) => (isObject(at) ? getKey(at, key) : undefined), fields) !== undefined
  );
}

/** Whether there was something to take over. */
async function takeOver(info: Info, write: WriteChoices): Promise<boolean> {
  const managers = new Set(annotationOwners(info.object, 'Update'));
  for (let tries = 1; ; tries++) {
    const before = entriesOf(info.object);
    let after = before;
    for (const manager of managers) after = upgraded(after, manager, write.fieldManager ?? '');
    if (jsonEqual(before, after)) return false;
    try {
      const patch = [
        { op: 'replace', path: '/metadata/managedFields', value: after },
        // Not a test: the server then answers with a conflict.
        { op: 'replace', path: '/metadata/resourceVersion', value: info.resourceVersion },
      ];
      info.refresh(await info.patch('json', patch, write));
      return true;
    } catch (error) {
      const isConflict = error instanceof StatusError && error.reason === 'Conflict';
      if (!isConflict || tries >= MOST_RETRIES) throw error;
      await info.get();
    }
  }
}

/** managedFields in which what `manager` has set by updates is what `applier` has applied. */
export function upgraded(
  entries: readonly ManagedEntry[],
  manager: string,
  applier: string,
): readonly ManagedEntry[] {
  const isUpdate = (entry: ManagedEntry) =>
    entry.manager === manager && entry.operation === 'Update' && !entry.subresource;
  const isApply = (entry: ManagedEntry) =>
    entry.manager === applier && entry.operation === 'Apply' && !entry.subresource;
  const at = entries.some(isApply) ? entries.findIndex(isApply) : entries.findIndex(isUpdate);
  const target = entries[at];
  if (!target) return entries;
  const merged = entries.find((entry) => isUpdate(entry) && entry.apiVersion === target.apiVersion);
  const fieldsV1 = merged ? union(treeOf(target), treeOf(merged)) : target.fieldsV1;
  return entries.flatMap((entry, i) => {
    if (i === at) return [{ ...entry, manager: applier, operation: 'Apply', fieldsV1 }];
    return isUpdate(entry) ? [] : [entry];
  });
}

function treeOf({ fieldsV1 }: ManagedEntry): FieldTree {
  if (!isFieldTree(fieldsV1)) throw new Error('failed to convert fields to set');
  return fieldsV1;
}
