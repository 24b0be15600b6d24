// The help page: every key. Pure.

import { actions } from '../keys/actions.ts';
import type { State } from '../model/state.ts';
import { type Line, layOut, span } from '../text/line.ts';

const GENERAL: readonly (readonly [string, string])[] = [
  [
    ':',
    'a kind (:pods, :deploy prod, :svc /web, :po -l app=web), or a page: pulse, xray KIND, ns, ctx, pf, api-resources, q',
  ],
  ['tab', 'completes a command'],
  ['/', 'filter: words, !word for rows without it, -l SELECTOR for labels; in texts: search'],
  ['enter, esc', 'down (deployment, pods, containers, logs), and back'],
  ['0–9', 'all namespaces, or one of the first nine'],
  ['space', 'marks a row; actions then take all marked ones'],
  ['A–Z', 'sorts by the column that begins so, again turns the order; < and > choose the column beside'],
  ['ctrl-w', 'wide columns'],
  ['ctrl-z', 'only what does not fare well'],
  ['ctrl-r', 'reads all anew'],
  ['j k g G ctrl-f ctrl-b', 'move, as arrows, Home, End and pages do'],
  ['ctrl-c, :q', 'ends'],
];

const LOGS: readonly (readonly [string, string])[] = [
  ['f', 'follow or stay'],
  ['w', 'wrap long lines'],
  ['t', 'timestamps'],
  ['p', 'of the containers before they were restarted'],
  ['n N', 'next and last match of the search'],
  ['c', 'clear'],
];

export function helpLines(state: State, height: number): Line[] {
  const { width } = state;
  const line = ([keys, text]: readonly [string, string]) =>
    layOut([span(`  ${keys.padEnd(24)}`, 'key'), span(text)], width);
  const title = (text: string) => layOut([span(text, 'title')], width);
  const byObject = actions.map(({ key, label, kinds }): readonly [string, string] => [
    key,
    `${label}${kinds ? ` (${kinds.map((kind) => kind.split('.')[0]).join(', ')})` : ''}`,
  ]);
  const lines = [
    title('Everywhere'),
    ...GENERAL.map(line),
    title('With an object'),
    ...byObject.map(line),
    title('In logs'),
    ...LOGS.map(line),
  ];
  while (lines.length < height) lines.push(layOut([], width));
  return lines.slice(0, height);
}
