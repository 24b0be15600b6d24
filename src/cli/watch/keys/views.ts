// Views that come and go: opened on top of others, or in their place. Pure.
import type { Source } from '../model/source.ts';
import {
  currentView,
  type Effect,
  type State,
  type Step,
  step,
  type TableView,
  type TextSource,
} from '../model/state.ts';

/** Views of which one may go back; the first ones are forgotten. */
const DEEPEST = 20;

const tableView = (id: number, source: Source, filter: string): TableView => ({
  type: 'table',
  id,
  source,
  tables: {},
  filter,
  at: 0,
  top: 0,
  marks: new Set(),
  wide: false,
  faults: false,
});

/** The first view. */
export const firstView = (source: Source): TableView => tableView(0, source, '');

export function pushTable(state: State, source: Source, filter = ''): Step {
  return push(state, tableView(state.nextId, source, filter));
}

export function pushText(state: State, title: string, source: TextSource): Step {
  const isLog = source.type === 'logs';
  return push(state, {
    type: 'text',
    id: state.nextId,
    title,
    source,
    lines: [],
    dropped: 0,
    loading: true,
    top: 0,
    left: 0,
    follow: isLog,
    wrap: false,
    search: '',
  });
}

function push(state: State, view: State['views'][number]): Step {
  const kept = state.views.slice(-(DEEPEST - 1));
  const closed = state.views.slice(0, -kept.length || undefined).filter((one) => !kept.includes(one));
  return step(
    { ...state, views: [...kept, view], nextId: view.id + 1 },
    ...closed.map(({ id }): Effect => ({ type: 'close', id })),
    { type: 'open', view },
  );
}

/** Back to the view before; from the first one nowhere. */
export function pop(state: State): Step {
  if (state.views.length === 1) return step(state);
  return step({ ...state, views: state.views.slice(0, -1) }, { type: 'close', id: currentView(state).id });
}

/** All views go, and this one comes: a command, or another context. */
export function startAnew(state: State, source: Source, filter = ''): Step {
  const view = tableView(state.nextId, source, filter);
  return step(
    { ...state, views: [view], nextId: view.id + 1 },
    ...state.views.map(({ id }): Effect => ({ type: 'close', id })),
    { type: 'open', view },
  );
}

/** The same view with another source: its rows are read anew. */
export function reopened(state: State, view: State['views'][number]): Step {
  const { id } = view;
  const anew = { ...view, id: state.nextId };
  return step(
    { ...state, views: state.views.map((one) => (one.id === id ? anew : one)), nextId: anew.id + 1 },
    { type: 'close', id },
    { type: 'open', view: anew },
  );
}
