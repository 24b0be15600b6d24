// The whole screen of a state. Pure: the same state at the same time is the same screen.

import { bodyHeight } from '../keys/move.ts';
import { completed } from '../keys/prompt-keys.ts';
import { titleOf } from '../model/source.ts';
import { currentView, type State } from '../model/state.ts';
import type { Frame } from '../screen/frame.ts';
import { widthOf } from '../text/graphemes.ts';
import { type Line, layOut, span } from '../text/line.ts';
import { headerLines, titleLine } from './header.ts';
import { helpLines } from './help.ts';
import { tableLines } from './table.ts';
import { textLines } from './text.ts';

/** Below that nothing can be read. */
const SMALLEST = { width: 20, height: 6 };

/** `now` in milliseconds since the epoch. */
export function frameOf(state: State, now: number): Frame {
  const { width, height } = state;
  if (width < SMALLEST.width || height < SMALLEST.height) return tooSmall(width, height);
  const view = currentView(state);
  const body = state.help
    ? helpLines(state, bodyHeight(state))
    : view.type === 'table'
      ? tableLines(state, view, now)
      : textLines(state, view);
  const last = lastLine(state);
  const lines = [...headerLines(state), titleLine(state), ...body, last.line];
  return {
    width,
    lines: lines.slice(0, height),
    ...(last.cursor !== undefined && { cursor: { x: last.cursor, y: height - 1 } }),
  };
}

function tooSmall(width: number, height: number): Frame {
  const lines = Array.from({ length: Math.max(1, height) }, (_, i) =>
    layOut([span(i === 0 ? 'too small' : '')], width),
  );
  return { width, lines };
}

function lastLine(state: State): { line: Line; cursor?: number } {
  const { width, prompt, question, message, lost } = state;
  if (prompt) {
    const before = `${prompt.label}${prompt.text}`;
    const offered = completed(state, prompt).slice(prompt.text.length);
    // The end of a long text is what is typed at.
    const shift = Math.max(0, widthOf(before) - width + 2);
    const text = shift > 0 ? [...before].slice(shift).join('') : before;
    const line = layOut([span(text, 'prompt'), span(offered, 'dim')], width);
    return { line, cursor: Math.min(width - 1, widthOf(text)) };
  }
  if (question)
    return { line: layOut([span(question.text, 'bad'), span(' y: yes, any other key: no', 'plain')], width) };
  if (message) return { line: layOut([span(message.text, message.failed ? 'bad' : 'good')], width) };
  if (lost !== '') return { line: layOut([span(`the server does not answer: ${lost}`, 'bad')], width) };
  return { line: layOut([span(crumbs(state), 'dim')], width) };
}

const crumbs = ({ views }: State): string =>
  views.map((view) => (view.type === 'text' ? view.title : titleOf(view.source))).join(' › ');
