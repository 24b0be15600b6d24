// Client-side apply of one object: creates it, or patches what the server has. Called by the verb apply.
import { isObject, type JsonObject } from '../../api/patch/json.ts';
import type { DryRun } from '../command/common-flags.ts';
import { withSource } from '../errors/with-source.ts';
import type { Io } from '../io/io.ts';
import { type Info, isNotFound, type WriteChoices } from '../resources/info.ts';
import type { KubeObject } from '../resources/object.ts';
import { LAST_APPLIED, lastAppliedOf, withLastApplied } from './last-applied.ts';
import { PatchError, type Patcher } from './patcher.ts';

export type Applied = 'created' | 'configured' | 'unchanged';

export interface ClientSideChoices {
  readonly patcher: Patcher;
  readonly write: WriteChoices;
  readonly dryRun: DryRun;
}

/** What was done; `info` then has the object as it is. */
export async function applyOnClient(info: Info, io: Io, choices: ClientSideChoices): Promise<Applied> {
  const modified = withLastApplied(info.object);
  try {
    await info.get();
  } catch (error) {
    if (!isNotFound(error))
      throw withSource(
        `retrieving current configuration of:\n${describe(info)}\nfrom server for:`,
        info.source,
        error,
      );
    await create(info, modified, choices);
    return 'created';
  }
  if (lastAppliedOf(info.object) === undefined)
    io.err(
      `Warning: resource ${info.objectName} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`,
    );
  try {
    const { patch, object } = await choices.patcher.patch(info, modified);
    info.refresh(object);
    warnIfDeleting(info.object, io);
    return patch === '{}' ? 'unchanged' : 'configured';
  } catch (error) {
    const [patch, cause] = error instanceof PatchError ? [error.patch, error.cause] : ['', error];
    throw withSource(`applying patch:\n${patch}\nto:\n${describe(info)}\nfor:`, info.source, cause);
  }
}

async function create(info: Info, modified: JsonObject, choices: ClientSideChoices): Promise<void> {
  info.object = withoutNulls(modified) as KubeObject;
  if (choices.dryRun === 'client') return;
  try {
    info.refresh(await info.create(info.object, choices.write));
  } catch (error) {
    throw withSource('creating', info.source, error);
  }
}

/** A patch deletes what is null; what is created has to be the same. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([key, member]) => [key, withoutNulls(member)]),
  );
}

export function warnIfDeleting(object: KubeObject, io: Pick<Io, 'err'>): void {
  if (object.metadata?.deletionTimestamp)
    io.err(
      `Warning: Detected changes to resource ${object.metadata.name ?? ''} which is currently being deleted.\n`,
    );
}

/** Two lines, as upstream shows an object in errors. */
export function describe({ mapping, name, namespace }: Info): string {
  const version = `${mapping.group}/${mapping.version}`;
  return `Resource: ${JSON.stringify(`${version}, Resource=${mapping.resource}`)}, GroupVersionKind: ${JSON.stringify(`${version}, Kind=${mapping.kind}`)}\nName: ${JSON.stringify(name)}, Namespace: ${JSON.stringify(namespace)}`;
}
