// Keys in tables: the cursor, marks, order, what is shown, the way down and back, and the actions of actions.ts. Pure.

import { groupResourceOf } from '../../../kubectl/discovery/served.ts';
import { visibleRows } from '../model/compose.ts';
import type { Ref, Row } from '../model/rows.ts';
import { type State, type Step, step, type TableView, withView } from '../model/state.ts';
import { actions, actionsFor } from './actions.ts';
import { chosenRows, cursorIndex, moved, rowsHeight, rowUnderCursor } from './move.ts';
import { toNamespace } from './prompt-keys.ts';
import { pop, pushTable, pushText, reopened, startAnew } from './views.ts';

export function tableKey(state: State, view: TableView, key: string): Step {
  const page = rowsHeight(state);
  const to = (by: number) => step(withView(state, moved(state, view, by)));
  switch (key) {
    case 'up':
    case 'k':
      return to(-1);
    case 'down':
    case 'j':
      return to(1);
    case 'pageup':
    case 'ctrl-b':
      return to(-page);
    case 'pagedown':
    case 'ctrl-f':
      return to(page);
    case 'home':
    case 'g':
      return to(Number.NEGATIVE_INFINITY);
    case 'end':
    case 'G':
      return to(Number.MAX_SAFE_INTEGER);
    case 'enter':
      return down(state, view);
    case 'esc':
      return back(state, view);
    case 'space':
      return marked(state, view);
    case '/':
      return step({ ...state, prompt: { type: 'filter', label: '/', text: '', refs: [] } });
    case 'ctrl-w':
      return step(withView(state, { ...view, wide: !view.wide }));
    case 'ctrl-z':
      return step(withView(state, { ...view, faults: !view.faults }));
    case 'ctrl-r':
      return reopened(state, { ...view, tables: {} });
    case '<':
    case '>':
      return step(withView(state, sortedBeside(state, view, key === '<' ? -1 : 1)));
    default:
      if (key >= '0' && key <= '9' && key.length === 1) return byDigit(state, Number(key));
      return action(state, view, key) ?? bySortKey(state, view, key) ?? step(state);
  }
}

/** Namespaces that have digits. */
export const digits = (state: State): readonly string[] => ['', ...state.namespaces.slice(0, 9)];

function byDigit(state: State, digit: number): Step {
  const namespace = digits(state)[digit];
  return namespace === undefined ? step(state) : toNamespace(state, namespace);
}

function marked(state: State, view: TableView): Step {
  const row = rowUnderCursor(state, view);
  if (!row) return step(state);
  const marks = new Set(view.marks);
  if (!marks.delete(row.key)) marks.add(row.key);
  return step(withView(state, moved(state, { ...view, marks }, 1)));
}

/** Takes away marks, then the filter, then the view. */
function back(state: State, view: TableView): Step {
  if (view.marks.size > 0) return step(withView(state, { ...view, marks: new Set() }));
  if (view.filter !== '') return step(withView(state, { ...view, filter: '' }));
  return pop(state);
}

function action(state: State, view: TableView, key: string): Step | undefined {
  const stop = stoppedForward(state, view, key);
  if (stop) return stop;
  if (!actions.some((one) => one.key === key)) return undefined;
  const refs = chosenRows(state, view).flatMap(({ ref }) => (ref ? [ref] : []));
  const [first] = refs;
  if (!first) return undefined;
  const found = actionsFor(first).find((one) => one.key === key);
  if (!found) return undefined;
  const kind = groupResourceOf(first.kind);
  // Of several kinds, as the pulse page marks them, those of the first.
  const same = refs.filter((ref) => groupResourceOf(ref.kind) === kind);
  return found.act(state, found.many ? same : [refOfCursor(state, view) ?? first]);
}

const refOfCursor = (state: State, view: TableView): Ref | undefined => rowUnderCursor(state, view)?.ref;

function stoppedForward(state: State, view: TableView, key: string): Step | undefined {
  if (view.source.type !== 'forwards' || key !== 'ctrl-d') return undefined;
  const row = rowUnderCursor(state, view);
  return row && step(state, { type: 'stop-forward', id: Number(row.key) });
}

