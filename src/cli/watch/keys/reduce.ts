// How the state changes: by a key, by what the server told, by the terminal. Pure; what is to be done besides is told in effects.
import { changedTable, NO_TABLE } from '../model/rows.ts';
import {
  currentView,
  type State,
  type StateEvent,
  type Step,
  step,
  type TextView,
  withView,
} from '../model/state.ts';
import { bodyHeight, headerHeight, moved } from './move.ts';
import { promptKey, promptPaste, toNamespace } from './prompt-keys.ts';
import { clickedRow, tableKey } from './table-keys.ts';
import { appended, MOST_LINES, scrollText, textKey } from './text-keys.ts';
import { pushTable } from './views.ts';

export function reduce(state: State, event: StateEvent): Step {
  switch (event.type) {
    case 'key':
      return key(state, event.key);
    case 'paste':
      return state.prompt ? promptPaste(state, state.prompt, event.text) : step(state);
    case 'mouse':
      return mouse(state, event.action, event.y);
    case 'size':
      return step({ ...state, width: event.width, height: event.height });
    case 'table':
      return step(tableChanged(state, event));
    case 'text':
      return step(
        textChanged(state, event.view, (view) => ({
          ...view,
          loading: false,
          lines: event.lines.slice(0, MOST_LINES),
          dropped: Math.max(0, event.lines.length - MOST_LINES),
        })),
      );
    case 'more':
      return step(textChanged(state, event.view, (view) => appended(view, event.lines)));
    case 'facts':
      return step({ ...state, facts: { ...state.facts, ...event.facts } });
    case 'kinds':
      return step({ ...state, kinds: event.kinds });
    case 'namespaces':
      return step({ ...state, namespaces: event.names });
    case 'contexts':
      return step({ ...state, contexts: event.contexts });
    case 'forwards':
      return step({ ...state, forwards: event.forwards });
    case 'message':
      return step({ ...state, message: { text: event.text, failed: event.failed } });
    case 'lost':
      return step({ ...state, lost: event.why });
    case 'context':
      return toNamespace({ ...state, namespaces: [], views: state.views.slice(-1) }, event.namespace);
    case 'push':
      return pushTable(state, event.source);
    case 'prompt':
      return step({ ...state, prompt: event.prompt });
  }
}

function tableChanged(state: State, event: Extract<StateEvent, { type: 'table' }>): State {
  const view = state.views.find(({ id }) => id === event.view);
  if (view?.type !== 'table') return state;
  const table = view.tables[event.feed] ?? NO_TABLE;
  return withView(state, {
    ...view,
    tables: { ...view.tables, [event.feed]: changedTable(table, event.change) },
  });
}

function textChanged(state: State, id: number, change: (view: TextView) => TextView): State {
  const view = state.views.find((one) => one.id === id);
  return view?.type === 'text' ? withView(state, change(view)) : state;
}

function key(state: State, name: string): Step {
  if (state.prompt) return promptKey(state, state.prompt, name);
  if (state.question) return answer(state, name);
  if (state.help) return step({ ...state, help: false });
  const quiet = withoutMessage(state);
  switch (name) {
    case 'ctrl-c':
      return step(quiet, { type: 'quit' });
    case ':':
      return step({ ...quiet, prompt: { type: 'command', label: ':', text: '', refs: [] } });
    case '?':
      return step({ ...quiet, help: true });
  }
  const view = currentView(quiet);
  return view.type === 'table' ? tableKey(quiet, view, name) : textKey(quiet, view, name);
}

function withoutMessage(state: State): State {
  const { message: _, ...rest } = state;
  return rest;
}

function answer(state: State, name: string): Step {
  const { question, ...rest } = state;
  const isYes = name === 'y' || name === 'Y' || name === 'enter';
  return step(rest, ...(isYes ? question!.effects : []));
}

const WHEEL = 3;

function mouse(state: State, action: 'up' | 'down' | 'click', y: number): Step {
  if (state.prompt || state.question || state.help) return step(state);
  const view = currentView(state);
  const by = action === 'up' ? -WHEEL : WHEEL;
  if (view.type === 'text') return action === 'click' ? step(state) : scrollText(state, by);
  if (action !== 'click') return step(withView(state, moved(state, view, by)));
  // Below the header, the title and the names of the columns.
  const line = y - headerHeight(state.height) - 2;
  return line >= 0 && line < bodyHeight(state) ? clickedRow(state, view, line) : step(state);
}
