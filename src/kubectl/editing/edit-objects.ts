// The loop of edit: shows objects in an editor, does what the changes ask for, and shows them again with the errors until they are
// valid or the user gives up. Called by edit, `create --edit` and `apply edit-last-applied`, which differ in what is done.
import { rm, stat } from 'node:fs/promises';
import { StatusError } from '../../api/status/status-error.ts';
import { groupResourceOf } from '../discovery/served.ts';
import { ExitError } from '../errors/errors.ts';
import { plainText } from '../errors/text.ts';
import type { Io } from '../io/io.ts';
import { goJson } from '../printers/go-values/json.ts';
import { toYaml } from '../printers/yaml/write.ts';
import { findResources } from '../resources/find-resources.ts';
import type { Info } from '../resources/info.ts';
import type { KubeObject } from '../resources/object.ts';
import type { Session } from '../session/session.ts';
import { editText } from './editor.ts';
import { contentOf, hasLines, headerOf, type Reason, syntaxProblem, withoutComments } from './text.ts';

export interface EditChoices {
  readonly session: Session;
  readonly io: Io;
  readonly output: string;
  readonly windowsLineEndings: boolean;
  /** The text is that of annotations. */
  readonly ofAnnotations: boolean;
  readonly subresource?: string;
  /** Does what an edited object asks for. A refusal of the server is given to `refused`. */
  readonly change: (
    edited: Info,
    originals: readonly Info[],
    refused: (error: unknown) => void,
  ) => Promise<void>;
}

/** What came of one round. */
class Results {
  readonly reasons: Reason[] = [];
  retryable = 0;
  missing = 0;
  invalid = 0;

  /** The line for stderr. */
  refused(error: unknown, info: Info): string {
    const shown = `${groupResourceOf(info.mapping)} ${JSON.stringify(info.name)}`;
    if (error instanceof StatusError && error.reason === 'Invalid') {
      this.invalid++;
      const causes = error.status.details?.causes ?? [];
      this.reasons.push({
        head: `${shown} was not valid`,
        more: causes.map(({ field, message }) => `${field ?? ''}: ${message ?? ''}`),
      });
      return `error: ${shown} is invalid`;
    }
    if (error instanceof StatusError && error.reason === 'NotFound') {
      this.missing++;
      return `error: ${shown} could not be found on the server`;
    }
    this.retryable++;
    return `error: ${shown} could not be patched: ${plainText(error)}`;
  }
}

export async function editObjects(infos: readonly Info[], choices: EditChoices): Promise<void> {
  const { io, output } = choices;
  const isJson = output === 'json';
  let results = new Results();
  let file = '';
  let edited = '';
  let failed = false;
  const managed = new Map<string, unknown[] | undefined>();
  let original = '';
  for (;;) {
    try {
      const header = isJson ? '' : headerOf(results.reasons, choices.ofAnnotations);
      if (!failed) original = header + serialized(infos, isJson, managed);
      const text = failed ? header + withoutComments(edited) : original;
      const before = edited;
      const now = await editText(withEndings(text, choices), isJson ? '.json' : '.yaml', io);
      if (failed && contentOf(before) === contentOf(now.text)) {
        file = now.path;
        throw new Error('Edit cancelled, no valid changes were saved.');
      }
      if (file) await rm(file, { force: true });
      file = now.path;
      edited = now.text;
    } catch (error) {
      throw await preserved(error, file, io);
    }
    const round = await changeAll(infos, edited, original, managed, choices, file);
    if (round === 'done') return;
    results = round.results;
    if (results.retryable > 0) {
      io.err(`You can run \`kubectl replace -f ${file}\` to try this update again.\n`);
      throw new ExitError(1);
    }
    if (results.missing > 0) {
      io.err(`The edits you made on deleted resources have been saved to ${JSON.stringify(file)}\n`);
      throw new ExitError(1);
    }
    if (!round.unreadable && results.invalid === 0) {
      await rm(file, { force: true });
      return;
    }
    failed = true;
  }
}

