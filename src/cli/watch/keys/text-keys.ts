// Keys in texts and logs: moving, search, following, wrapping. Pure.
import { currentView, type State, type Step, step, type TextView, withView } from '../model/state.ts';
import { bodyHeight } from './move.ts';
import { pop, reopened } from './views.ts';

/** Lines of a log that are kept, and of a text. */
export const MOST_LINES = 20_000;
const SIDEWAYS = 20;

export function textKey(state: State, view: TextView, key: string): Step {
  const page = bodyHeight(state);
  const to = (top: number) => step(withView(state, scrolled(state, view, top)));
  switch (key) {
    case 'up':
    case 'k':
      return to(topNow(state, view) - 1);
    case 'down':
    case 'j':
      return to(topNow(state, view) + 1);
    case 'pageup':
    case 'ctrl-b':
      return to(topNow(state, view) - page);
    case 'pagedown':
    case 'ctrl-f':
    case 'space':
      return to(topNow(state, view) + page);
    case 'home':
    case 'g':
      return to(0);
    case 'end':
    case 'G':
      return view.source.type === 'logs'
        ? step(withView(state, { ...view, follow: true }))
        : to(view.lines.length);
    case 'left':
    case 'h':
      return step(withView(state, { ...view, left: Math.max(0, view.left - SIDEWAYS) }));
    case 'right':
      return step(withView(state, { ...view, left: view.left + SIDEWAYS }));
    case 'w':
      return step(withView(state, { ...view, wrap: !view.wrap, left: 0 }));
    case '/':
      return step({ ...state, prompt: { type: 'search', label: '/', text: '', refs: [] } });
    case 'n':
      return step(withView(state, searched(state, view, 1)));
    case 'N':
      return step(withView(state, searched(state, view, -1)));
    case 'esc':
    case 'q':
      return view.search === '' || key === 'q' ? pop(state) : step(withView(state, { ...view, search: '' }));
    case 'ctrl-r':
      return reopened(state, emptied(view));
    default:
      return view.source.type === 'logs' ? logKey(state, view, view.source, key) : step(state);
  }
}

const emptied = (view: TextView): TextView => ({ ...view, lines: [], dropped: 0, loading: true, top: 0 });

function logKey(
  state: State,
  view: TextView,
  source: TextView['source'] & { type: 'logs' },
  key: string,
): Step {
  switch (key) {
    case 'f':
      return step(
        withView(state, view.follow ? scrolled(state, view, topNow(state, view)) : { ...view, follow: true }),
      );
    case 't':
      return reopened(state, { ...emptied(view), source: { ...source, timestamps: !source.timestamps } });
    case 'p':
      return reopened(state, { ...emptied(view), source: { ...source, previous: !source.previous } });
    case 'c':
      return step(withView(state, { ...emptied(view), loading: false }));
    default:
      return step(state);
  }
}

const lastTop = (state: State, view: TextView): number =>
  view.wrap ? Math.max(0, view.lines.length - 1) : Math.max(0, view.lines.length - bodyHeight(state));

/** The first line on the screen now. */
export const topNow = (state: State, view: TextView): number =>
  view.follow
    ? Math.max(0, view.lines.length - bodyHeight(state))
    : Math.max(0, Math.min(view.top, lastTop(state, view)));

function scrolled(state: State, view: TextView, top: number): TextView {
  return { ...view, follow: false, top: Math.max(0, Math.min(top, lastTop(state, view))) };
}

/** The next line with what is searched, from the first one on the screen on; `by` 0 begins with that line. */
export function searched(state: State, view: TextView, by = 0): TextView {
  const wanted = view.search.toLowerCase();
  const { lines } = view;
  if (wanted === '' || lines.length === 0) return view;
  const from = topNow(state, view) + by;
  const direction = by < 0 ? -1 : 1;
  for (let i = 0; i < lines.length; i++) {
    const at = (((from + i * direction) % lines.length) + lines.length) % lines.length;
    if (lines[at]!.toLowerCase().includes(wanted)) return { ...view, follow: false, top: at };
  }
  return view;
}

/** New lines of a log. Whoever reads older ones stays where they are. */
export function appended(view: TextView, lines: readonly string[]): TextView {
  const all = [...view.lines, ...lines];
  const over = Math.max(0, all.length - MOST_LINES);
  return {
    ...view,
    loading: false,
    lines: over > 0 ? all.slice(over) : all,
    dropped: view.dropped + over,
    top: Math.max(0, view.top - over),
  };
}

export const scrollText = (state: State, by: number): Step => {
  const view = currentView(state);
  return view.type === 'text'
    ? step(withView(state, scrolled(state, view, topNow(state, view) + by)))
    : step(state);
};
