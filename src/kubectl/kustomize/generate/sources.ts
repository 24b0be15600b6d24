// Where the entries of a generated ConfigMap or Secret come from: files of KEY=VALUE lines, literals, and whole files.
import type { Loader } from '../loader.ts';

export interface Sources {
  readonly literals?: readonly string[];
  readonly files?: readonly string[];
  readonly envs?: readonly string[];
  readonly env?: string;
}

export interface Entry {
  readonly key: string;
  readonly value: Buffer;
}

/** In upstream's order: files of lines, literals, files. */
export async function entriesOf(sources: Sources, loader: Loader): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const path of [...(sources.envs ?? []), ...(sources.env ? [sources.env] : [])])
    for (const entry of linesOf((await loader.read(path)).toString())) entries.push(entry);
  for (const literal of sources.literals ?? []) entries.push(entryOfLiteral(literal));
  for (const source of sources.files ?? []) {
    const { key, path } = fileSource(source);
    entries.push({ key, value: await loader.read(path) });
  }
  return entries;
}

function linesOf(content: string): Entry[] {
  const entries: Entry[] = [];
  const text = content.startsWith('\ufeff') ? content.slice(1) : content;
  for (const raw of text.split('\n')) {
    const line = raw.replace(/\r$/, '').trimStart();
    if (line === '' || line.startsWith('#')) continue;
    const equals = line.indexOf('=');
    const key = equals < 0 ? line : line.slice(0, equals);
    if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(key))
      throw new Error(`${JSON.stringify(key)} is not a valid key name`);
    entries.push({ key, value: Buffer.from(equals < 0 ? '' : line.slice(equals + 1)) });
  }
  return entries;
}

function entryOfLiteral(source: string): Entry {
  const equals = source.indexOf('=');
  if (equals <= 0) throw new Error(`literal sources: invalid literal source ${source}, expected key=value`);
  return { key: source.slice(0, equals), value: Buffer.from(unquoted(source.slice(equals + 1))) };
}

function unquoted(text: string): string {
  const quote = text[0];
  const isQuoted = text.length >= 2 && (quote === '"' || quote === "'") && text.endsWith(quote);
  return isQuoted ? text.slice(1, -1) : text;
}

function fileSource(source: string): { key: string; path: string } {
  const parts = source.split('=');
  const [first = '', second = ''] = parts;
  if (parts.length === 1) return { key: source.slice(source.lastIndexOf('/') + 1), path: source };
  if (parts.length > 2)
    throw new Error(`source ${JSON.stringify(source)} key name or file path contains '='`);
  if (first === '')
    throw new Error(
      `missing key name for file path ${JSON.stringify(second)} in source ${JSON.stringify(source)}`,
    );
  if (second === '')
    throw new Error(
      `missing file path for key name ${JSON.stringify(first)} in source ${JSON.stringify(source)}`,
    );
  return { key: first, path: second };
}
