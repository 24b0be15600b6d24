// A compiled Go template, as text/template understands it. Called by the formats go-template and go-template-file, and by explain.
import type { Output } from '../printer.ts';
import { Execution, ExecutionError } from './execute.ts';
import { FUNCTIONS } from './functions.ts';
import { TemplateError } from './lex.ts';
import { parseTemplate, type Templates } from './parse.ts';

export interface GoTemplateOptions {
  readonly missingKeyIsError?: boolean;
}

/** A template is written by a user or stands in a file; nothing of use comes near this length. */
const LONGEST = 1 << 20;

export class GoTemplate {
  readonly #name: string;
  readonly #text: string;
  readonly #templates: Templates;
  readonly #missingKeyIsError: boolean;

  /** Throws an Error such as `template: output:1: unclosed action`. */
  constructor(name: string, text: string, { missingKeyIsError = false }: GoTemplateOptions = {}) {
    this.#name = name;
    this.#text = text;
    this.#missingKeyIsError = missingKeyIsError;
    if (text.length > LONGEST) throw new Error(`template: ${name}: the template is too long`);
    try {
      this.#templates = parseTemplate(text, (word) => FUNCTIONS.has(word));
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      throw new Error(`template: ${name}:${lineOf(text, error.at)}: ${error.message}`);
    }
  }

  /** What was written before an error stays written. */
  execute(data: unknown, out: Output): void {
    const execution = new Execution(
      { functions: FUNCTIONS, named: this.#templates.named, missingKeyIsError: this.#missingKeyIsError },
      data,
      out,
    );
    try {
      execution.run(this.#templates.main, data);
    } catch (error) {
      if (!(error instanceof ExecutionError)) throw error;
      const { at, source } = error.place;
      const column = at - (this.#text.lastIndexOf('\n', at - 1) + 1);
      const where = `${this.#name}:${lineOf(this.#text, at)}:${column}`;
      throw new Error(
        `template: ${where}: executing ${JSON.stringify(this.#name)} at <${source}>: ${error.message}`,
      );
    }
  }
}

const lineOf = (text: string, at: number) => text.slice(0, at).split('\n').length;
