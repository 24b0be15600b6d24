// A terminal that keeps what it shows: as much of one as `tiphys watch` needs. For tests.
import { graphemes } from '../text/graphemes.ts';

export class FakeTerminal {
  readonly width: number;
  readonly height: number;
  /** Sequences that are not among those that `tiphys watch` sends: what a name would inject. */
  readonly foreign: string[] = [];
  /** Modes that are on, such as ?1049. */
  readonly modes = new Set<string>(['?25', '?7']);
  #cells: string[][];
  #x = 0;
  #y = 0;
  #rest = '';

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#cells = this.#blank();
  }

  #blank(): string[][] {
    return Array.from({ length: this.height }, () => Array.from({ length: this.width }, () => ' '));
  }

  write(text: string): void {
    const whole = this.#rest + text;
    this.#rest = '';
    let at = 0;
    while (at < whole.length) {
      if (whole[at] === '\x1b') {
        const end = this.#sequence(whole, at);
        if (end < 0) {
          this.#rest = whole.slice(at);
          return;
        }
        at = end;
        continue;
      }
      let end = whole.indexOf('\x1b', at);
      if (end < 0) end = whole.length;
      this.#text(whole.slice(at, end));
      at = end;
    }
  }

  /** Gives where it ends; -1 if it has not yet. */
  #sequence(text: string, at: number): number {
    if (at + 1 === text.length) return -1;
    if (text[at + 1] !== '[') {
      this.foreign.push(JSON.stringify(text.slice(at, at + 12)));
      return at + 2;
    }
    let end = at + 2;
    while (end < text.length && !(text[end]! >= '@' && text[end]! <= '~')) end++;
    if (end === text.length) return -1;
    this.#control(text.slice(at + 2, end), text[end]!);
    return end + 1;
  }

  #control(parameters: string, final: string): void {
    const numbers = parameters.split(';').map(Number);
    if (final === 'H') {
      this.#y = (numbers[0] || 1) - 1;
      this.#x = (numbers[1] || 1) - 1;
    } else if (final === 'G') this.#x = (numbers[0] || 1) - 1;
    else if (final === 'J') this.#cells = this.#blank();
    else if (final === 'h') this.modes.add(parameters);
    else if (final === 'l') this.modes.delete(parameters);
    else if (final !== 'm') this.foreign.push(`${parameters}${final}`);
  }

  #text(text: string): void {
    for (const { text: character, width } of graphemes(text)) {
      if (character >= '\u2400' && character <= '\u241f' && !text.includes(character))
        this.foreign.push(JSON.stringify(character));
      const line = this.#cells[this.#y];
      if (line && this.#x < this.width) line[this.#x] = character;
      if (line && width === 2 && this.#x + 1 < this.width) line[this.#x + 1] = '';
      this.#x += width;
    }
  }

  /** What stands on the screen, without blanks at the ends of lines. */
  get lines(): string[] {
    return this.#cells.map((line) => line.join('').trimEnd());
  }

  get text(): string {
    return this.lines.join('\n');
  }
}
