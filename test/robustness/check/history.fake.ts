// Histories written by hand, for tests of the checkers: a line per operation and event.
import type {
  Delete,
  Event,
  Get,
  History,
  List,
  Operation,
  Outcome,
  Stream,
  Version,
  Watched,
  Write,
} from '../history.ts';

/** The object `maps/NAME` at a revision; its value is `NAME@REVISION` unless given, its uid that of its first version. */
export const version = (
  name: string,
  revision: number,
  uid = `${name}-1`,
  value = `${name}@${revision}`,
): Version => ({
  key: `maps/${name}`,
  revision,
  uid,
  value,
});

export const ok = <Answer>(answer: Answer): Outcome<Answer> => ({ is: 'ok', answer });
export const refused = (status: number, reason: string): Outcome<never> => ({
  is: 'refused',
  status,
  reason,
});
export const unknown: Outcome<never> = { is: 'unknown', error: 'cut' };

type Times = readonly [start: number, end: number];

export const write = (
  verb: Write['verb'],
  made: Version,
  [start, end]: Times,
  more: Partial<Pick<Write, 'outcome' | 'expected'>> = {},
): Write => ({
  kind: 'write',
  client: 'w',
  verb,
  key: made.key,
  value: made.value,
  start,
  end,
  outcome: ok(made),
  ...more,
});

export const remove = (name: string, outcome: Delete['outcome'], [start, end]: Times): Delete => ({
  kind: 'delete',
  client: 'd',
  key: `maps/${name}`,
  start,
  end,
  outcome,
});

export const get = (name: string, outcome: Get['outcome'], [start, end]: Times): Get => ({
  kind: 'get',
  client: 'r',
  key: `maps/${name}`,
  start,
  end,
  outcome,
});

export const list = (
  revision: number,
  versions: Version[],
  [start, end]: Times,
  more: Partial<List> = {},
): List => ({
  kind: 'list',
  client: 'l',
  resource: 'maps',
  consistent: true,
  start,
  end,
  outcome: ok({ revision, versions }),
  ...more,
});

export const added = (made: Version): Event => ({ type: 'ADDED', version: made });
export const modified = (made: Version): Event => ({ type: 'MODIFIED', version: made });
/** `last` is the last version, `revision` that of the deletion. */
export const deleted = (last: Version, revision: number): Event => ({
  type: 'DELETED',
  version: { ...last, revision },
});
export const bookmark = (revision: number, initialEnd = false) =>
  ({ type: 'BOOKMARK', revision, initialEnd }) as const;

export const watch = (...streams: Stream[]): Watched => ({ client: 'watcher', resource: 'maps', streams });
export const stream = (from: number | undefined, ...items: Stream['items']): Stream => ({ from, items });

export const history = (operations: Operation[], ...watches: Watched[]): History => ({
  operations,
  watches,
  from: 0,
  expiring: ['events'],
});
