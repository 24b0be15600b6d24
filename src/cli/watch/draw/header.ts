// The lines above a view: which cluster, as whom, what it uses, and what the keys do; then the view's title. Pure.

import { addAll } from '../../../kit/lists.ts';
import { actionsFor } from '../keys/actions.ts';
import { headerHeight, rowUnderCursor } from '../keys/move.ts';
import { digits } from '../keys/table-keys.ts';
import { countsOf, visibleRows } from '../model/compose.ts';
import { namespaceOf, titleOf } from '../model/source.ts';
import { currentView, type State, type TableView, type TextView } from '../model/state.ts';
import { widthOf } from '../text/graphemes.ts';
import { fitted, type Line, layOut, type Span, span } from '../text/line.ts';
import { hint } from './table.ts';

export function headerLines(state: State): Line[] {
  const { facts, width, height } = state;
  if (headerHeight(height) === 1)
    return [
      layOut([span(` ${facts.context} `, 'title'), span(`${facts.user}  ${usage(state)}`, 'dim')], width),
    ];
  const left = Math.min(56, Math.max(24, Math.floor(width * 0.45)));
  const rows: [string, string][] = [
    ['Context', facts.context],
    ['Cluster', facts.cluster],
    ['User', facts.user],
    ['Version', `${facts.version}${facts.server ? `, server ${facts.server}` : ''}`],
    ['Nodes', usage(state)],
  ];
  const hints = hintColumns(state, rows.length, width - left);
  return rows.map(([name, value], i) =>
    layOut(
      [
        span(` ${name.padEnd(9)}`, 'dim'),
        span(fitted(value, left - 11), 'strong'),
        span(' '),
        ...(hints[i] ?? []),
      ],
      width,
    ),
  );
}

const usage = ({ facts: { cpu, memory } }: State): string =>
  cpu === memory ? cpu : `CPU ${cpu}, memory ${memory}`;

const HINT_WIDTH = 20;

function hintColumns(state: State, height: number, width: number): Span[][] {
  const hints = hintsOf(state).slice(0, Math.max(1, Math.floor(width / HINT_WIDTH)) * height);
  const lines: Span[][] = Array.from({ length: height }, () => []);
  for (const [i, spans] of hints.entries()) {
    const taken = spans.reduce((sum, { text }) => sum + widthOf(text), 0);
    addAll(lines[i % height]!, [...spans, span(' '.repeat(Math.max(1, HINT_WIDTH - taken)))]);
  }
  return lines;
}

function hintsOf(state: State): Span[][] {
  const view = currentView(state);
  if (view.type === 'text') return textHints(view);
  const namespaces = view.source.type === 'kind' && !view.source.kind.namespaced ? [] : namespaceHints(state);
  const ref = rowUnderCursor(state, view)?.ref;
  const own = ref ? actionsFor(ref).map(({ key, label }) => hint(key, label)) : [];
  return [...namespaces, ...own, hint(':', 'command'), hint('/', 'filter'), hint('?', 'help')];
}

const namespaceHints = (state: State): Span[][] =>
  digits(state)
    .slice(0, 5)
    .map((name, i) => [
      span(`<${i}>`, 'key'),
      span(
        ` ${fitted(name || 'all', Math.min(14, widthOf(name || 'all')))}`,
        name === state.namespace ? 'strong' : 'dim',
      ),
    ]);

const textHints = ({ source }: TextView): Span[][] =>
  source.type === 'logs'
    ? [
        hint('f', 'follow'),
        hint('w', 'wrap'),
        hint('t', 'timestamps'),
        hint('p', 'previous'),
        hint('c', 'clear'),
        hint('/', 'search'),
        hint('n', 'next match'),
        hint('esc', 'back'),
      ]
    : [
        hint('/', 'search'),
        hint('n', 'next match'),
        hint('w', 'wrap'),
        hint('ctrl-r', 'anew'),
        hint('esc', 'back'),
      ];

export function titleLine(state: State): Line {
  const view = currentView(state);
  const spans = view.type === 'table' ? tableTitle(state, view) : textTitle(view);
  const taken = spans.reduce((sum, { text }) => sum + widthOf(text), 'xx  '.length);
  const rest = '─'.repeat(Math.max(0, state.width - taken));
  return layOut([span('── ', 'dim'), ...spans, span(` ${rest}`, 'dim')], state.width);
}

function tableTitle(state: State, view: TableView): Span[] {
  const { source, filter, marks, faults } = view;
  const namespace = namespaceOf(source);
  const { rows } = visibleRows(view, state);
  const of =
    source.type === 'kind' && source.of
      ? ` of ${source.of}`
      : source.type === 'containers'
        ? ` of ${source.pod}`
        : '';
  const spans = [
    span(`${titleOf(source)}${of}`, 'title'),
    span(namespace === undefined ? '' : `(${namespace || 'all'})`, 'strong'),
    span(`[${rows.length}]`, 'plain'),
  ];
  if (filter !== '') spans.push(span(` /${filter}`, 'prompt'));
  if (faults) spans.push(span(' only faults', 'bad'));
  if (marks.size > 0) spans.push(span(` ${marks.size} marked`, 'mark'));
  const states = Object.values(view.tables);
  if (states.some((table) => table.state === 'lost')) spans.push(span(' not connected', 'bad'));
  const refused = states.filter((table) => table.state === 'refused').length;
  if (refused > 0 && states.length > 1) spans.push(span(` ${refused} kinds not permitted`, 'bad'));
  return source.type === 'pulse' ? [...spans, ...pulseCounts(view)] : spans;
}

function pulseCounts({ tables }: TableView): Span[] {
  return countsOf(tables).flatMap(({ kind, counts: { good, busy, bad, none }, problem }) => {
    if (problem !== '') return [span(`  ${kind} ?`, 'dim')];
    const spans = [span(`  ${kind} ${good + none}`, 'plain')];
    if (busy > 0) spans.push(span(`+${busy}`, 'busy'));
    if (bad > 0) spans.push(span(`+${bad}`, 'bad'));
    return spans;
  });
}

function textTitle({ title, source, lines, dropped, follow, wrap, search }: TextView): Span[] {
  const flags = [
    ...(source.type === 'logs' && follow ? ['follows'] : []),
    ...(source.type === 'logs' && source.previous ? ['previous'] : []),
    ...(wrap ? ['wrapped'] : []),
    ...(dropped > 0 ? [`${dropped} lines dropped`] : []),
  ];
  const spans = [span(title, 'title'), span(`[${lines.length}]`, 'plain')];
  if (flags.length > 0) spans.push(span(` ${flags.join(', ')}`, 'dim'));
  if (search !== '') spans.push(span(` /${search}`, 'prompt'));
  return spans;
}
