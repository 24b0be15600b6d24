// `get --watch`: what is there, then every change until the server or a person ends it.

import { StatusError } from '../../../api/status/status-error.ts';
import { readJsonLines } from '../../../kit/http1/json-lines.ts';
import { ConnectionError } from '../../errors/errors.ts';
import { plainText } from '../../errors/text.ts';
import type { Io } from '../../io/io.ts';
import { type Printer, WatchEvent } from '../../printers/printer.ts';
import { isTable } from '../../printers/table.ts';
import { TabWriter } from '../../printers/tabwriter.ts';
import { findResources } from '../../resources/find-resources.ts';
import { type Info, isNotFound } from '../../resources/info.ts';
import { isList, type KubeObject } from '../../resources/object.ts';
import type { Session } from '../../session/session.ts';
import { asksForTables, type GetChoices, printerFor, queryOf, TABLE_ACCEPT } from './choices.ts';

interface Frame {
  readonly type: string;
  readonly object: KubeObject;
}

export async function getWatching(
  choices: GetChoices,
  io: Io,
  session: Session,
): Promise<number | undefined> {
  const query = { ...queryOf(choices, await session.namespace()), singleType: true };
  const found = await findResources(session, io, query);
  let infos: Info[];
  try {
    infos = await found.infos();
  } catch (error) {
    if (choices['ignore-not-found'] && isNotFound(error)) return undefined;
    throw error;
  }
  const [info, another] = infos;
  if (!info) return undefined;
  const printer = await printerFor(choices, io, info.mapping, {
    withNamespace: choices['all-namespaces'] && info.mapping.namespaced,
    withKind: false,
  });
  const writer = new TabWriter({ write: (text) => io.out(text) });
  const show = shower(choices, printer, writer);
  // A watch of a list goes on where the list ends; one of a single object begins with the object itself, which is left out.
  const isSelection = !found.targetsSingleItems;
  for (const { object } of infos)
    for (const one of isList(object) ? itemsWithKind(object, info) : [object])
      show(one, 'ADDED', !choices['watch-only']);
  writer.flush();
  if (another)
    throw new Error(
      choices.filename.length > 0
        ? `watch is only supported on individual resources and resource collections - ${infos.length} resources were found`
        : 'watch is only supported on individual resources or resource collections, more than one resource was found',
    );
  const version = isSelection ? info.resourceVersion : '0';
  return follow(choices, io, session, info, { version, isSelection, show, writer });
}

type Show = (object: KubeObject, type: string, visible: boolean) => void;

/** Prints an object, or of a table that is not to be seen its columns only. */
function shower(choices: GetChoices, printer: Printer, writer: TabWriter): Show {
  return (object, type, visible) => {
    if (!visible && !isTable(object)) return;
    const shown = visible ? object : { ...object, rows: [] };
    printer.print(choices['output-watch-events'] ? new WatchEvent(type, shown) : shown, writer);
  };
}

interface Following {
  readonly version: string;
  readonly isSelection: boolean;
  readonly show: Show;
  readonly writer: TabWriter;
}

async function follow(
  choices: GetChoices,
  io: Io,
  session: Session,
  info: Info,
  { version, isSelection, show, writer }: Following,
): Promise<number | undefined> {
  const fields = isSelection ? choices['field-selector'] : `metadata.name=${info.name}`;
  const tables = asksForTables(choices);
  try {
    const stream = await session.stream({
      path: info.collectionPath(),
      headers: { accept: tables ? TABLE_ACCEPT : 'application/json' },
      query: {
        watch: 'true',
        resourceVersion: version,
        fieldSelector: fields || undefined,
        labelSelector: (isSelection && choices.selector) || undefined,
        includeObject: tables && choices['sort-by'] ? 'Object' : undefined,
      },
    });
    let visible = isSelection;
    for await (const { type, object } of readJsonLines<Frame>(stream, io.signal)) {
      show(object, type, visible);
      writer.flush();
      visible = true;
    }
  } catch (error) {
    if (error instanceof StatusError || error instanceof ConnectionError) throw error;
    // As upstream, whose watch ends without an error when its stream breaks.
    if (!io.signal.aborted) io.err(`Unable to decode an event from the watch stream: ${plainText(error)}\n`);
  }
  return io.signal.aborted ? 1 : undefined;
}

function itemsWithKind(list: KubeObject & { items: KubeObject[] }, { mapping }: Info): KubeObject[] {
  const { group, version, kind } = mapping;
  return list.items.map((item) => ({ apiVersion: group ? `${group}/${version}` : version, kind, ...item }));
}
