// From text to a syntax tree. Limits bound the work: so many code points that no pass over them holds the event loop for 50 ms, and
// upstream's 250 levels of nesting per rule of the grammar, so that no later pass over the tree can exhaust the stack. The first
// syntax error ends the reading.

import { CelError, type Value } from '../values/value.ts';
import { type Token, tokenize } from './lexer.ts';
import { doubleLiteral, intLiteral, stringLiteral, uintLiteral } from './literals.ts';
import { expandMacro, MacroError } from './macros.ts';
import type { Issue } from './source.ts';
import type { Call, Entry, Field, Node } from './tree.ts';

/** Upstream allows 100,000, of which one pass (the types of a list of maps) takes 130 ms. */
const maximumPoints = 32_768;
const maximumDepth = 250;

const reserved = new Set(
  'as break const continue else false for function if import in let loop package namespace null return true var void while'.split(
    ' ',
  ),
);
const relations = new Map([
  ['<', '_<_'],
  ['<=', '_<=_'],
  ['>', '_>_'],
  ['>=', '_>=_'],
  ['==', '_==_'],
  ['!=', '_!=_'],
  ['in', '@in'],
]);
const sums = new Map([
  ['+', '_+_'],
  ['-', '_-_'],
]);
const products = new Map([
  ['*', '_*_'],
  ['/', '_/_'],
  ['%', '_%_'],
]);
const starts =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

class SyntaxProblem extends Error {}

/** The tree; undefined when there are issues. Not every environment has the macro cel.bind. */
export function parse(text: string, issues: Issue[], hasBind = false): Node | undefined {
  const points = text.length > maximumPoints ? [...text].length : text.length;
  if (points > maximumPoints) {
    const message = `expression code point size exceeds limit: size: ${points}, limit ${maximumPoints}`;
    issues.push({ at: -1, message });
    return undefined;
  }
  const parser = new Parser(tokenize(text, issues), issues, hasBind);
  try {
    const tree = parser.whole();
    return issues.length === 0 ? tree : undefined;
  } catch (problem) {
    if (problem instanceof SyntaxProblem) return undefined;
    throw problem;
  }
}

class Parser {
  readonly #tokens: Token[];
  readonly #issues: Issue[];
  readonly #hasBind: boolean;
  #next = 0;
  #depth = 0;

  constructor(tokens: Token[], issues: Issue[], hasBind: boolean) {
    this.#tokens = tokens;
    this.#issues = issues;
    this.#hasBind = hasBind;
  }

