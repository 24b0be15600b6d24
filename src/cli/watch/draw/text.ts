// Texts and logs as lines of the screen, with what is searched marked. Pure.

import { bodyHeight } from '../keys/move.ts';
import { topNow } from '../keys/text-keys.ts';
import type { State, TextView } from '../model/state.ts';
import { type Line, layOut, type Span, span, wrapped } from '../text/line.ts';

/** Characters of a line that are shown when it is wrapped. */
const LONGEST = 16_384;

export function textLines(state: State, view: TextView): Line[] {
  const { width } = state;
  const height = bodyHeight(state);
  const { lines } = view;
  if (lines.length === 0) {
    const text = view.loading ? 'loading …' : view.source.type === 'logs' ? 'no lines yet' : 'nothing';
    return filled([layOut([span(text, 'dim')], width)], width, height);
  }
  const shown = view.wrap
    ? wrappedLines(view, topNow(state, view), width, height)
    : cutLines(view, topNow(state, view), height);
  return filled(
    shown.map((text) => layOut(marked(text, view.search), width)),
    width,
    height,
  );
}

const cutLines = ({ lines, left }: TextView, top: number, height: number): string[] =>
  lines
    .slice(top, top + height)
    .map((text) => (left === 0 ? text : [...text.slice(0, left * 2 + LONGEST)].slice(left).join('')));

function wrappedLines({ lines, follow }: TextView, top: number, width: number, height: number): string[] {
  const pieces = (text: string) => wrapped(text.slice(0, LONGEST), width);
  const shown: string[] = [];
  if (follow) {
    const last: string[][] = [];
    let count = 0;
    for (let i = lines.length - 1; i >= 0 && count < height; i--) {
      const parts = pieces(lines[i]!).slice(-height);
      last.push(parts);
      count += parts.length;
    }
    return last.reverse().flat().slice(-height);
  }
  for (let i = top; i < lines.length && shown.length < height; i++)
    for (const piece of pieces(lines[i]!)) if (shown.length < height) shown.push(piece);
  return shown;
}

function filled(lines: Line[], width: number, height: number): Line[] {
  while (lines.length < height) lines.push(layOut([], width));
  return lines;
}

/** Matches of one line that are marked. */
const MOST_MATCHES = 200;

function marked(text: string, search: string): Span[] {
  const wanted = search.toLowerCase();
  const lower = text.toLowerCase();
  // Characters that change their length in small letters would mark the wrong place.
  if (wanted === '' || lower.length !== text.length) return [span(text)];
  const spans: Span[] = [];
  let from = 0;
  for (
    let at = lower.indexOf(wanted);
    at >= 0 && spans.length < MOST_MATCHES;
    at = lower.indexOf(wanted, from)
  ) {
    spans.push(span(text.slice(from, at)), span(text.slice(at, at + wanted.length), 'match'));
    from = at + wanted.length;
  }
  return [...spans, span(text.slice(from))];
}
