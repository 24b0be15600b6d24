// Reads a Go template into statements. Errors have the words of text/template/parse.

import { addAll } from '../../../kit/lists.ts';
import { quotedValue, TemplateError, type Token, tokensOf } from './lex.ts';
import type { Command, Expression, Pipeline, Statement } from './nodes.ts';

export interface Templates {
  readonly main: readonly Statement[];
  readonly named: ReadonlyMap<string, readonly Statement[]>;
}

/** Actions within actions. */
const DEEPEST = 500;

const END = new Set(['end']);
const ELSE_OR_END = new Set(['else', 'end']);

export function parseTemplate(text: string, isFunction: (name: string) => boolean): Templates {
  return new Parser(text, isFunction).parse();
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  readonly #isFunction: (name: string) => boolean;
  readonly #named = new Map<string, readonly Statement[]>();
  readonly #variables = ['$'];
  #next = 0;
  #depth = 0;
  #loops = 0;

  constructor(text: string, isFunction: (name: string) => boolean) {
    this.#text = text;
    this.#tokens = tokensOf(text);
    this.#isFunction = isFunction;
  }

  parse(): Templates {
    const main = this.#statements(new Set());
    return { main: main.body, named: this.#named };
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  #skipSpace(): Token {
    while (this.#peek()?.kind === 'space') this.#next++;
    const token = this.#peek();
    if (!token) throw this.#unexpectedEnd();
    return token;
  }

  #unexpectedEnd = () => new TemplateError('unexpected EOF', this.#text.length);

  /** Up to one of the words, whose action is read as far as the word. */
  #statements(until: ReadonlySet<string>): { body: Statement[]; word: string } {
    if (++this.#depth > DEEPEST) throw new TemplateError('actions are nested too deeply', 0);
    const body: Statement[] = [];
    for (;;) {
      const token = this.#peek();
      if (!token) {
        if (until.size > 0) throw this.#unexpectedEnd();
        this.#depth--;
        return { body, word: '' };
      }
      if (token.kind === 'text') {
        this.#next++;
        body.push({ kind: 'text', text: token.text });
        continue;
      }
      const first = this.#skipSpace();
      if (first.kind === 'word' && (first.text === 'end' || first.text === 'else')) {
        if (!until.has(first.text)) throw new TemplateError(`unexpected {{${first.text}}}`, first.at);
        this.#next++;
        this.#depth--;
        return { body, word: first.text };
      }
      const statement = this.#action(first);
      if (statement) body.push(statement);
    }
  }

  #action(first: Token): Statement | undefined {
    const word = first.kind === 'word' ? first.text : '';
    switch (word) {
      case 'if':
      case 'with':
      case 'range':
        this.#next++;
        return this.#control(word);
      case 'break':
      case 'continue':
        this.#next++;
        this.#endAction(`{{${word}}}`);
        if (this.#loops === 0) throw new TemplateError(`{{${word}}} outside {{range}}`, first.at);
        return { kind: word };
      case 'define':
        this.#next++;
        this.#define(this.#name('define clause'));
        return undefined;
      case 'template':
      case 'block':
        this.#next++;
        return this.#template(word);
      default:
        return { kind: 'action', pipeline: this.#pipeline('command') };
    }
  }

  #endAction(context: string): void {
    const token = this.#skipSpace();
    if (token.kind !== 'end') throw unexpected(token, context);
    this.#next++;
  }

  #control(kind: 'if' | 'with' | 'range'): Statement {
    const scope = this.#variables.length;
    const pipeline = this.#pipeline(kind);
    if (kind === 'range') this.#loops++;
    const { body, word } = this.#statements(ELSE_OR_END);
    if (kind === 'range') this.#loops--;
    let otherwise: readonly Statement[] = [];
    if (word === 'else') {
      const next = this.#skipSpace();
      if (next.kind === 'word' && next.text === kind && kind !== 'range') {
        this.#next++;
        otherwise = [this.#control(kind)];
      } else {
        this.#endAction('else');
        otherwise = this.#statements(END).body;
        this.#endAction('end');
      }
    } else this.#endAction('end');
    this.#variables.length = scope;
    return { kind, pipeline, body, otherwise };
  }

  #name(context: string): string {
    const token = this.#skipSpace();
    if (token.kind !== 'string') throw unexpected(token, context);
    this.#next++;
    return quotedValue(token);
  }

  #define(name: string): void {
    this.#endAction('define clause');
    this.#body(name);
  }

  #body(name: string): void {
    const outer = this.#variables.splice(1);
    const loops = this.#loops;
    this.#loops = 0;
    const { body } = this.#statements(END);
    this.#endAction('end');
    this.#loops = loops;
    this.#variables.length = 1;
    addAll(this.#variables, outer);
    this.#named.set(name, body);
  }

  #template(word: 'template' | 'block'): Statement {
    const name = this.#name(`${word} clause`);
    const { at } = this.#tokens[this.#next - 1]!;
    const hasPipeline = this.#skipSpace().kind !== 'end';
    const pipeline = hasPipeline ? this.#pipeline(`${word} clause`) : undefined;
    if (!hasPipeline) this.#endAction(`${word} clause`);
    const source = `{{template ${this.#text.slice(at, this.#tokens[this.#next - 1]!.at).trimEnd()}}}`;
    if (word === 'block') this.#body(name);
    return { kind: 'template', name, at, source, ...(pipeline && { pipeline }) };
  }

  /** With the end of the action, or the parenthesis that closes it. */
  #pipeline(context: string, close: 'end' | ')' = 'end'): Pipeline {
    const at = this.#skipSpace().at;
    const { variables, assigns } = this.#declaration(context);
    const commands: Command[] = [];
    for (;;) {
      const token = this.#skipSpace();
      const isClose = close === 'end' ? token.kind === 'end' : token.kind === 'mark' && token.text === ')';
      if (isClose) {
        if (commands.length === 0) throw new TemplateError(`missing value for ${context}`, token.at);
        this.#next++;
        return { variables, assigns, commands, at, source: this.#text.slice(at, token.at).trimEnd() };
      }
      commands.push(this.#command(commands.length));
    }
  }

  #declaration(context: string): Pick<Pipeline, 'variables' | 'assigns'> {
    const start = this.#next;
    const variables: string[] = [];
    while (this.#skipSpace().kind === 'variable') {
      variables.push(this.#tokens[this.#next++]!.text);
      const mark = this.#skipSpace();
      if (mark.kind === 'mark' && (mark.text === ':=' || mark.text === '=')) {
        this.#next++;
        const assigns = mark.text === '=';
        if (!assigns) for (const name of variables) this.#variables.push(name);
        return { variables, assigns };
      }
      const isPair = mark.text === ',' && context === 'range' && variables.length < 2;
      if (!isPair) break;
      this.#next++;
    }
    this.#next = start;
    return { variables: [], assigns: false };
  }

  #command(index: number): Command {
    const at = this.#skipSpace().at;
    const operands: Expression[] = [];
    for (;;) {
      const operand = this.#operand();
      if (operand) operands.push(operand);
      const token = this.#peek();
      if (!token) throw this.#unexpectedEnd();
      if (token.kind === 'space') {
        this.#skipSpace();
        if (this.#peek()!.kind !== 'end' && this.#peek()!.text !== ')' && this.#peek()!.text !== '|')
          continue;
      }
      const last = this.#peek()!;
      const isPipe = last.kind === 'mark' && last.text === '|';
      if (!isPipe && last.kind !== 'end' && last.text !== ')')
        throw unexpected(last, operands.length === 0 ? 'command' : 'operand');
      if (operands.length === 0) throw new TemplateError('empty command', at);
      if (isPipe) this.#next++;
      const first = operands[0]!;
      if (index > 0 && ['literal', 'nil', 'dot'].includes(first.kind))
        throw new TemplateError(`non executable command in pipeline stage ${index + 1}`, at);
      return { operands, at, source: this.#text.slice(at, last.at).trimEnd() };
    }
  }

  #operand(): Expression | undefined {
    const term = this.#term();
    if (!term || this.#peek()?.kind !== 'field') return term;
    const { at } = this.#peek()!;
    const names: string[] = [];
    while (this.#peek()?.kind === 'field') names.push(this.#tokens[this.#next++]!.text.slice(1));
    const end = this.#tokens[this.#next - 1]!;
    const place = { at, source: this.#text.slice(term.at, end.at + end.text.length) };
    if (term.kind === 'field' || term.kind === 'variable')
      return { ...term, ...place, names: [...term.names, ...names] };
    if (['literal', 'nil', 'dot'].includes(term.kind))
      throw new TemplateError(`unexpected . after term ${JSON.stringify(term.source)}`, at);
    return { kind: 'chain', base: term, names, ...place };
  }

  #term(): Expression | undefined {
    const token = this.#peek();
    if (!token) throw this.#unexpectedEnd();
    const place = { at: token.at, source: token.text };
    const read = (expression: Expression): Expression => {
      this.#next++;
      return expression;
    };
    switch (token.kind) {
      case 'dot':
        return read({ kind: 'dot', ...place });
      case 'field':
        return read({ kind: 'field', names: [token.text.slice(1)], ...place });
      case 'variable':
        if (!this.#variables.includes(token.text))
          throw new TemplateError(`undefined variable ${JSON.stringify(token.text)}`, token.at);
        return read({ kind: 'variable', name: token.text, names: [], ...place });
      case 'string':
        return read({ kind: 'literal', value: quotedValue(token), ...place });
      case 'char':
        return read({ kind: 'literal', value: quotedValue(token).codePointAt(0), ...place });
      case 'number':
        return read({ kind: 'literal', value: numberOf(token), ...place });
      case 'word':
        return read(this.#word(token, place));
      case 'mark':
        if (token.text !== '(') return undefined;
        this.#next++;
        if (++this.#depth > DEEPEST) throw new TemplateError('actions are nested too deeply', token.at);
        try {
          return { kind: 'pipeline', pipeline: this.#pipeline('parenthesized pipeline', ')'), ...place };
        } finally {
          this.#depth--;
        }
      default:
        return undefined;
    }
  }

  #word(token: Token, place: { at: number; source: string }): Expression {
    const { text } = token;
    if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true', ...place };
    if (text === 'nil') return { kind: 'nil', ...place };
    if (!this.#isFunction(text))
      throw new TemplateError(`function ${JSON.stringify(text)} not defined`, token.at);
    return { kind: 'function', name: text, ...place };
  }
}

function unexpected(token: Token, context: string): TemplateError {
  const shown = token.kind === 'end' ? '"}}"' : `<${token.text}>`;
  const text = token.kind === 'mark' || token.kind === 'string' ? JSON.stringify(token.text) : shown;
  return new TemplateError(`unexpected ${text} in ${context}`, token.at);
}

function numberOf(token: Token): number {
  const plain = token.text.replaceAll('_', '');
  const sign = plain.startsWith('-') ? -1 : 1;
  const digits = plain.replace(/^[-+]/, '');
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  if (digits === '' || Number.isNaN(value))
    throw new TemplateError(`bad number syntax: ${JSON.stringify(token.text)}`, token.at);
  return sign * value;
}
