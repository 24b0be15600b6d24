// The text form of label selectors: `a=b,c in (d,e),!f`. Error messages are upstream's.
import { isQualifiedName } from '../validation/names.ts';
import {
  compileLabels,
  type LabelOperator,
  type LabelRequirement,
  type LabelSelector,
  requirement,
} from './label-selector.ts';
import { checkLength, SelectorError } from './selector-error.ts';

interface Token {
  readonly kind: 'identifier' | 'symbol' | 'end' | 'bad';
  readonly text: string;
}

const symbols = ['!=', '==', '=', '!', '(', ')', ',', '>', '<'];
const word = /[^=!(),><\s]+/y;

function tokens(text: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at]!)) {
      at++;
      continue;
    }
    word.lastIndex = at;
    const identifier = word.exec(text)?.[0];
    const symbol = symbols.find((candidate) => text.startsWith(candidate, at))!;
    found.push(identifier ? { kind: 'identifier', text: identifier } : { kind: 'symbol', text: symbol });
    at += (identifier ?? symbol).length;
  }
  return found;
}

const end: Token = { kind: 'end', text: '' };
const found = (token: Token, expected: string) =>
  new SelectorError(`found '${token.text}', expected: ${expected}`);
const binaryOperators: readonly LabelOperator[] = ['in', 'notin', '=', '==', '!=', 'gt', 'lt'];
const operatorOf: ReadonlyMap<string, LabelOperator> = new Map(
  Object.entries({
    in: 'in',
    notin: 'notin',
    '=': '=',
    '==': '==',
    '!=': '!=',
    '>': 'gt',
    '<': 'lt',
  } as const),
);

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokens(text);
  }

  peek(): Token {
    return this.#tokens[this.#at] ?? end;
  }

  next(): Token {
    return this.#tokens[this.#at++] ?? end;
  }

  peekIs(...texts: string[]): boolean {
    const token = this.peek();
    return token.kind === 'symbol' && texts.includes(token.text);
  }
}

/** Throws SelectorError. */
export function parseLabelSelector(text: string): LabelSelector {
  checkLength(text);
  const reader = new Reader(text);
  const requirements: LabelRequirement[] = [];
  for (;;) {
    const token = reader.peek();
    if (token.kind === 'end') return compileLabels(requirements);
    if (token.kind !== 'identifier' && token.text !== '!')
      throw found(token, "!, identifier, or 'end of string'");
    requirements.push(parsed(reader));
    const after = reader.next();
    if (after.kind === 'end') return compileLabels(requirements);
    if (after.text !== ',' || after.kind !== 'symbol') throw found(after, "',' or 'end of string'");
    if (reader.peek().kind !== 'identifier' && !reader.peekIs('!'))
      throw found(reader.peek(), "identifier after ','");
  }
}

function parsed(reader: Reader): LabelRequirement {
  try {
    return parseRequirement(reader);
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    throw new SelectorError(`unable to parse requirement: ${error.message}`, { cause: error });
  }
}

function parseRequirement(reader: Reader): LabelRequirement {
  const absent = reader.peekIs('!');
  if (absent) reader.next();
  const key = reader.next();
  if (key.kind !== 'identifier') throw found(key, 'identifier');
  const complaints = isQualifiedName(key.text);
  if (complaints.length > 0)
    throw new SelectorError(`<nil>: Invalid value: ${JSON.stringify(key.text)}: ${complaints.join('; ')}`);
  if (absent) return requirement(key.text, '!', []);
  if (reader.peek().kind === 'end' || reader.peekIs(',')) return requirement(key.text, 'exists', []);
  const operator = reader.next();
  const known = operatorOf.get(operator.text);
  if (!known) throw found(operator, binaryOperators.join(', '));
  const values = known === 'in' || known === 'notin' ? parseValues(reader) : [parseExact(reader)];
  return requirement(key.text, known, [...new Set(values)].sort());
}

function parseExact(reader: Reader): string {
  if (reader.peek().kind === 'end' || reader.peekIs(',')) return '';
  const token = reader.next();
  if (token.kind !== 'identifier') throw found(token, 'identifier');
  return token.text;
}

function parseValues(reader: Reader): string[] {
  const open = reader.next();
  if (open.text !== '(') throw new SelectorError(`found '${open.text}' expected: '('`);
  if (reader.peekIs(')')) {
    reader.next();
    return [];
  }
  if (reader.peek().kind !== 'identifier' && !reader.peekIs(','))
    throw found(reader.peek(), "',', ')' or identifier");
  const values: string[] = [];
  let wanted = true;
  for (;;) {
    const token = reader.next();
    if (token.kind === 'identifier' && wanted) {
      values.push(token.text);
      wanted = false;
      if (!reader.peekIs(',', ')')) throw found(reader.peek(), "',' or ')'");
    } else if (token.text === ',') {
      if (wanted) values.push('');
      wanted = true;
    } else if (token.text === ')') {
      if (wanted) values.push('');
      return values;
    } else throw found(token, "',', or identifier");
  }
}
