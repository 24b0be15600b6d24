// Everything that `tiphys watch` knows and shows. Changed only by reduce (keys/reduce.ts), drawn by draw/frame.ts.
import type { Mapping } from '../../../kubectl/discovery/served.ts';
import type { Input } from '../screen/keys.ts';
import type { Ref, Table, TableChange } from './rows.ts';
import type { Sort } from './sort.ts';
import type { Source } from './source.ts';

export interface TableView {
  readonly type: 'table';
  readonly id: number;
  readonly source: Source;
  /** By the keys of the source's feeds. */
  readonly tables: Readonly<Record<string, Table>>;
  readonly filter: string;
  readonly sort?: Sort;
  /** The key of the row under the cursor, and where it was: another row takes its place when it is gone. */
  readonly cursor?: string;
  readonly at: number;
  /** The first row on the screen. */
  readonly top: number;
  readonly marks: ReadonlySet<string>;
  readonly wide: boolean;
  /** Only what does not fare well. */
  readonly faults: boolean;
}

/** What a text view shows. */
export type TextSource =
  | { readonly type: 'kubectl'; readonly words: readonly string[] }
  | { readonly type: 'why'; readonly ref: Ref }
  | { readonly type: 'logs'; readonly ref: Ref; readonly timestamps: boolean; readonly previous: boolean };

export interface TextView {
  readonly type: 'text';
  readonly id: number;
  readonly title: string;
  readonly source: TextSource;
  readonly lines: readonly string[];
  /** Lines that are no longer kept. */
  readonly dropped: number;
  readonly loading: boolean;
  /** The first line on the screen; with `follow` the last ones are. */
  readonly top: number;
  readonly left: number;
  readonly follow: boolean;
  readonly wrap: boolean;
  readonly search: string;
}

export type View = TableView | TextView;

/** What the last line asks for. */
export interface Prompt {
  readonly type: 'command' | 'filter' | 'search' | 'scale' | 'forward' | 'drain';
  readonly label: string;
  readonly text: string;
  /** What the answer is about. */
  readonly refs: readonly Ref[];
}

/** A question that y or Enter affirms. */
export interface Question {
  readonly text: string;
  readonly effects: readonly Effect[];
}

export interface Facts {
  readonly context: string;
  readonly cluster: string;
  readonly user: string;
  readonly version: string;
  readonly server: string;
  /** Of all nodes, or why it is not known. */
  readonly cpu: string;
  readonly memory: string;
}

export interface Forward {
  readonly id: number;
  readonly ref: Ref;
  readonly ports: string;
  readonly state: string;
  readonly failed: boolean;
}

export interface Context {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  readonly current: boolean;
}

export interface State {
  readonly width: number;
  readonly height: number;
  readonly facts: Facts;
  readonly kinds: readonly Mapping[];
  readonly namespaces: readonly string[];
  /** Empty for all. */
  readonly namespace: string;
  /** The last is shown; never empty. */
  readonly views: readonly View[];
  readonly nextId: number;
  readonly prompt?: Prompt;
  readonly question?: Question;
  readonly help: boolean;
  readonly message?: { readonly text: string; readonly failed: boolean };
  readonly forwards: readonly Forward[];
  readonly contexts: readonly Context[];
  /** Empty, or why requests get no answer at present. */
  readonly lost: string;
}

export type StateEvent =
  | Input
  | { readonly type: 'size'; readonly width: number; readonly height: number }
  | { readonly type: 'table'; readonly view: number; readonly feed: string; readonly change: TableChange }
  | { readonly type: 'text'; readonly view: number; readonly lines: readonly string[] }
  | { readonly type: 'more'; readonly view: number; readonly lines: readonly string[] }
  | { readonly type: 'facts'; readonly facts: Partial<Facts> }
  | { readonly type: 'kinds'; readonly kinds: readonly Mapping[] }
  | { readonly type: 'namespaces'; readonly names: readonly string[] }
  | { readonly type: 'contexts'; readonly contexts: readonly Context[] }
  | { readonly type: 'forwards'; readonly forwards: readonly Forward[] }
  | { readonly type: 'message'; readonly text: string; readonly failed: boolean }
  | { readonly type: 'push'; readonly source: Source }
  | { readonly type: 'prompt'; readonly prompt: Prompt }
  /** Another context is in use. */
  | { readonly type: 'context'; readonly namespace: string }
  | { readonly type: 'lost'; readonly why: string };

/** What is to be done outside of the state. */
export type Effect =
  | { readonly type: 'open'; readonly view: View }
  | { readonly type: 'close'; readonly id: number }
  /** A verb whose output is told in the last line. */
  | { readonly type: 'run'; readonly words: readonly string[]; readonly done: string }
  /** A verb that has the terminal until it ends. */
  | { readonly type: 'screen'; readonly words: readonly string[] }
  /** Pods of a workload or Service: its selector is read. */
  | { readonly type: 'pods-of'; readonly ref: Ref }
  /** Asks for ports, with those of the object filled in. */
  | { readonly type: 'ask-ports'; readonly ref: Ref }
  | { readonly type: 'forward'; readonly ref: Ref; readonly ports: string }
  | { readonly type: 'stop-forward'; readonly id: number }
  | { readonly type: 'context'; readonly name: string }
  | { readonly type: 'kinds' }
  | { readonly type: 'quit' };

export interface Step {
  readonly state: State;
  readonly effects: readonly Effect[];
}

export const step = (state: State, ...effects: Effect[]): Step => ({ state, effects });

export const currentView = (state: State): View => state.views.at(-1)!;

export const withView = (state: State, view: View): State => ({
  ...state,
  views: state.views.map((one) => (one.id === view.id ? view : one)),
});
