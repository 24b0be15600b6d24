// Keys and values for `create configmap` and `create secret`: from literals, files, folders and files of `key=value` lines.
// Reads the files that the user names on the command line, each once. Called by config-map.ts and secrets.ts.
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { envNameComplaints } from '../../../text/env-name.ts';
import { goQuote } from '../../../text/quote.ts';

/** Takes one entry; refuses keys that the object cannot have. */
export type AddEntry = (key: string, value: Buffer) => void;

/** Where relative paths start, and where variables without a value are looked up. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** `key=value`; the value may have more equals signs. */
export function addLiterals(literals: readonly string[], add: AddEntry): void {
  for (const literal of literals) {
    const at = literal.indexOf('=');
    if (at <= 0) throw new Error(`invalid literal source ${literal}, expected key=value`);
    add(literal.slice(0, at), Buffer.from(literal.slice(at + 1)));
  }
}

/** `[key=]path` each; of a folder, its plain files. */
export async function addFiles(
  sources: readonly string[],
  around: Surroundings,
  add: AddEntry,
): Promise<void> {
  for (const source of sources) {
    const { key, path } = fileSource(source);
    const full = resolve(around.cwd, path);
    const found = await describe(full, path);
    if (!found.isDirectory()) add(key, await contentOf(full, path));
    else if (source.includes('=')) throw new Error('cannot give a key name for a directory path');
    else await addFolder(full, path, add);
  }
}

async function addFolder(full: string, path: string, add: AddEntry): Promise<void> {
  const entries = await readdir(full, { withFileTypes: true }).catch((cause: unknown) => {
    throw new Error(`error listing files in ${path}: ${reasonOf(cause)}`);
  });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  for (const name of names.sort()) add(name, await contentOf(join(full, name), join(path, name)));
}

function fileSource(source: string): { key: string; path: string } {
  const parts = source.split('=');
  if (parts.length === 1) return { key: basename(source), path: source };
  if (parts.length > 2) throw new Error("key names or file paths cannot contain '='");
  const [key = '', path = ''] = parts;
  if (key === '') throw new Error(`key name for file path ${path} missing`);
  if (path === '') throw new Error(`file path for key name ${key} missing`);
  return { key, path };
}

/** Files of lines `key=value`; `what` says what such a file is for. */
export async function addEnvFiles(
  paths: readonly string[],
  around: Surroundings,
  what: 'config' | 'secret',
  add: AddEntry,
): Promise<void> {
  for (const path of paths) {
    const full = resolve(around.cwd, path);
    if ((await describe(full, path)).isDirectory()) throw new Error(`env ${what} file cannot be a directory`);
    const lines = splitLines(await contentOf(full, path));
    lines.forEach((line, i) => {
      const entry = envEntry(line, path, i, around.env);
      if (entry) add(entry.key, Buffer.from(entry.value));
    });
  }
}

function splitLines(content: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let end = content.indexOf(10); end >= 0; end = content.indexOf(10, start)) {
    lines.push(content.subarray(start, end));
    start = end + 1;
  }
  if (start < content.length) lines.push(content.subarray(start));
  return lines.map((line) => (line.at(-1) === 13 ? line.subarray(0, -1) : line));
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** None for empty lines and comments. A key without a value takes the value of the environment. */
function envEntry(
  line: Buffer,
  path: string,
  index: number,
  env: Surroundings['env'],
): { key: string; value: string } | undefined {
  const decoded = decodedText(line);
  if (decoded === undefined)
    throw new Error(
      `env file ${path} contains invalid utf8 bytes at line ${index + 1}: [${[...line].join(' ')}]`,
    );
  const text = (index === 0 && decoded.startsWith('\uFEFF') ? decoded.slice(1) : decoded).trimStart();
  if (text === '' || text.startsWith('#')) return undefined;
  const at = text.indexOf('=');
  const key = at < 0 ? text : text.slice(0, at);
  const complaints = envNameComplaints(key);
  if (complaints.length > 0)
    throw new Error(`${goQuote(key)} is not a valid key name: ${complaints.join(';')}`);
  return { key, value: at < 0 ? (env[key] ?? '') : text.slice(at + 1) };
}

/** Undefined for bytes that are no UTF-8. */
export function decodedText(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

const describe = (full: string, path: string) =>
  stat(full).catch((cause: unknown) => {
    throw new Error(`error reading ${path}: ${reasonOf(cause)}`);
  });

const contentOf = (full: string, path: string): Promise<Buffer> =>
  readFile(full).catch((cause: unknown) => {
    throw new Error(`open ${path}: ${reasonOf(cause)}`);
  });

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EISDIR: 'is a directory',
  ENOTDIR: 'not a directory',
  ELOOP: 'too many levels of symbolic links',
};

/** In the words of the C library, which Go prints, too. */
export const reasonOf = (cause: unknown): string => {
  const { code, message } = cause as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? message;
};