/** A capital sorts by the next column that begins with it; again turns the order, where there is only one. */
function bySortKey(state: State, view: TableView, key: string): Step | undefined {
  if (key.length !== 1 || key < 'A' || key > 'Z') return undefined;
  const names = sortable(state, view).filter((name) => name.startsWith(key));
  if (names.length === 0) return undefined;
  const at = names.indexOf(view.sort?.column ?? '');
  const turned = names.length === 1 && at === 0;
  const column = names[(at + 1) % names.length]!;
  const descending = turned ? !view.sort!.descending : false;
  return step(withView(state, { ...view, sort: { column, descending } }));
}

function sortedBeside(state: State, view: TableView, by: number): TableView {
  const names = sortable(state, view);
  if (names.length === 0) return view;
  const at = names.indexOf(view.sort?.column ?? names[0]!);
  const column = names[(at + by + names.length) % names.length]!;
  return { ...view, sort: { column, descending: false } };
}

export const hasNamespaces = ({ source }: TableView): boolean =>
  source.type === 'kind' && source.kind.namespaced && source.namespace === '';

function sortable(state: State, view: TableView): readonly string[] {
  const { columns } = visibleRows(view, state);
  return [
    ...(hasNamespaces(view) ? ['NAMESPACE'] : []),
    ...columns.filter(({ priority }) => view.wide || priority === 0).map(({ name }) => name),
  ];
}

/** What Enter leads to. */
function down(state: State, view: TableView): Step {
  const row = rowUnderCursor(state, view);
  if (!row) return step(state);
  if (view.source.type === 'contexts') return step(state, { type: 'context', name: row.key });
  if (view.source.type === 'kinds') return toKind(state, row);
  return row.ref ? downFrom(state, row.ref) : step(state);
}

function toKind(state: State, row: Row): Step {
  const kind = state.kinds.find((one) => groupResourceOf(one) === row.key);
  return kind?.verbs.includes('list')
    ? pushTable(state, { type: 'kind', kind, namespace: state.namespace })
    : step(state);
}

const WITH_SELECTOR = new Set([
  ...['deployments.apps', 'replicasets.apps', 'statefulsets.apps', 'daemonsets.apps', 'jobs.batch'],
  ...['replicationcontrollers', 'services'],
]);

function downFrom(state: State, ref: Ref): Step {
  const { kind, namespace, name, uid } = ref;
  const resource = groupResourceOf(kind);
  const named = (word: string) => state.kinds.find((one) => groupResourceOf(one) === word);
  const of = `${kind.singular}/${name}`;
  if (ref.container !== undefined)
    return pushText(state, `logs ${of}:${ref.container}`, {
      type: 'logs',
      ref,
      timestamps: false,
      previous: false,
    });
  if (resource === 'pods') return pushTable(state, { type: 'containers', namespace, pod: name });
  if (WITH_SELECTOR.has(resource)) return step(state, { type: 'pods-of', ref });
  const pods = named('pods');
  if (resource === 'nodes' && pods)
    return pushTable(state, { type: 'kind', kind: pods, namespace: '', fields: `spec.nodeName=${name}`, of });
  if (resource === 'namespaces' && pods)
    return startAnew({ ...state, namespace: name }, { type: 'kind', kind: pods, namespace: name });
  const jobs = named('jobs.batch');
  if (resource === 'cronjobs.batch' && jobs)
    return pushTable(state, { type: 'kind', kind: jobs, namespace, owner: uid, of });
  const defined = resource === 'customresourcedefinitions.apiextensions.k8s.io' ? named(name) : undefined;
  if (defined) return pushTable(state, { type: 'kind', kind: defined, namespace: state.namespace });
  return actionsFor(ref)
    .find(({ key }) => key === 'd')!
    .act(state, [ref]);
}

export function clickedRow(state: State, view: TableView, line: number): Step {
  const { rows } = visibleRows(view, state);
  const index = view.top + line;
  if (index < 0 || index >= rows.length) return step(state);
  return step(withView(state, moved(state, view, index - cursorIndex(view, rows))));
}
