// Where a request goes that has to be chosen for: by branches, by weights. Maps lead to the name of a choice, and a Lua program in
// HAProxy (lua/choose.ts) looks it up in the file that is written here: one request costs its own choice, however many there are.
import type { Branch, Condition, Target } from '../../../model/routes.ts';

/** Fields of a line have tabs between; no text of a model has one, or a new line. */
const line = (...fields: readonly (string | number)[]): string => `${fields.join('\t')}\n`;

export class Choices {
  /** The lines of each choice to its name. */
  readonly #names = new Map<string, string>();

  /** A backend, or the name of a choice: it begins with '='. A choice without an end is without a backend. */
  targetOf(branches: readonly Branch[], to: Target | undefined): string {
    if (branches.length === 0 && typeof to === 'string') return to;
    const lines = [...branches.map(branchLines), to === undefined ? '' : targetLines(to)].join('');
    const name = this.#names.get(lines) ?? `=${this.#names.size}`;
    this.#names.set(lines, name);
    return name;
  }

  get count(): number {
    return this.#names.size;
  }

  /** An empty line ends each. */
  get text(): string {
    return [...this.#names].map(([lines, name]) => `${line('choice', name)}${lines}\n`).join('');
  }
}

/** What follows `when` lines holds if all of them do. */
const branchLines = ({ when, to }: Branch): string => when.map(conditionLine).join('') + targetLines(to);

function conditionLine(when: Condition): string {
  if ('header' in when) return line('when', 'header', when.header, when.value);
  if ('cookie' in when) return line('when', 'cookie', when.cookie, when.value);
  if ('query' in when) return line('when', 'query', when.query, when.value);
  if ('method' in when) return line('when', 'method', '', when.method);
  if ('pathEnd' in when) return line('when', 'tail', '', when.pathEnd);
  return line('when', 'share', when.of, when.share);
}

const targetLines = (to: Target): string =>
  (typeof to === 'string' ? [{ backend: to, weight: 1 }] : to)
    .map(({ backend, weight }) => line('to', backend, weight))
    .join('') + line('end');