async function changeAll(
  infos: readonly Info[],
  edited: string,
  original: string,
  managed: ReadonlyMap<string, unknown[] | undefined>,
  choices: EditChoices,
  file: string,
): Promise<'done' | { readonly results: Results; readonly unreadable: boolean }> {
  const { io } = choices;
  const results = new Results();
  const problem = syntaxProblem(edited);
  const [first] = infos;
  if (problem !== undefined && first) {
    const shown = `${groupResourceOf(first.mapping)} ${JSON.stringify(first.name)}`;
    results.reasons.push({
      head: `${shown} was not valid`,
      more: [`<nil>: Invalid value: "The edited file failed validation": ${problem}`],
    });
    io.err(`error: ${shown} is invalid\n`);
    return { results, unreadable: true };
  }
  const cancel = async (why: string) => {
    await rm(file, { force: true });
    io.err(`Edit cancelled, ${why}\n`);
    return 'done' as const;
  };
  if (contentOf(original) === contentOf(edited)) return cancel('no changes made.');
  if (!hasLines(edited)) return cancel('saved file was empty.');
  let updated: Info[];
  try {
    updated = await parsed(edited, choices);
  } catch (error) {
    results.reasons.push({ head: `The edited file had a syntax error: ${plainText(error)}`, more: [] });
    return { results, unreadable: true };
  }
  try {
    await requireNamespace(updated, choices.session);
    for (const info of [...updated, ...infos]) restore(info, managed);
    for (const info of updated)
      await choices.change(info, infos, (error) => io.err(`${results.refused(error, info)}\n`));
  } catch (error) {
    throw await preserved(error, file, io);
  }
  return { results, unreadable: false };
}

/** The objects without managedFields, which are kept aside. */
function serialized(
  infos: readonly Info[],
  isJson: boolean,
  managed: Map<string, unknown[] | undefined>,
): string {
  const objects = infos.map((info) => {
    const { managedFields, ...metadata } = info.object.metadata ?? {};
    managed.set(metadata.uid ?? '', managedFields);
    return { ...info.object, metadata };
  });
  const [only] = objects;
  const shown =
    objects.length === 1 ? only : { apiVersion: 'v1', kind: 'List', metadata: {}, items: objects };
  return isJson ? `${goJson(shown, '    ')}\n` : toYaml(shown);
}

function restore(info: Info, managed: ReadonlyMap<string, unknown[] | undefined>): void {
  const { managedFields: _, ...metadata } = info.object.metadata ?? {};
  const kept = managed.get(metadata.uid ?? '');
  info.object = { ...info.object, metadata: { ...metadata, ...(kept && { managedFields: kept }) } };
}

const withEndings = (text: string, { windowsLineEndings }: EditChoices): string =>
  windowsLineEndings ? text.replaceAll('\n', '\r\n') : text;

async function parsed(text: string, { session, io, subresource }: EditChoices): Promise<Info[]> {
  const { namespace } = await session.namespace();
  const found = await findResources(session, io, {
    ...{ text: { text, source: 'edited-file' }, namespace, flatten: true, continueOnError: true },
    ...(subresource && { subresource }),
  });
  return found.infos();
}

async function requireNamespace(infos: readonly Info[], session: Session): Promise<void> {
  const { namespace } = await session.namespace();
  for (const info of infos)
    if (info.namespaced && info.namespace !== namespace)
      throw new Error(
        `the namespace from the provided object ${JSON.stringify(info.namespace)} does not match the namespace ${JSON.stringify(namespace)}. You must pass '--namespace=${info.namespace}' to perform this operation.`,
      );
}

/** The error; what was typed is not lost. */
async function preserved(error: unknown, file: string, io: Io): Promise<unknown> {
  if (file && (await stat(file).catch(() => undefined)))
    io.err(`A copy of your changes has been stored to ${JSON.stringify(file)}\n`);
  return error;
}

export const originalOf = (edited: Info, originals: readonly Info[]): Info => {
  const uid = edited.object.metadata?.uid;
  const found = originals.find(({ object }) => object.metadata?.uid === uid);
  if (!found) throw new Error(`no original object found for ${edited.objectName}`);
  return found;
};

export const sameObject = (a: KubeObject, b: KubeObject): boolean => goJson(a) === goJson(b);
