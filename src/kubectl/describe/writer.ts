// The text of a description: lines at levels of two spaces, whose cells are separated by tabs and aligned at the end.
// Called by every description. Upstream: PrefixWriter and tabbedString of kubectl.
import { TabWriter } from '../printers/tabwriter.ts';
import { escapeTerminal } from '../printers/terminal.ts';

const ALIGNED = { minimum: 0, padding: 2, remembers: false };

export class DescriptionWriter {
  readonly #parts: string[] = [];
  readonly #aligned = new TabWriter({ write: (text) => this.#parts.push(text) }, ALIGNED);

  /** The text as it is, behind the level's spaces. */
  write(level: number, text: string): void {
    this.#aligned.write(escapeTerminal('  '.repeat(level) + text));
  }

  line(text = ''): void {
    this.write(0, `${text}\n`);
  }

  /** `Label:  value`. */
  row(level: number, label: string, value: string | number | boolean): void {
    this.write(level, `${label}:\t${value}\n`);
  }

  /** Cells of one line. */
  cells(level: number, ...cells: readonly (string | number | boolean)[]): void {
    this.write(level, `${cells.join('\t')}\n`);
  }

  /** What was written so far is aligned for itself. */
  flush(): void {
    this.#aligned.flush();
  }

  text(): string {
    this.flush();
    return this.#parts.join('');
  }
}

/** The same at a deeper level. */
export class NestedWriter extends DescriptionWriter {
  readonly #outer: DescriptionWriter;
  readonly #levels: number;

  constructor(outer: DescriptionWriter, levels: number) {
    super();
    this.#outer = outer;
    this.#levels = levels;
  }

  override write(level: number, text: string): void {
    this.#outer.write(level + this.#levels, text);
  }
}
