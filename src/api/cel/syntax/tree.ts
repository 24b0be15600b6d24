// The syntax tree. `at` is the offset in the text that errors about the node name. The checker fills in `type`, `overloads` and
// `resolved`; macros have been expanded to comprehensions and ordinary calls before.

import type { Type } from '../types/type.ts';
import type { Value } from '../values/value.ts';

interface Base {
  at: number;
  type?: Type;
}

export interface Literal extends Base {
  kind: 'literal';
  value: Value;
}

export interface Identifier extends Base {
  kind: 'identifier';
  name: string;
}

export interface Select extends Base {
  kind: 'select';
  operand: Node;
  field: string;
  /** has(operand.field) */
  test: boolean;
  /** The variable or type that the whole qualified name means. */
  resolved?: string;
}

export interface Call extends Base {
  kind: 'call';
  name: string;
  target: Node | undefined;
  arguments: Node[];
  /** The overloads that may be meant, after checking; ids in the order of declaration. */
  overloads?: string[];
  /** The call is to a function with a qualified name, and the target was its namespace. */
  global?: boolean;
}

export interface List extends Base {
  kind: 'list';
  elements: Node[];
  optional: boolean[];
}

export interface Entry {
  at: number;
  key: Node;
  value: Node;
  optional: boolean;
}

export interface MapLiteral extends Base {
  kind: 'map';
  entries: Entry[];
}

export interface Field {
  at: number;
  name: string;
  value: Node;
  optional: boolean;
}

export interface Struct extends Base {
  kind: 'struct';
  name: string;
  fields: Field[];
}

export interface Comprehension extends Base {
  kind: 'comprehension';
  range: Node;
  variable: string;
  /** The second variable: the value of a map's entry or a list's element. */
  variable2: string | undefined;
  accumulator: string;
  initial: Node;
  condition: Node;
  step: Node;
  result: Node;
}

export type Node = Literal | Identifier | Select | Call | List | MapLiteral | Struct | Comprehension;

/** The accumulator of macros; no name that an expression can write. */
export const accumulatorName = '@result';

/** "a.b.c" for a chain of selections from an identifier; undefined for anything else. */
export function qualifiedName(node: Node): string | undefined {
  if (node.kind === 'identifier') return node.name;
  if (node.kind !== 'select' || node.test) return undefined;
  const prefix = qualifiedName(node.operand);
  return prefix === undefined ? undefined : `${prefix}.${node.field}`;
}

export function children(node: Node): Node[] {
  switch (node.kind) {
    case 'literal':
    case 'identifier':
      return [];
    case 'select':
      return [node.operand];
    case 'call':
      return node.target === undefined || node.global ? node.arguments : [node.target, ...node.arguments];
    case 'list':
      return node.elements;
    case 'map':
      return node.entries.flatMap((entry) => [entry.key, entry.value]);
    case 'struct':
      return node.fields.map((field) => field.value);
    case 'comprehension':
      return [node.range, node.initial, node.condition, node.step, node.result];
  }
}
