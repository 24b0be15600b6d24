// The state at every revision, rebuilt from the events of all watches together. Since revisions order all writes, it is the
// one order in which the operations must make sense. Reports what cannot be one history: two events of one revision, an
// event that does not fit the state before it.
import { type Event, type History, isEvent, resourceOf, type Version, type Watched } from '../history.ts';

/** What held of one key from `revision` on, until the next one. */
export interface State {
  readonly revision: number;
  /** Undefined when the object did not exist. */
  readonly version: Version | undefined;
}

export interface Model {
  /** By revision, rising. */
  readonly events: readonly Event[];
  /** What held of `key` at `revision`. */
  at(key: string, revision: number): State;
  /** What held of `key` after the one that held at `revision`. */
  next(key: string, revision: number): State | undefined;
  /** All objects of `resource` at `revision`. */
  all(resource: string, revision: number): Version[];
  readonly violations: readonly string[];
}

export function modelOf({ watches, from }: Pick<History, 'watches' | 'from'>): Model {
  const violations: string[] = [];
  const events = mergedEvents(watches, violations);
  const states = new Map<string, State[]>();
  const nothing: State = { revision: from, version: undefined };
  for (const event of events) {
    const { key, revision } = event.version;
    const known = states.get(key) ?? [nothing];
    states.set(key, known);
    const problem = misfit(event, known.at(-1)!.version);
    if (problem) violations.push(`revision ${revision}: ${problem}`);
    known.push({ revision, version: event.type === 'DELETED' ? undefined : event.version });
  }
  const find = (key: string, revision: number) => {
    const known = states.get(key) ?? [nothing];
    return { known, index: lastAt(known, revision) };
  };
  return {
    events,
    violations,
    at: (key, revision) => {
      const { known, index } = find(key, revision);
      return known[index]!;
    },
    next: (key, revision) => {
      const { known, index } = find(key, revision);
      return known[index + 1];
    },
    all: (resource, revision) =>
      [...states]
        .filter(([key]) => resourceOf(key) === resource)
        .map(([, known]) => known[lastAt(known, revision)]!.version)
        .filter((version) => version !== undefined),
  };
}

/** Index of the last state that began at or before `revision`, 0 when all are later. */
function lastAt(states: readonly State[], revision: number): number {
  let low = 0;
  let high = states.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (states[middle]!.revision <= revision) low = middle;
    else high = middle - 1;
  }
  return low;
}

export const describeEvent = ({ type, version: { key, revision, uid, value } }: Event): string =>
  `${type} ${key} at ${revision}, uid ${uid}, value ${value}`;

function mergedEvents(watches: readonly Watched[], violations: string[]): Event[] {
  const byRevision = new Map<number, Event>();
  for (const { streams, client } of watches)
    for (const event of streams.flatMap((stream) => changesOf(stream.items.filter(isEvent), stream))) {
      const { revision } = event.version;
      const known = byRevision.get(revision);
      if (!known) byRevision.set(revision, event);
      else if (describeEvent(known) !== describeEvent(event))
        violations.push(
          `revision ${revision} is two events: ${describeEvent(known)}; and ${describeEvent(event)} (seen by ${client})`,
        );
    }
  return [...byRevision.values()].sort((a, b) => a.version.revision - b.version.revision);
}

/** The events of a stream without the initial state of a streaming list: those objects are older than the stream. */
function changesOf(events: readonly Event[], { from, items }: Watched['streams'][number]): readonly Event[] {
  if (from !== undefined) return events;
  const end = items.find((item) => item.type === 'BOOKMARK' && item.initialEnd);
  if (end?.type !== 'BOOKMARK') return [];
  return events.filter(({ version }) => version.revision > end.revision);
}

function misfit({ type, version }: Event, before: Version | undefined): string | undefined {
  const { key, uid, value } = version;
  if (type === 'ADDED') return before && `${key} was added, but existed already`;
  if (!before) return `${key} was ${type.toLowerCase()}, but did not exist`;
  if (before.uid !== uid) return `${key} changed its uid from ${before.uid} to ${uid}`;
  if (type === 'DELETED' && before.value !== value)
    return `${key} was deleted with the value ${value}, but had ${before.value}`;
  return undefined;
}