  whole(): Node {
    const tree = this.#expression();
    const { kind, text, at } = this.#peek();
    if (kind === 'end') return tree;
    return this.#fail(
      at,
      `Syntax error: ${this.#unexpected(text, this.#peek(1).kind === 'end')} expecting <EOF>`,
    );
  }

  #peek(ahead = 0): Token {
    return (this.#tokens[this.#next + ahead] ?? this.#tokens.at(-1)) as Token;
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  #is(text: string): boolean {
    const token = this.#peek();
    return token.kind === 'operator' && token.text === text;
  }

  #accept(text: string): Token | undefined {
    return this.#is(text) ? this.#take() : undefined;
  }

  #expect(text: string): Token {
    if (this.#is(text)) return this.#take();
    const token = this.#peek();
    return this.#fail(token.at, `Syntax error: ${this.#unexpected(token.text, false)} expecting '${text}'`);
  }

  #unexpected(text: string, extra: boolean): string {
    return `${extra ? 'extraneous' : 'mismatched'} input '${text}'`;
  }

  #fail(at: number, message: string): never {
    this.#issues.push({ at, message });
    throw new SyntaxProblem(message);
  }

  /** An error of meaning, after which reading goes on. */
  #note(at: number, message: string): Node {
    this.#issues.push({ at, message });
    return { kind: 'literal', at, value: null };
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > maximumDepth) this.#fail(-1, `expression recursion limit exceeded: ${maximumDepth}`);
    const result = read();
    this.#depth--;
    return result;
  }

  #expression(): Node {
    return this.#deeper(() => {
      const condition = this.#logical('||', '_||_', () =>
        this.#logical('&&', '_&&_', () => this.#relation()),
      );
      const question = this.#accept('?');
      if (question === undefined) return condition;
      const whenTrue = this.#logical('||', '_||_', () => this.#logical('&&', '_&&_', () => this.#relation()));
      this.#expect(':');
      const whenFalse = this.#expression();
      return call(question.at, '_?_:_', [condition, whenTrue, whenFalse]);
    });
  }

  /** Terms of one logical operator are one call, however many they are. */
  #logical(operator: string, name: string, term: () => Node): Node {
    const first = term();
    let at = -1;
    const terms = [first];
    for (let token = this.#accept(operator); token !== undefined; token = this.#accept(operator)) {
      if (at < 0) at = token.at;
      terms.push(term());
    }
    return terms.length === 1 ? first : call(at, name, terms);
  }

  #chain(names: ReadonlyMap<string, string>, term: () => Node): Node {
    let left = term();
    let length = 0;
    for (;;) {
      const token = this.#peek();
      const name = token.kind === 'operator' || token.text === 'in' ? names.get(token.text) : undefined;
      if (name === undefined) return left;
      if (++length >= maximumDepth) this.#fail(-1, `expression recursion limit exceeded: ${maximumDepth}`);
      this.#take();
      left = call(token.at, name, [left, term()]);
    }
  }

  #relation(): Node {
    return this.#chain(relations, () => this.#chain(sums, () => this.#chain(products, () => this.#unary())));
  }

  #unary(): Node {
    const sign = this.#peek();
    if (sign.kind !== 'operator' || (sign.text !== '!' && sign.text !== '-'))
      return this.#member(this.#primary());
    let count = 0;
    while (this.#accept(sign.text) !== undefined) count++;
    const number = this.#peek();
    if (sign.text === '-' && (number.kind === 'int' || number.kind === 'float')) {
      this.#take();
      const member = this.#member(this.#number(number, sign.at, true));
      return count % 2 === 1 ? member : call(sign.at, '-_', [member]);
    }
    const operand = this.#member(this.#primary());
    return count % 2 === 0 ? operand : call(sign.at, sign.text === '!' ? '!_' : '-_', [operand]);
  }

  #member(primary: Node): Node {
    let operand = primary;
    for (let length = 0; ; length++) {
      if (length >= maximumDepth) this.#fail(-1, `expression recursion limit exceeded: ${maximumDepth}`);
      const dot = this.#accept('.');
      if (dot !== undefined) {
        operand = this.#selection(operand, dot.at);
        continue;
      }
      const open = this.#accept('[');
      if (open === undefined) return operand;
      const optional = this.#accept('?') !== undefined;
      const index = this.#expression();
      this.#expect(']');
      operand = call(open.at, optional ? '_[?_]' : '_[_]', [operand, index]);
    }
  }

  #selection(operand: Node, at: number): Node {
    const optional = this.#accept('?') !== undefined;
    const token = this.#fieldName();
    const field = token.kind === 'quoted' ? token.text.slice(1, -1) : token.text;
    if (optional) return call(at, '_?._', [operand, { kind: 'literal', at: token.at, value: field }]);
    if (token.kind === 'identifier' && this.#is('(')) {
      const open = this.#take();
      return this.#macroOr(open.at, field, operand, this.#list(')'));
    }
    if (token.kind === 'quoted') return this.#note(token.at, "unsupported syntax: '`'");
    return { kind: 'select', at, operand, field, test: false };
  }

  #fieldName(): Token {
    const token = this.#peek();
    if (token.kind === 'identifier' && !['in', 'true', 'false', 'null'].includes(token.text))
      return this.#take();
    if (token.kind === 'quoted') return this.#take();
    const known = token.kind === 'identifier' ? 'no viable alternative at input' : 'mismatched input';
    if (known === 'mismatched input') {
      return this.#fail(token.at, `Syntax error: mismatched input '${token.text}' expecting IDENTIFIER`);
    }
    return this.#fail(token.at, `Syntax error: no viable alternative at input '.${token.text}'`);
  }

  #primary(): Node {
    const token = this.#peek();
    switch (token.kind) {
      case 'int':
      case 'float':
        return this.#number(this.#take(), token.at, false);
      case 'uint':
        return this.#literal(this.#take().at, uintLiteral(token.text), 'invalid uint literal');
      case 'string':
      case 'bytes': {
        this.#take();
        const value = stringLiteral(token.text);
        return value instanceof CelError
          ? this.#note(token.at, value.message)
          : { kind: 'literal', at: token.at, value };
      }
      case 'identifier':
        return this.#word(token);
      case 'operator':
        return this.#bracketed(token);
      default:
        return this.#unexpectedStart(token);
    }
  }

  #unexpectedStart(token: Token): never {
    const extra = token.kind !== 'end' && this.#peek(1).kind !== 'end' && this.#peek(1).kind !== 'operator';
    return this.#fail(token.at, `Syntax error: ${this.#unexpected(token.text, extra)} expecting ${starts}`);
  }

  #number(token: Token, at: number, negative: boolean): Node {
    if (token.kind === 'float')
      return this.#literal(at, doubleLiteral(token.text, negative), 'invalid double literal');
    return this.#literal(at, intLiteral(token.text, negative), 'invalid int literal');
  }

  #literal(at: number, value: Value | undefined, message: string): Node {
    return value === undefined ? this.#note(at, message) : { kind: 'literal', at, value };
  }

  #word(token: Token): Node {
    if (token.text === 'true' || token.text === 'false')
      return { kind: 'literal', at: this.#take().at, value: token.text === 'true' };
    if (token.text === 'null') return { kind: 'literal', at: this.#take().at, value: null };
    if (token.text === 'in') return this.#unexpectedStart(token);
    return this.#named(token.at, '');
  }

  /** An identifier, a call of a global function, or the making of an object: a.b.C{...}. */
  #named(at: number, dot: string): Node {
    const name = this.#fieldName();
    if (name.kind === 'quoted') return this.#note(name.at, "unsupported syntax: '`'");
    const struct = this.#structName(name.text);
    if (struct !== undefined) return this.#struct(dot + struct);
    if (reserved.has(name.text)) return this.#note(at, `reserved identifier: ${name.text}`);
    const open = this.#accept('(');
    if (open !== undefined) return this.#macroOr(open.at, dot + name.text, undefined, this.#list(')'));
    return { kind: 'identifier', at, name: dot + name.text };
  }

  /** The qualified name, when a brace follows it. Its tokens have been taken then. */
  #structName(first: string): string | undefined {
    let ahead = 0;
    let name = first;
    for (;;) {
      const token = this.#peek(ahead);
      if (token.kind !== 'operator') return undefined;
      if (token.text === '{') {
        this.#next += ahead;
        return name;
      }
      const next = this.#peek(ahead + 1);
      if (token.text !== '.' || next.kind !== 'identifier') return undefined;
      name += `.${next.text}`;
      ahead += 2;
    }
  }

  #struct(name: string): Node {
    const at = this.#expect('{').at;
    const fields: Field[] = [];
    while (!this.#is('}')) {
      const optional = this.#accept('?') !== undefined;
      const field = this.#fieldName();
      if (field.kind === 'quoted') this.#note(field.at, "unsupported syntax: '`'");
      const colon = this.#expect(':');
      fields.push({ at: colon.at, name: field.text, value: this.#expression(), optional });
      if (this.#accept(',') === undefined) break;
    }
    this.#expect('}');
    return { kind: 'struct', at, name, fields };
  }

  #bracketed(token: Token): Node {
    if (this.#accept('(') !== undefined) {
      const inner = this.#expression();
      this.#expect(')');
      return inner;
    }
    if (this.#accept('.') !== undefined) return this.#named(token.at, '.');
    if (this.#accept('[') !== undefined) return this.#listLiteral(token.at);
    if (this.#accept('{') !== undefined) return this.#mapLiteral(token.at);
    return this.#unexpectedStart(token);
  }

  #listLiteral(at: number): Node {
    const elements: Node[] = [];
    const optional: boolean[] = [];
    while (!this.#is(']')) {
      if (elements.length === 0 && this.#accept(',') !== undefined) break;
      optional.push(this.#accept('?') !== undefined);
      elements.push(this.#expression());
      if (this.#accept(',') === undefined) break;
    }
    this.#expect(']');
    return { kind: 'list', at, elements, optional };
  }

  #mapLiteral(at: number): Node {
    const entries: Entry[] = [];
    while (!this.#is('}')) {
      if (entries.length === 0 && this.#accept(',') !== undefined) break;
      const optional = this.#accept('?') !== undefined;
      const key = this.#expression();
      const colon = this.#expect(':');
      entries.push({ at: colon.at, key, value: this.#expression(), optional });
      if (this.#accept(',') === undefined) break;
    }
    this.#expect('}');
    return { kind: 'map', at, entries };
  }

  #list(close: string): Node[] {
    const nodes: Node[] = [];
    if (this.#accept(close) !== undefined) return nodes;
    do nodes.push(this.#expression());
    while (this.#accept(',') !== undefined);
    this.#expect(close);
    return nodes;
  }

  #macroOr(at: number, name: string, target: Node | undefined, args: Node[]): Node {
    const expanded = expandMacro(at, name, target, args, this.#hasBind);
    if (expanded instanceof MacroError) return this.#note(expanded.at, expanded.message);
    return expanded ?? { kind: 'call', at, name, target, arguments: args };
  }
}

const call = (at: number, name: string, args: Node[]): Call => ({
  kind: 'call',
  at,
  name,
  target: undefined,
  arguments: args,
});
