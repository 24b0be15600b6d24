// The YAML editor and the view of differences: CodeMirror, in the page's colours. Loaded when somebody opens one. It lives in a shadow
// root, where its styles are constructed sheets: <style> elements are refused by the content security policy.
import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  bracketMatching,
  foldEffect,
  foldGutter,
  foldKeymap,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { MergeView, unifiedMergeView } from '@codemirror/merge';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  hoverTooltip,
  keymap,
  lineNumbers,
  type Tooltip,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { explainedAt, type Knowledge, type Offer, offersAt } from './complete.ts';

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword], color: 'var(--busy)' },
  { tag: tags.comment, color: 'var(--faint)', fontStyle: 'italic' },
  { tag: [tags.punctuation, tags.separator, tags.meta], color: 'var(--dim)' },
]);

const looks = EditorView.theme({
  '&': { height: '100%', fontSize: '12.5px', backgroundColor: 'var(--panel)', color: 'var(--text)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.55' },
  '.cm-gutters': {
    backgroundColor: 'var(--panel)',
    color: 'var(--faint)',
    border: 'none',
    borderRight: '1px solid var(--line-faint)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--hover)' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--accent-faint)',
  },
  '.cm-tooltip, .cm-panels': {
    backgroundColor: 'var(--raised)',
    color: 'var(--text)',
    border: '1px solid var(--line)',
    borderRadius: '6px',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--accent)',
    color: 'var(--on-accent)',
  },
  '.cm-completionDetail': { color: 'var(--dim)', fontStyle: 'normal', marginLeft: '1.5em' },
  '[aria-selected] .cm-completionDetail': { color: 'inherit' },
  '.cm-completionInfo, .cm-explained': { maxWidth: '46ch', padding: '6px 10px', whiteSpace: 'pre-wrap' },
  '.cm-textfield, .cm-button': {
    backgroundColor: 'var(--panel)',
    backgroundImage: 'none',
    color: 'var(--text)',
    border: '1px solid var(--line)',
  },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--plain-faint)', color: 'var(--dim)', border: 'none' },
  '.cm-changedLine': { backgroundColor: 'var(--good-faint) !important' },
  '.cm-deletedChunk, &.cm-merge-a .cm-changedLine': { backgroundColor: 'var(--bad-faint) !important' },
  '.cm-changedText': { background: 'color-mix(in srgb, var(--good) 30%, transparent) !important' },
  '&.cm-merge-a .cm-changedText, .cm-deletedText': {
    background: 'color-mix(in srgb, var(--bad) 30%, transparent) !important',
  },
  '.cm-collapsedLines': { background: 'var(--plain-faint)', color: 'var(--dim)' },
  '.cm-collapsedLines::before, .cm-collapsedLines::after': { content: 'none' },
});

const reading: Extension = [
  lineNumbers(),
  highlightSpecialChars(),
  drawSelection(),
  yaml(),
  syntaxHighlighting(colours),
  looks,
];

export interface EditorChoices {
  readonly text: string;
  readonly label: string;
  readonly isReadOnly: boolean;
  readonly knowledge: Knowledge;
  readonly onChange: (text: string) => void;
  /** Ctrl-S. */
  readonly onSave: () => void;
}

export interface Finding {
  /** From 0. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly isError: boolean;
}

export interface Editor {
  text(): string;
  /** Keeps the place that one looks at. */
  replace(text: string): void;
  readOnly(is: boolean): void;
  mark(findings: readonly Finding[]): void;
  goTo(line: number): void;
  focus(): void;
  close(): void;
}

/** Letters that are typed belong to the editor, and are no keys of the page. */
export function shadowIn(place: HTMLElement): { readonly root: ShadowRoot; readonly inside: HTMLElement } {
  const root = place.shadowRoot ?? place.attachShadow({ mode: 'open' });
  const inside = document.createElement('div');
  inside.style.height = '100%';
  root.replaceChildren(inside);
  place.onkeydown = (event) => event.stopPropagation();
  return { root, inside };
}

