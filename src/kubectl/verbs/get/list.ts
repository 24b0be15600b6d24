// `get` without --watch: everything is read first, then printed, errors last.
import { combined } from '../../errors/errors.ts';
import type { Io } from '../../io/io.ts';
import type { Output, Printer } from '../../printers/printer.ts';
import { sortObjects, sortTable } from '../../printers/sort.ts';
import { isTable } from '../../printers/table.ts';
import { TabWriter } from '../../printers/tabwriter.ts';
import { findResources, type Resources } from '../../resources/find-resources.ts';
import { type Info, isNotFound } from '../../resources/info.ts';
import { isList, type KubeObject } from '../../resources/object.ts';
import type { Session } from '../../session/session.ts';
import { type GetChoices, isForPeople, printerFor, queryOf } from './choices.ts';

export async function getListed(choices: GetChoices, io: Io, session: Session): Promise<undefined> {
  const where = await session.namespace();
  const query = { ...queryOf(choices, where), continueOnError: true, flatten: true };
  const found = await findResources(session, io, query);
  const { infos, errors } = await read(found, choices['ignore-not-found']);
  if (isForPeople(choices))
    await printTables(choices, io, sorted(infos, choices['sort-by']), errors, where.namespace);
  else await printObjects(choices, io, found, infos, errors);
  if (errors.length > 0) throw combined(errors);
}

/** All objects that can be read, and why the others cannot. */
async function read(
  found: Resources,
  ignoresMissing: boolean,
): Promise<{ infos: Info[]; errors: unknown[] }> {
  const infos: Info[] = [];
  const errors: unknown[] = [];
  try {
    await found.visit(
      (info) => {
        infos.push(info);
      },
      ignoresMissing ? isNotFound : undefined,
    );
  } catch (error) {
    for (const one of error instanceof AggregateError ? error.errors : [error]) errors.push(one);
  }
  return { infos, errors };
}

/** Rows within each table, or else the objects. */
function sorted(infos: Info[], field: string): Info[] {
  const [first] = infos;
  if (!field || !first) return infos;
  const tables = infos.filter((info) => isTable(info.object));
  if (tables.length === 0) return infos.length < 2 ? infos : sortObjects(infos, field, (info) => info.object);
  if (tables.length < infos.length)
    throw new Error('sorting is not supported on mixed Table and non-Table object lists');
  for (const info of tables) info.object = sortedTable(info.object, field);
  return infos;
}

/** A table without the field in any row prints nothing, as upstream's. */
function sortedTable(table: KubeObject, field: string): KubeObject {
  try {
    return sortTable(table, field) as KubeObject;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("couldn't find any field"))
      return { ...table, rows: [] };
    throw error;
  }
}

/** Counts what is written, and puts an empty line in front of the next text when asked to. */
class Separated implements Output {
  readonly #io: Io;
  written = 0;
  separates = false;

  constructor(io: Io) {
    this.#io = io;
  }

  write(text: string): void {
    if (text === '') return;
    this.#io.out(this.separates ? `\n${text}` : text);
    this.separates = false;
    this.written += text.length;
  }
}

async function printTables(
  choices: GetChoices,
  io: Io,
  infos: readonly Info[],
  errors: unknown[],
  namespace: string,
): Promise<void> {
  const out = new Separated(io);
  const writer = new TabWriter(out);
  const everywhere = choices['all-namespaces'];
  const withKind = severalKinds(infos);
  let namespaced = !everywhere;
  let printer: Printer | undefined;
  let last: string | undefined;
  for (const info of infos) {
    const { mapping } = info;
    namespaced &&= info.namespaced;
    const type = `${mapping.group}/${mapping.version}/${mapping.resource}`;
    if (!printer || type !== last) {
      writer.flush();
      writer.forgetWidths();
      if (last !== undefined && !choices['no-headers'] && out.written > 0) out.separates = true;
      printer = await printerFor(choices, io, mapping, {
        withNamespace: everywhere && mapping.namespaced,
        withKind,
      });
      last = type;
    }
    printer.print(info.object, writer);
  }
  writer.flush();
  if (out.written > 0 || choices['ignore-not-found'] || errors.length > 0) return;
  io.err(namespaced ? `No resources found in ${namespace} namespace.\n` : 'No resources found\n');
}

const severalKinds = (infos: readonly Info[]): boolean => {
  const kinds = infos.map(({ mapping: { group, version, kind } }) => `${group}/${version}/${kind}`);
  return kinds.some((kind) => kind !== kinds[0]);
};

async function printObjects(
  choices: GetChoices,
  io: Io,
  found: Resources,
  infos: readonly Info[],
  errors: unknown[],
): Promise<void> {
  if (errors.length > 0 && found.single) return;
  if (infos.length === 0 && choices['ignore-not-found']) return;
  const printer = await printerFor(choices, io, undefined, { withNamespace: false, withKind: false });
  let items = infos.map((info) => info.object);
  const field = choices['sort-by'];
  if (field && items.length > 1) items = sortObjects(items, field, (item) => item);
  const [only] = items;
  const object =
    found.single && items.length === 1 && only
      ? isList(only)
        ? listOf(only.items, only.metadata?.resourceVersion ?? '')
        : only
      : listOf(items, '');
  try {
    printer.print(object, { write: (text) => io.out(text) });
  } catch (error) {
    errors.push(error);
  }
}

const listOf = (items: readonly KubeObject[], resourceVersion: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'List',
  metadata: { resourceVersion },
  items: [...items],
});
