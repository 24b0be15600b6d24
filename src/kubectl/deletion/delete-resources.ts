// Deletes objects, says so, and waits until they are gone. Called by delete and by `replace --force`.
import { StatusError } from '../../api/status/status-error.ts';
import type { DryRun } from '../command/common-flags.ts';
import { dryRunSuffix } from '../command/common-flags.ts';
import { withSource } from '../errors/with-source.ts';
import type { Io } from '../io/io.ts';
import type { Resources } from '../resources/find-resources.ts';
import { type Info, isNotFound } from '../resources/info.ts';
import type { KubeObject } from '../resources/object.ts';
import type { Session } from '../session/session.ts';
import { waitUntilDeleted } from '../waiting/deleted.ts';
import { deleteOptionsOf, type Propagation } from './flags.ts';

export interface DeletionChoices {
  readonly propagation: Propagation;
  /** Negative: the object's own. */
  readonly gracePeriod: number;
  readonly ignoreNotFound: boolean;
  readonly wait: boolean;
  /** 0: as long as it takes. */
  readonly timeoutMs: number;
  readonly dryRun: DryRun;
  /** `name`, or nothing. */
  readonly output: string;
  readonly warnClusterScope?: boolean;
  /** Only these; see locationOf. */
  readonly only?: ReadonlySet<string>;
}

/** What a wait without limit lasts: a week. */
const FOREVER_MS = 168 * 3_600_000;

/** Which object is meant, across kinds. */
export const locationOf = ({ mapping, namespace, name }: Info): string =>
  JSON.stringify([mapping.group, mapping.resource, namespace, name]);

export async function deleteResources(
  found: Resources,
  choices: DeletionChoices,
  { session, io }: { readonly session: Session; readonly io: Io },
): Promise<void> {
  const deleted: Info[] = [];
  const uids = new Map<string, string>();
  let warned = !choices.warnClusterScope;
  await found.visit(
    async (info) => {
      if (choices.only && !choices.only.has(locationOf(info))) return;
      deleted.push(info);
      if (!warned && !info.mapping.namespaced) {
        io.err('Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n');
        warned = true;
      }
      if (choices.dryRun !== 'client') {
        const uid = uidOf(await remove(info, choices));
        if (uid) uids.set(locationOf(info), uid);
      }
      io.out(`${deletedText(info, choices)}\n`);
    },
    choices.ignoreNotFound ? isNotFound : undefined,
  );
  if (deleted.length === 0) {
    io.out('No resources found\n');
    return;
  }
  if (!choices.wait || choices.dryRun !== 'none') return;
  const waiting = { session, io, timeoutMs: choices.timeoutMs || FOREVER_MS };
  try {
    await waitUntilDeleted(deleted, waiting, (info) => uids.get(locationOf(info)));
  } catch (error) {
    const mayNotWait = error instanceof StatusError && (error.code === 403 || error.code === 405);
    if (!mayNotWait) throw error;
  }
}

async function remove(
  info: Info,
  { gracePeriod, propagation, dryRun }: DeletionChoices,
): Promise<KubeObject> {
  try {
    return await info.remove({
      ...deleteOptionsOf(gracePeriod, propagation),
      ...(dryRun === 'server' && { dryRun: ['All'] }),
    });
  } catch (error) {
    throw withSource('deleting', info.source, error);
  }
}

/** Of the object, or in the Status that stands for it. */
function uidOf(answer: KubeObject): string | undefined {
  const details = answer.kind === 'Status' ? (answer.details as { uid?: string } | undefined) : undefined;
  return details?.uid ?? answer.metadata?.uid;
}

export const kindText = ({ mapping: { kind, group } }: Info): string =>
  `${kind.toLowerCase()}${group && `.${group}`}`;

function deletedText(info: Info, { output, gracePeriod, dryRun }: DeletionChoices): string {
  if (output === 'name') return `${kindText(info)}/${info.name}`;
  const what = gracePeriod === 0 ? 'force deleted' : 'deleted';
  const where = info.namespaced ? ` from ${info.namespace} namespace` : '';
  return `${kindText(info)} "${info.name}" ${what}${where}${dryRunSuffix(dryRun)}`;
}