export function openEditor(place: HTMLElement, choices: EditorChoices): Editor {
  const { root, inside } = shadowIn(place);
  const save = () => {
    choices.onSave();
    return true;
  };
  const readOnly = new Compartment();
  const extensions: Extension = [
    reading,
    foldGutter(),
    history(),
    indentUnit.of('  '),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({ top: true }),
    lintGutter(),
    autocompletion({
      override: [(context) => completions(context, choices.knowledge)],
      activateOnTyping: true,
    }),
    hoverTooltip((view, position) => explanation(view, position, choices.knowledge)),
    keymap.of([
      { key: 'Mod-s', run: save, preventDefault: true },
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...foldKeymap,
      ...completionKeymap,
      ...lintKeymap,
      indentWithTab,
    ]),
    EditorView.contentAttributes.of({ 'aria-label': choices.label }),
    readOnly.of(EditorState.readOnly.of(choices.isReadOnly)),
    EditorView.updateListener.of(({ docChanged, state }) => {
      if (docChanged) choices.onChange(state.doc.toString());
    }),
  ];
  const state = EditorState.create({ doc: choices.text, extensions });
  const view = new EditorView({ state, parent: inside, root });
  foldStatus(view);
  return {
    text: () => view.state.doc.toString(),
    replace(text) {
      if (text === view.state.doc.toString()) return;
      view.dispatch({ changes: changeBetween(view.state.doc.toString(), text) });
    },
    readOnly(is) {
      view.dispatch({ effects: readOnly.reconfigure(EditorState.readOnly.of(is)) });
    },
    mark(findings) {
      view.dispatch(
        setDiagnostics(
          view.state,
          findings.map((one) => diagnostic(view.state, one)),
        ),
      );
    },
    goTo(line) {
      const { from } = view.state.doc.line(Math.min(line + 1, view.state.doc.lines));
      view.dispatch({
        selection: { anchor: from },
        effects: EditorView.scrollIntoView(from, { y: 'center' }),
      });
      view.focus();
    },
    focus: () => view.focus(),
    close: () => view.destroy(),
  };
}

/** The one change that leaves what is the same at both ends: the cursor stays where it is. */
function changeBetween(before: string, after: string): { from: number; to: number; insert: string } {
  let from = 0;
  const shorter = Math.min(before.length, after.length);
  while (from < shorter && before[from] === after[from]) from++;
  let end = 0;
  while (end < shorter - from && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { from, to: before.length - end, insert: after.slice(from, after.length - end) };
}

/** The status is the server's. */
function foldStatus(view: EditorView): void {
  const { doc } = view.state;
  const lines = doc.toString().split('\n');
  const at = lines.indexOf('status:');
  if (at < 0) return;
  const end = lines.findIndex(
    (line, i) => i > at && line !== '' && !line.startsWith(' ') && !line.startsWith('-'),
  );
  const last = end < 0 ? doc.length : doc.line(end).to;
  view.dispatch({ effects: foldEffect.of({ from: doc.line(at + 1).to, to: last }) });
}

function diagnostic(state: EditorState, { line, column, message, isError }: Finding): Diagnostic {
  const { from, to, text } = state.doc.line(Math.min(line + 1, state.doc.lines));
  const start = Math.min(from + column, to);
  return {
    from: start,
    to: Math.max(start, from + text.trimEnd().length),
    message,
    severity: isError ? 'error' : 'warning',
  };
}

/** Whoever types before the schema has come gets the offers when it has. */
async function completions(
  context: CompletionContext,
  knowledge: Knowledge,
): Promise<CompletionResult | null> {
  const { state, pos, explicit } = context;
  const line = state.doc.lineAt(pos);
  const offers = () => offersAt(state.doc.toString(), line.number - 1, pos - line.from, knowledge);
  let found = offers();
  if (!found && knowledge.coming?.()) {
    await knowledge.coming();
    found = offers();
  }
  if (!found || context.aborted) return null;
  const typed = line.text.slice(found.from, pos - line.from);
  if (!explicit && typed === '' && !line.text.slice(0, found.from).endsWith(': ')) return null;
  return { from: line.from + found.from, options: found.offers.map(completion), validFor: /^[\w./-]*$/ };
}

const completion = ({ label, apply, detail, description, isRequired }: Offer): Completion => ({
  label,
  apply,
  detail,
  ...(description && { info: description }),
  ...(isRequired && { boost: 10 }),
});

function explanation(view: EditorView, position: number, knowledge: Knowledge): Tooltip | null {
  const line = view.state.doc.lineAt(position);
  const found = explainedAt(view.state.doc.toString(), line.number - 1, position - line.from, knowledge);
  if (!found) return null;
  return {
    pos: position,
    create() {
      const dom = document.createElement('div');
      dom.className = 'cm-explained';
      const title = document.createElement('strong');
      title.textContent = `${found.title} `;
      const type = document.createElement('em');
      type.textContent = found.type;
      const text = document.createElement('div');
      text.textContent = found.description;
      dom.append(title, type, text);
      return { dom };
    },
  };
}

/** Two texts beside each other, or one below the other where there is little room. What is the same is folded. */
export function openDiff(place: HTMLElement, before: string, after: string): { close(): void } {
  const { root, inside } = shadowIn(place);
  const still = [
    reading,
    EditorState.readOnly.of(true),
    EditorView.editable.of(false),
    EditorView.lineWrapping,
  ];
  const collapse = { margin: 3, minSize: 6 };
  if (place.clientWidth < 700) {
    const view = new EditorView({
      doc: after,
      extensions: [
        still,
        unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: collapse }),
      ],
      parent: inside,
      root,
    });
    return { close: () => view.destroy() };
  }
  const view = new MergeView({
    a: { doc: before, extensions: still },
    b: { doc: after, extensions: still },
    parent: inside,
    root,
    collapseUnchanged: collapse,
    gutter: true,
  });
  return { close: () => view.destroy() };
}
