// Reads tiphys.yaml: opened once, judged whole, paths made absolute. A file that is found and not named must be the user's own: it says
// what runs as root.
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseYamlDocuments } from '../../api/codec/yaml.ts';
import type { FieldError } from '../../api/validation/field.ts';
import { messageOf } from '../../kit/message-of.ts';
import { UserError } from '../progress.ts';
import { problemsOf, withoutNothing } from './check.ts';
import type { Field } from './notation.ts';
import { ruleProblems } from './rules.ts';
import { type ClusterConfig, clusterConfig, USUAL_FILE } from './schema.ts';

const MOST_BYTES = 1 << 20;

export interface ConfigFile {
  /** Absolute. */
  readonly path: string;
  /** As written, but with absolute paths. */
  readonly config: ClusterConfig;
}

/** Throws a UserError with all problems. */
export function readConfigFile(path: string): ConfigFile {
  const absolute = resolve(path);
  return { path: absolute, config: configOf(textOf(absolute, path, false), path, dirname(absolute)) };
}

/** The file of the working directory, if there is one. */
export function readUsualFile(): ConfigFile | undefined {
  const absolute = resolve(USUAL_FILE);
  let text: string;
  try {
    text = textOf(absolute, USUAL_FILE, true);
  } catch (error) {
    if (error instanceof MissingFile) return undefined;
    throw error;
  }
  return { path: absolute, config: configOf(text, USUAL_FILE, dirname(absolute)) };
}

class MissingFile extends UserError {}

function textOf(absolute: string, shown: string, found: boolean): string {
  let file: number;
  try {
    // A pipe that nobody writes to must not be waited for.
    file = openSync(absolute, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new MissingFile(`${shown}: there is no such file`);
    throw new UserError(`${shown}: ${messageOf(error)}`);
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile() || stat.size > MOST_BYTES)
      throw new UserError(`${shown}: give a file of at most ${MOST_BYTES} bytes`);
    if (found && !isTrusted(stat.uid, stat.mode))
      throw new UserError(
        `${shown}: others can write this file, and it was not asked for: name it with --config ${shown}, or leave it alone with --no-config`,
      );
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/** Written by whoever runs the command, before sudo or after, or by root, and by nobody else. */
function isTrusted(uid: number, mode: number): boolean {
  const own = [0, process.getuid?.() ?? 0, Number(process.env.SUDO_UID ?? 0)];
  return own.includes(uid) && (mode & 0o002) === 0;
}

/** `shown` stands before each problem. */
export function configOf(text: string, shown: string, directory: string): ClusterConfig {
  const value = documentIn(text, shown);
  const form = problemsOf(clusterConfig, value);
  // Rules read values of the right form.
  const problems = form.length > 0 ? form : ruleProblems(value as ClusterConfig);
  if (problems.length > 0) throw new UserError(problemText(shown, problems));
  return withAbsolutePaths(clusterConfig, value, directory) as ClusterConfig;
}

function documentIn(text: string, shown: string): unknown {
  let documents: unknown[];
  try {
    documents = parseYamlDocuments(text);
  } catch (error) {
    throw new UserError(`${shown}: ${messageOf(error)}`);
  }
  if (documents.length !== 1)
    throw new UserError(`${shown}: it must hold one document, not ${documents.length}`);
  return withoutNothing(documents[0]);
}

const problemText = (shown: string, problems: readonly FieldError[]): string =>
  [
    `${shown} has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:`,
    ...problems.map(({ field, message }) => `  ${field}: ${message}`),
  ].join('\n');

/** Relative ones begin where the file is. */
export function withAbsolutePaths(field: Field, value: unknown, directory: string): unknown {
  if (value === undefined) return value;
  switch (field.type) {
    case 'string':
      return field.isPath ? resolve(directory, value as string) : value;
    case 'list':
      return (value as readonly unknown[]).map((one) => withAbsolutePaths(field.items, one, directory));
    case 'map':
      return mapped(value, (one) => withAbsolutePaths(field.values, one, directory));
    case 'object':
      return mapped(value, (one, name) => withAbsolutePaths(field.fields[name]!, one, directory));
    default:
      return value;
  }
}

const mapped = (value: unknown, change: (one: unknown, name: string) => unknown) =>
  Object.fromEntries(
    Object.entries(value as Record<string, unknown>).map(([name, one]) => [name, change(one, name)]),
  );
