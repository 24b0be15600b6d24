// What is typed behind `/`: words that must all occur in a row, `!word` for rows without it, `-l SELECTOR` for labels. Takes time in
// proportion to what is shown. Pure.
import { parseLabelSelector } from '../../../api/selectors/parse-labels.ts';
import { messageOf } from '../../../kit/message-of.ts';
import type { Row } from './rows.ts';

export interface Filter {
  readonly matches: (row: Row) => boolean;
  /** Why what was typed is no filter. */
  readonly problem?: string;
}

const ALL: Filter = { matches: () => true };

/** Typed again at each redraw. */
let last: { text: string; filter: Filter } = { text: '', filter: ALL };

export function filterOf(text: string): Filter {
  if (last.text !== text) last = { text, filter: parsed(text.trim()) };
  return last.filter;
}

function parsed(text: string): Filter {
  if (text === '') return ALL;
  if (text.startsWith('-l')) return byLabels(text.slice(2).trim());
  const words = text.toLowerCase().split(' ').filter(Boolean);
  const present = words.filter((word) => !word.startsWith('!'));
  const absent = words.filter((word) => word.startsWith('!') && word.length > 1).map((word) => word.slice(1));
  return {
    matches: (row) => {
      const shown = shownOf(row);
      return present.every((word) => shown.includes(word)) && !absent.some((word) => shown.includes(word));
    },
  };
}

function byLabels(selector: string): Filter {
  if (selector === '') return ALL;
  try {
    const parsedSelector = parseLabelSelector(selector);
    return { matches: ({ labels }) => parsedSelector.matches(labels) };
  } catch (error) {
    return { matches: () => true, problem: messageOf(error) };
  }
}

const texts = new WeakMap<Row, string>();

function shownOf(row: Row): string {
  const known = texts.get(row);
  if (known !== undefined) return known;
  const text = `${row.ref?.namespace ?? ''} ${row.cells.join(' ')}`.toLowerCase();
  texts.set(row, text);
  return text;
}
