// `kubectl events`: events oldest first, or as they come.
import type { Event } from '../../../api/kinds/core/v1/event.ts';
import { readJsonLines } from '../../../kit/http1/json-lines.ts';
import { choicesOf } from '../../changes/printing.ts';
import { defineCommand } from '../../command/command.ts';
import { allNamespacesFlag, chunkSizeFlag } from '../../command/common-flags.ts';
import { boolFlag, stringFlag, stringSliceFlag } from '../../command/flag.ts';
import { intervalText } from '../../describe/events.ts';
import { collectionPath, readAll } from '../../describe/subject.ts';
import type { Io } from '../../io/io.ts';
import { printerOf, printFlags } from '../../printers/print-flags.ts';
import type { ApiObject, Output } from '../../printers/printer.ts';
import { TabWriter } from '../../printers/tabwriter.ts';
import { escapeTerminal } from '../../printers/terminal.ts';
import type { Session } from '../../session/session.ts';

export default defineCommand({
  use: 'events [(-o|--output=)json|yaml|kyaml|name|go-template|go-template-file|template|templatefile|jsonpath|jsonpath-as-json|jsonpath-file] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]',
  long: `Display events.

Prints a table of the most important information about events. You can request events for a namespace, for all namespaces, or filtered to only those pertaining to a specified resource.`,
  examples: `# List recent events in the default namespace
kubectl events

# List recent events in all namespaces
kubectl events --all-namespaces

# List recent events for the specified pod, then wait for more events and list them as they arrive
kubectl events --for pod/web-pod-13je7 --watch

# List recent events in YAML format
kubectl events -oyaml

# List recent only events of type 'Warning' or 'Normal'
kubectl events --types=Warning,Normal`,
  flags: {
    ...printFlags,
    watch: boolFlag(false, 'After listing the requested events, watch for more events.', { short: 'w' }),
    'all-namespaces': allNamespacesFlag(),
    for: stringFlag('', 'Filter events to only those pertaining to the specified resource.'),
    types: stringSliceFlag('Output only events of given types.'),
    'no-headers': boolFlag(false, "When using the default output format, don't print headers."),
    'chunk-size': chunkSizeFlag(),
  },
  async run({ flags, io, session }) {
    const types = flags.types.map((type) => type.toLowerCase());
    const fieldSelector = await selectorOf(session, flags.for);
    if (types.some((type) => type !== 'normal' && type !== 'warning'))
      throw new Error('valid --types are Normal or Warning');
    const allNamespaces = flags['all-namespaces'];
    const { namespace } = await session.namespace();
    const path = collectionPath('api/v1', 'events', allNamespaces ? '' : namespace);
    const isWanted = ({ type = '' }: Event) => types.length === 0 || types.includes(type.toLowerCase());
    const printer =
      flags.output || flags.template
        ? await printerOf(choicesOf(flags), { ...io, operation: 'events', keepOrder: true })
        : undefined;
    const table = new EventTable(allNamespaces, flags['no-headers'], () => io.clock.now());
    const writer = new TabWriter({ write: (text) => io.out(text) });
    const print = (events: readonly Event[], object: () => ApiObject): void => {
      if (printer) printer.print(object(), writer);
      else table.print(events, writer);
      writer.flush();
    };
    if (flags.watch) {
      await follow(session, io, path, fieldSelector, (event) => {
        if (isWanted(event)) print([event], () => withKind(event));
      });
      return;
    }
    const subject = { requests: session, chunkSize: flags['chunk-size'] };
    const all = await readAll<Event>(subject, path, fieldSelector ? { fieldSelector } : {});
    const events = all.filter(isWanted).sort((a, b) => timeOf(a) - timeOf(b));
    if (events.length === 0)
      io.err(allNamespaces ? 'No events found.\n' : `No events found in ${namespace} namespace.\n`);
    else
      print(events, () => ({
        kind: 'EventList',
        apiVersion: 'v1',
        metadata: {},
        items: events.map(withKind),
      }));
  },
});

/** Items of a list come without kind and version. */
function withKind(event: Event): ApiObject {
  const { kind: _, apiVersion: __, ...rest } = event;
  return { kind: 'Event', apiVersion: 'v1', ...rest };
}

async function selectorOf(session: Session, wanted: string): Promise<string> {
  if (wanted === '') return '';
  const [type = '', name, another] = wanted.split('/');
  if (name === undefined) throw new Error('--for must be in resource/name form');
  if (another !== undefined)
    throw new Error('arguments in resource/name form may not have more than one slash');
  const { group, version, kind } = await (await session.mapper()).find(type.toLowerCase());
  const apiVersion = group ? `${group}/${version}` : version;
  return `involvedObject.kind=${kind},involvedObject.apiVersion=${apiVersion},involvedObject.name=${name}`;
}

function timeOf({ series, lastTimestamp, eventTime }: Event): number {
  const time = series ? series.lastObservedTime : (lastTimestamp ?? eventTime);
  return time ? Date.parse(time) : 0;
}

class EventTable {
  readonly #withNamespace: boolean;
  readonly #now: () => number;
  #hasHeaders: boolean;

  constructor(withNamespace: boolean, noHeaders: boolean, now: () => number) {
    this.#withNamespace = withNamespace;
    this.#hasHeaders = noHeaders;
    this.#now = now;
  }

  print(events: readonly Event[], out: Output): void {
    const first = (cell: string) => (this.#withNamespace ? `${cell}\t` : '');
    if (!this.#hasHeaders) out.write(`${first('NAMESPACE')}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n`);
    this.#hasHeaders = true;
    for (const event of events) {
      const { kind = '', name = '' } = event.involvedObject ?? {};
      const cells = [event.type ?? '', event.reason ?? '', `${kind}/${name}`, (event.message ?? '').trim()];
      const line = [intervalText(event, this.#now()), ...cells.map(escapeTerminal)];
      out.write(`${first(event.metadata?.namespace ?? '')}${line.join('\t')}\n`);
    }
  }
}

/** Until the server ends the watch, or a person the command. */
async function follow(
  session: Session,
  io: Io,
  path: string,
  fieldSelector: string,
  show: (event: Event) => void,
): Promise<void> {
  const query = { watch: 'true', ...(fieldSelector && { fieldSelector }) };
  try {
    const stream = await session.stream({ path, query }, io.signal);
    for await (const { type, object } of readJsonLines<{ type: string; object: Event }>(stream, io.signal))
      if (type === 'ADDED' || type === 'MODIFIED') show(object);
  } catch (error) {
    // --request-timeout ends the watch as its server would.
    const isOver = error instanceof Error && error.message.includes('while reading body');
    if (!io.signal.aborted && !isOver) throw error;
  }
}
