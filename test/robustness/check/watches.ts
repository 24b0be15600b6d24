// Whether watches keep what the API promises. Ordered: revisions rise. Unique: nothing twice, also after a watch was resumed.
// Reliable: nothing is missing between the first and the last. Resumable: nothing is missing or repeated where a stream was
// cut. Bookmarkable: a bookmark comes after everything up to its revision. Atomic: a revision is one event (check/model.ts).
import { type History, isEvent, resourceOf, type Stream, type Watched } from '../history.ts';
import { differences } from './lists.ts';
import { describeEvent, type Model } from './model.ts';

export function checkWatches({ watches }: History, model: Model): string[] {
  return watches.flatMap((watch) =>
    problemsOf(watch, model).map((problem) => `watch of ${watch.resource} by ${watch.client}: ${problem}`),
  );
}

function problemsOf(watch: Watched, model: Model): string[] {
  const problems: string[] = [];
  let reached: number | undefined;
  for (const stream of watch.streams) {
    if (stream.from !== undefined && reached !== undefined && stream.from > reached)
      problems.push(`a gap was accepted: from ${reached} to ${stream.from}`);
    reached = checkStream(watch.resource, stream, model, problems) ?? reached;
  }
  return problems;
}

/** Follows one stream; gives the revision up to which it has delivered everything. */
function checkStream(resource: string, stream: Stream, model: Model, problems: string[]): number | undefined {
  const { from, items } = stream;
  const expected = model.events.filter(({ version }) => resourceOf(version.key) === resource);
  let reached = from;
  let changes = items;
  if (from === undefined) {
    const end = items.findIndex((item) => item.type === 'BOOKMARK' && item.initialEnd);
    const bookmark = items[end];
    if (bookmark?.type !== 'BOOKMARK') return undefined;
    reached = bookmark.revision;
    const initial = items.slice(0, end).filter(isEvent);
    if (initial.some(({ type }) => type !== 'ADDED'))
      problems.push('the initial state has events other than ADDED');
    const versions = initial.map(({ version }) => version);
    for (const problem of differences(versions, model.all(resource, reached)))
      problems.push(`the initial state at ${reached} ${problem}`);
    changes = items.slice(end + 1);
  }
  let at = expected.findIndex(({ version }) => version.revision > reached!);
  if (at < 0) at = expected.length;
  for (const item of changes) {
    if (!isEvent(item)) {
      if (item.revision < reached!) problems.push(`bookmark ${item.revision} comes after ${reached}`);
      for (; expected[at] && expected[at]!.version.revision <= item.revision; at++)
        problems.push(`bookmark ${item.revision} comes before ${describeEvent(expected[at]!)}`);
      reached = Math.max(reached!, item.revision);
      continue;
    }
    const { revision } = item.version;
    if (revision <= reached!) {
      problems.push(`repeated or out of order after ${reached}: ${describeEvent(item)}`);
      continue;
    }
    for (; expected[at] && expected[at]!.version.revision < revision; at++)
      problems.push(`missed ${describeEvent(expected[at]!)}; the next one was at ${revision}`);
    at++;
    reached = revision;
  }
  return reached;
}

/** Whether all watches of a resource together have seen everything between two revisions; without that there is no model. */
export function isCovered({ watches, from }: History, resource: string, until: number): boolean {
  const spans = watches
    .filter((watch) => watch.resource === resource)
    .flatMap(({ streams }) => streams.map(spanOf))
    .filter((span) => span !== undefined)
    .sort((a, b) => a.from - b.from);
  let covered = from;
  for (const span of spans) if (span.from <= covered) covered = Math.max(covered, span.until);
  return covered >= until;
}

function spanOf({ from, items }: Stream): { from: number; until: number } | undefined {
  const start =
    from ??
    items.map((item) => (isEvent(item) || !item.initialEnd ? undefined : item.revision)).find(Boolean);
  if (start === undefined) return undefined;
  const until = items.map((item) => (isEvent(item) ? item.version.revision : item.revision));
  return {
    from: start,
    until: Math.max(start, ...(from === undefined ? until.filter((r) => r >= start) : until)),
  };
}
