// `tiphys logs`: the logs of all pods of a workload as one, in the order of time; followed as pods come and go. Loaded when the
// command runs.
import type { Readable } from 'node:stream';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { readJsonLines } from '../../kit/http1/json-lines.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { Io } from '../../kubectl/io/io.ts';
import { containersOf } from '../../kubectl/pods/containers.ts';
import { podPath, podsPath } from '../../kubectl/pods/first-pod.ts';
import type { Session } from '../../kubectl/session/session.ts';
import { inOrder, type TimedLine, timedLine } from './lines.ts';
import { type Painter, painter } from './paint.ts';

export interface LogsWishes {
  readonly namespace: string;
  readonly search: { readonly labelSelector: string } | { readonly fieldSelector: string };
  /** Empty: all. */
  readonly container: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  /** Lines of each container at first. */
  readonly tail: number;
  /** Seconds; 0 for all. */
  readonly since: number;
  readonly coloured: boolean;
  /** Shared with other logs, so that each pod has a colour of its own. */
  readonly paint?: Painter;
}

/** Containers whose logs are read at a time. */
const MOST_SOURCES = 100;
/** Bytes of one log's first lines. */
const MOST_BYTES = 8 * 1024 * 1024;

interface Source {
  readonly pod: string;
  readonly container: string;
  readonly prefix: string;
}

/** What is or was read. */
interface Sources {
  readonly known: Set<string>;
  open: number;
  warned: boolean;
}

interface PodList {
  readonly metadata?: { readonly resourceVersion?: string };
  readonly items?: Pod[];
}

export async function showLogs(session: Session, io: Io, wishes: LogsWishes): Promise<void> {
  const { namespace, search, follow } = wishes;
  const list = await session.json<PodList>({ path: podsPath(namespace), query: { ...search } });
  const pods = list.items ?? [];
  const paint = wishes.paint ?? painter(wishes.coloured);
  const known: Sources = { known: new Set(), open: 0, warned: false };
  const sources = pods.flatMap((pod) => sourcesOf(pod, wishes, paint.prefix, known, io.err));
  if (sources.length === 0 && !follow) io.err(`No logs in namespace ${namespace}.\n`);
  const show = shower(io, wishes);
  const logs = await Promise.all(sources.map((source) => firstLines(session, io, wishes, source)));
  for (const line of inOrder(logs)) show(sources[line.source]!, line);
  if (!follow) return;
  const goOn = (source: Source, last?: TimedLine) =>
    followOne(session, io, wishes, source, last, show).finally(() => known.open--);
  const followed = sources.map((source, i) => goOn(source, logs[i]?.at(-1)));
  await Promise.all([
    ...followed,
    joinNewPods(session, io, wishes, list.metadata?.resourceVersion ?? '', (pod) => {
      for (const source of sourcesOf(pod, wishes, paint.prefix, known, io.err)) void goOn(source);
    }),
  ]);
}

type Show = (source: Source, line: TimedLine) => void;

const shower =
  ({ out }: Io, { timestamps }: LogsWishes): Show =>
  ({ prefix }, { time, text }) =>
    out(`${prefix}${timestamps && time ? `${time} ` : ''}${text}\n`);

/** The containers of a pod that have run and are not read yet. */
function sourcesOf(
  pod: Readonly<Pod>,
  { container: wanted }: LogsWishes,
  prefix: (pod: string, container: string, alone: boolean) => string,
  sources: Sources,
  warn: (text: string) => void,
): Source[] {
  const { name = '', uid = '' } = pod.metadata;
  const {
    initContainerStatuses = [],
    containerStatuses = [],
    ephemeralContainerStatuses = [],
  } = pod.status ?? {};
  const alone = containersOf(pod).length === 1;
  const found: Source[] = [];
  for (const status of [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses]) {
    if (wanted && status.name !== wanted) continue;
    if (!status.containerID) continue;
    const key = `${uid}/${status.name}/${status.containerID}`;
    if (sources.known.has(key)) continue;
    if (sources.open >= MOST_SOURCES) {
      if (!sources.warned) warn(`More than ${MOST_SOURCES} containers: the others are left out.\n`);
      sources.warned = true;
      continue;
    }
    sources.known.add(key);
    sources.open++;
    found.push({ pod: name, container: status.name, prefix: prefix(name, status.name, alone) });
  }
  return found;
}

const openLog = (
  session: Session,
  io: Io,
  { namespace, previous }: LogsWishes,
  { pod, container }: Source,
  query: Record<string, string>,
): Promise<Readable> =>
  session.stream(
    {
      path: podPath(namespace, pod, 'log'),
      query: { container, timestamps: 'true', ...(previous && { previous: 'true' }), ...query },
    },
    io.signal,
  );

async function firstLines(
  session: Session,
  io: Io,
  wishes: LogsWishes,
  source: Source,
): Promise<TimedLine[]> {
  const { tail, since } = wishes;
  const lines: TimedLine[] = [];
  try {
    const log = await openLog(session, io, wishes, source, {
      tailLines: String(tail),
      limitBytes: String(MOST_BYTES),
      ...(since > 0 && { sinceSeconds: String(since) }),
    });
    for await (const line of linesOf(log)) lines.push(timedLine(line));
  } catch (error) {
    if (io.signal.aborted) throw error;
    io.err(`${source.prefix}${messageOf(error)}\n`);
  }
  return lines;
}

/** From the line behind `last` on. Times are asked for by the second: what was shown already is left out. */
async function followOne(
  session: Session,
  io: Io,
  wishes: LogsWishes,
  source: Source,
  last: TimedLine | undefined,
  show: Show,
): Promise<void> {
  try {
    const log = await openLog(session, io, wishes, source, {
      follow: 'true',
      ...(last?.time && { sinceTime: `${last.key.slice(0, 19)}Z` }),
    });
    for await (const text of linesOf(log)) {
      const line = timedLine(text);
      if (!last || line.key === '' || line.key > last.key) show(source, line);
    }
  } catch (error) {
    if (!io.signal.aborted) io.err(`${source.prefix}${messageOf(error)}\n`);
  }
}

/** Calls for each pod that is added or changes, until the user ends it. */
async function joinNewPods(
  session: Session,
  io: Io,
  { namespace, search }: LogsWishes,
  from: string,
  join: (pod: Readonly<Pod>) => void,
): Promise<void> {
  let resourceVersion = from;
  while (!io.signal.aborted) {
    try {
      const query = { ...search, watch: 'true', allowWatchBookmarks: 'true', resourceVersion };
      const events = await session.stream({ path: podsPath(namespace), query }, io.signal);
      for await (const { type, object } of readJsonLines<{ type: string; object: Pod }>(events)) {
        if (type === 'ERROR') throw new Error('the version is gone');
        resourceVersion = object.metadata.resourceVersion ?? resourceVersion;
        if (type === 'ADDED' || type === 'MODIFIED') join(object);
      }
    } catch {
      if (io.signal.aborted) return;
      await io.clock.sleep(1_000, io.signal).catch(() => {});
      const list = await session.json<PodList>({ path: podsPath(namespace), query: { ...search } });
      for (const pod of list.items ?? []) join(pod);
      resourceVersion = list.metadata?.resourceVersion ?? '';
    }
  }
}

/** A longer line is shown in pieces. */
const MAX_LINE = 1024 * 1024;

async function* linesOf(log: Readable): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of log as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      yield rest.toString('utf8', 0, end);
      rest = rest.subarray(end + 1);
    }
    if (rest.length <= MAX_LINE) continue;
    yield rest.toString();
    rest = Buffer.alloc(0);
  }
  if (rest.length > 0) yield rest.toString();
}
