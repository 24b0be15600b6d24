// Keys while the last line asks for something: commands with completion, filters that apply as they are typed, numbers, ports. Pure.
import { filterOf } from '../model/filter.ts';
import { inNamespace } from '../model/source.ts';
import {
  currentView,
  type Effect,
  type Prompt,
  type State,
  type Step,
  step,
  withView,
} from '../model/state.ts';
import { typed } from './actions.ts';
import { completionsOf, meantBy } from './commands.ts';
import { searched } from './text-keys.ts';
import { startAnew } from './views.ts';

/** Characters. */
const LONGEST = 1024;

export function promptKey(state: State, prompt: Prompt, key: string): Step {
  const { text } = prompt;
  switch (key) {
    case 'esc':
    case 'ctrl-c':
      return cancelled(state, prompt);
    case 'enter':
      return answered(withoutPrompt(state), prompt);
    case 'backspace':
      return text === '' ? cancelled(state, prompt) : edited(state, prompt, text.slice(0, lastStart(text)));
    case 'ctrl-u':
      return edited(state, prompt, '');
    case 'ctrl-w':
      return edited(state, prompt, text.slice(0, text.trimEnd().lastIndexOf(' ') + 1));
    case 'tab':
    case 'right':
      return edited(state, prompt, completed(state, prompt));
    case 'space':
      return edited(state, prompt, `${text} `);
    default:
      // Names of keys are longer than one character, and none of the characters that are typed.
      return [...key].length === 1 ? edited(state, prompt, text + key) : step(state);
  }
}

const lastStart = (text: string): number => text.length - ([...text].at(-1)?.length ?? 1);

/** Pasted line breaks end nothing. */
export function promptPaste(state: State, prompt: Prompt, text: string): Step {
  const line = [...text].map((one) => (one < ' ' || one === '\x7f' ? ' ' : one)).join('');
  return edited(state, prompt, prompt.text + line);
}

function withoutPrompt(state: State): State {
  const { prompt: _, ...rest } = state;
  return rest;
}

function edited(state: State, prompt: Prompt, text: string): Step {
  const next = { ...prompt, text: text.slice(0, LONGEST) };
  return step(applied({ ...state, prompt: next }, next));
}

/** Filters and searches apply as they are typed. */
function applied(state: State, { type, text }: Prompt): State {
  const view = currentView(state);
  if (type === 'filter' && view.type === 'table') return withView(state, { ...view, filter: text });
  if (type === 'search' && view.type === 'text')
    return withView(state, searched(state, { ...view, search: text }));
  return state;
}

function cancelled(state: State, prompt: Prompt): Step {
  const isLive = prompt.type === 'filter' || prompt.type === 'search';
  const cleared = isLive ? applied(state, { ...prompt, text: '' }) : state;
  return step(withoutPrompt(cleared));
}

/** What the last word may become. */
export const completed = (state: State, { type, text }: Prompt): string => {
  const [first] = type === 'command' ? completionsOf(text, state) : [];
  return first === undefined ? text : text.slice(0, text.lastIndexOf(' ') + 1) + first;
};

const told = (state: State, text: string): Step => step({ ...state, message: { text, failed: true } });

function answered(state: State, prompt: Prompt): Step {
  const { type, text, refs } = prompt;
  switch (type) {
    case 'command':
      return command(state, text);
    case 'filter': {
      const { problem } = filterOf(text);
      return problem === undefined ? step(applied(state, prompt)) : told(state, problem);
    }
    case 'search':
      return step(applied(state, prompt));
    case 'scale': {
      if (!/^\d{1,7}$/.test(text.trim())) return told(state, `${text}: give a number of replicas`);
      const replicas = text.trim();
      return step(
        state,
        ...refs.map(
          (ref): Effect => ({
            type: 'run',
            words: ['scale', typed(ref), '--namespace', ref.namespace, `--replicas=${replicas}`],
            done: `${ref.kind.singular}/${ref.name} scaled to ${replicas}`,
          }),
        ),
      );
    }
    case 'drain':
      return drained(state, prompt);
    case 'forward': {
      const ports = text.trim().split(' ').filter(Boolean);
      if (ports.length === 0) return step(state);
      const wrong = ports.find((one) => !/^(?:\d{0,5}:)?[\w-]{1,63}$/.test(one));
      if (wrong !== undefined) return told(state, `${wrong}: give LOCAL:REMOTE, such as 8080:80`);
      return step(state, { type: 'forward', ref: refs[0]!, ports: ports.join(' ') });
    }
  }
}

function drained(state: State, { text, refs }: Prompt): Step {
  const flags = text.trim().split(' ').filter(Boolean);
  const wrong = flags.find((one) => !one.startsWith('--'));
  if (wrong !== undefined) return told(state, `${wrong}: only flags of kubectl drain`);
  return step(
    { ...state, message: { text: `draining ${refs.map(({ name }) => name).join(', ')} …`, failed: false } },
    ...refs.map(
      (ref): Effect => ({
        type: 'run',
        words: ['drain', ref.name, ...flags],
        done: `node/${ref.name} drained`,
      }),
    ),
  );
}

function command(state: State, text: string): Step {
  const meant = meantBy(text, state);
  switch (meant.type) {
    case 'nothing':
      return step(state);
    case 'quit':
      return step(state, { type: 'quit' });
    case 'help':
      return step({ ...state, help: true });
    case 'context':
      return step(state, { type: 'context', name: meant.name });
    case 'namespace':
      return toNamespace(state, meant.namespace);
    case 'problem':
      // A kind that was just defined is known when it is typed again.
      return meant.unknownKind
        ? { state: told(state, meant.text).state, effects: [{ type: 'kinds' }] }
        : told(state, meant.text);
    case 'view': {
      const { namespace = state.namespace } = meant;
      return startAnew({ ...state, namespace }, meant.source, meant.filter);
    }
  }
}

/** Shows the kind of the current view, or pods, in that namespace. */
export function toNamespace(state: State, namespace: string): Step {
  const next = { ...state, namespace };
  const view = currentView(state);
  const source = view.type === 'table' ? inNamespace(view.source, namespace) : undefined;
  if (source && view.type === 'table' && source !== view.source) return startAnew(next, source, view.filter);
  const pods = meantBy('pods', next);
  return pods.type === 'view' ? startAnew(next, pods.source) : step(next);
}
