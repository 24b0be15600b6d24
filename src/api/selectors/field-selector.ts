// Field selectors: `metadata.name=a,status.phase!=Running`, with `\` escaping `\`, `,` and `=` in values.
// The fields of each kind are in selectable-fields.ts.
import { checkLength, SelectorError } from './selector-error.ts';

export interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

export interface FieldSelector {
  readonly requirements: readonly FieldRequirement[];
  readonly matches: (read: (field: string) => string) => boolean;
  readonly empty: boolean;
  readonly toString: () => string;
  /** The value that `field` must have according to a `=` requirement. */
  readonly exact: (field: string) => string | undefined;
}

/** Splits at commas that no backslash precedes. */
function terms(text: string): string[] {
  const found: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === ',') {
      found.push(text.slice(start, at));
      start = at + 1;
    }
  }
  found.push(text.slice(start));
  return found;
}

const operators = ['!=', '==', '='] as const;

function parseTerm(term: string, whole: string): FieldRequirement {
  for (let at = 0; at < term.length; at++) {
    const operator = operators.find((candidate) => term.startsWith(candidate, at));
    if (!operator) continue;
    const value = unescapeValue(term.slice(at + operator.length));
    return { field: term.slice(0, at), operator: operator === '!=' ? '!=' : '=', value };
  }
  throw new SelectorError(`invalid selector: '${whole}'; can't understand '${term}'`);
}

function unescapeValue(value: string): string {
  let plain = '';
  for (let at = 0; at < value.length; at++) {
    const char = value[at]!;
    if (char === '\\') {
      const escaped = value[++at];
      if (escaped === undefined || !'\\,='.includes(escaped))
        throw new SelectorError(`invalid field selector: invalid escape sequence: \\${escaped ?? ''}`);
      plain += escaped;
    } else if (char === ',' || char === '=') {
      throw new SelectorError(`invalid field selector: unescaped character in value: ${char.charCodeAt(0)}`);
    } else plain += char;
  }
  return plain;
}

const escapeValue = (value: string) => value.replace(/[\\,=]/g, (char) => `\\${char}`);

/** One rule per field: a value is read once, however often a selector names its field. */
function matcherOf(requirements: readonly FieldRequirement[]): FieldSelector['matches'] {
  const rules = new Map<string, { equal: Set<string>; unequal: Set<string> }>();
  for (const { field, operator, value } of requirements) {
    const rule = rules.get(field) ?? { equal: new Set(), unequal: new Set() };
    rules.set(field, rule);
    (operator === '=' ? rule.equal : rule.unequal).add(value);
  }
  const list = [...rules];
  return (read) =>
    list.every(([field, { equal, unequal }]) => {
      const value = read(field);
      return !unequal.has(value) && (equal.size === 0 || (equal.size === 1 && equal.has(value)));
    });
}

export function compileFields(requirements: readonly FieldRequirement[]): FieldSelector {
  const text = requirements.map((r) => `${r.field}${r.operator}${escapeValue(r.value)}`).join(',');
  return {
    requirements,
    matches: matcherOf(requirements),
    empty: requirements.length === 0,
    toString: () => text,
    exact: (field) => requirements.find((r) => r.field === field && r.operator === '=')?.value,
  };
}

/** Throws SelectorError. */
export function parseFieldSelector(text: string): FieldSelector {
  checkLength(text);
  const requirements = terms(text)
    .filter((term) => term !== '')
    .map((term) => parseTerm(term, text));
  return compileFields(requirements);
}
