// What is checked of literals when an expression is compiled: patterns, durations and timestamps are well-formed, elements of
// lists and maps have one type.

import type { Issue } from '../syntax/source.ts';
import { children, type Entry, type Node } from '../syntax/tree.ts';
import { dynType, elementOf, formatType, type Type } from '../types/type.ts';
import { toDuration, toTimestamp } from '../values/convert.ts';
import { compilePattern } from '../values/patterns.ts';
import { CelError, type Result, type Value } from '../values/value.ts';

const wellFormed: Readonly<Record<string, (value: Value) => Result | object>> = {
  duration: toDuration,
  timestamp: toTimestamp,
  matches: (value) => compilePattern(String(value)),
};

export function validateLiterals(tree: Node, issues: Issue[]): void {
  const seen = new Set<Node>();
  const visit = (node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    checkCall(node, issues);
    checkElements(node, issues);
    for (const child of children(node)) visit(child);
  };
  visit(tree);
}

function checkCall(node: Node, issues: Issue[]): void {
  if (node.kind !== 'call' || !Object.hasOwn(wellFormed, node.name)) return;
  const [argument] = node.arguments;
  if (argument?.kind !== 'literal' || (node.name === 'matches' && typeof argument.value !== 'string')) return;
  if (wellFormed[node.name]?.(argument.value) instanceof CelError)
    issues.push({ at: argument.at, message: `invalid ${node.name} argument` });
}

function checkElements(node: Node, issues: Issue[]): void {
  if (node.kind === 'list') {
    const types = node.elements.map((element, i) => unwrapped(element, node.optional[i] === true));
    const odd = types.findIndex((type) => !sameShape(types[0] as Type, type));
    if (odd >= 0) mismatch(issues, (node.elements[odd] as Node).at, types[0] as Type, types[odd] as Type);
  } else if (node.kind === 'map') {
    const [first] = node.entries;
    for (const entry of node.entries) if (first !== undefined) checkEntry(first, entry, issues);
  }
}

function checkEntry(first: Entry, entry: Entry, issues: Issue[]): void {
  const [key, value] = [typeOf(first.key), unwrapped(first.value, first.optional)];
  const found = unwrapped(entry.value, entry.optional);
  if (!sameShape(key, typeOf(entry.key))) mismatch(issues, entry.key.at, key, typeOf(entry.key));
  if (!sameShape(value, found)) mismatch(issues, entry.value.at, value, found);
}

const typeOf = (node: Node): Type => node.type ?? dynType;
const unwrapped = (node: Node, optional: boolean): Type =>
  optional ? elementOf(typeOf(node)) : typeOf(node);

function mismatch(issues: Issue[], at: number, expected: Type, actual: Type): void {
  issues.push({ at, message: `expected type '${formatType(expected)}' but found '${formatType(actual)}'` });
}

function sameShape(a: Type, b: Type): boolean {
  if (a.kind !== b.kind || a.name !== b.name || a.parameters.length !== b.parameters.length) return false;
  return a.parameters.every((parameter, i) => sameShape(parameter, b.parameters[i] as Type));
}
