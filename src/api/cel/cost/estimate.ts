// Estimates from a checked tree what an expression can cost at least and at most, given the sizes that its variables can have.
// The estimate decides which rules a custom resource definition may have, so it is upstream's, exactly. Sizes are followed
// through the expression by paths: a variable, then fields, "@items", "@keys", "@values".

import type { Call, Comprehension, List, MapLiteral, Node } from '../syntax/tree.ts';
import { accumulatorName } from '../syntax/tree.ts';
import { dynType, isOptional, type Type } from '../types/type.ts';
import { pointsIn, type Value } from '../values/value.ts';
import { type CallEstimate, estimateCall, type SizedNode } from './calls.ts';
import { add, fixed, multiply, type Range, union, unknownSize, zero } from './range.ts';

/** The size of what is at a path, as far as its declaration tells. */
export type SizeOf = (path: readonly string[], type: Type) => Range | undefined;

export function estimateCost(tree: Node, sizeOf: SizeOf): Range {
  return new Estimator(sizeOf).cost(tree);
}

/** Sizes of the keys and values of a list or map. */
interface EntrySize {
  kind: 'list' | 'map';
  key: Range;
  value: Range;
}

interface Local {
  path: readonly string[] | undefined;
  size: Range | undefined;
  entries: EntrySize | undefined;
}

class Estimator {
  readonly #sizeOf: SizeOf;
  readonly #paths = new Map<Node, readonly string[] | undefined>();
  readonly #sizes = new Map<Node, Range>();
  readonly #entries = new Map<Node, EntrySize>();
  readonly #costs = new Map<Node, Range>();
  readonly #locals = new Map<string, Local[]>();

  constructor(sizeOf: SizeOf) {
    this.#sizeOf = sizeOf;
  }

  cost(node: Node): Range {
    let cost = this.#costs.get(node);
    if (cost === undefined) {
      cost = this.#costOf(node);
      this.#costs.set(node, cost);
    }
    return cost;
  }

  #costOf(node: Node): Range {
    switch (node.kind) {
      case 'literal':
        return zero;
      case 'identifier':
        this.#paths.set(node, this.#local(node.name)?.path ?? [node.name]);
        return fixed(1);
      case 'select':
        return this.#select(node);
      case 'call':
        return this.#call(node);
      case 'list':
        return this.#list(node);
      case 'map':
        return this.#map(node);
      case 'struct':
        return node.fields.reduce((sum, field) => add(sum, this.cost(field.value)), fixed(40));
      case 'comprehension':
        return isBinding(node) ? this.#binding(node) : this.#comprehension(node);
    }
  }

  #local(name: string): Local | undefined {
    return this.#locals.get(name)?.at(-1);
  }

  #push(name: string, local: Local): void {
    this.#locals.set(name, [...(this.#locals.get(name) ?? []), local]);
  }

  #pop(name: string): void {
    this.#locals.get(name)?.pop();
  }

  #pathOf(node: Node): readonly string[] | undefined {
    const local = node.kind === 'identifier' ? this.#local(node.name) : undefined;
    return local === undefined ? this.#paths.get(node) : local.path;
  }

  #extended(node: Node, part: string): readonly string[] {
    return [...(this.#pathOf(node) ?? []), part];
  }

  #select(node: Node & { kind: 'select' }): Range {
    if (node.resolved !== undefined) {
      this.#paths.set(node, [node.resolved]);
      return fixed(1);
    }
    const operand = this.cost(node.operand);
    if (node.test) return operand;
    this.#paths.set(node, this.#extended(node.operand, node.field));
    const { kind } = node.operand.type ?? dynType;
    return kind === 'map' || kind === 'struct' || kind === 'parameter' ? add(operand, fixed(1)) : operand;
  }

  #call(node: Call): Range {
    if (node.name === 'dyn' && node.arguments[0] !== undefined) {
      const [argument] = node.arguments;
      const cost = add(fixed(1), this.cost(argument));
      this.#copySizes(node, argument);
      return cost;
    }
    const costs = node.arguments.map((argument) => this.cost(argument));
    const args = node.arguments.map((argument) => this.#sized(argument));
    const target = node.target === undefined || node.global ? undefined : node.target;
    const targetCost = target === undefined ? zero : this.cost(target);
    const sizedTarget = target === undefined ? undefined : this.#sized(target);
    let cost: Range = { min: unknownSize.max, max: 0 };
    let size: Range | undefined;
    for (const id of node.overloads ?? []) {
      const estimate = this.#overload(node, id, sizedTarget, args, costs);
      cost = union(cost, estimate.cost);
      if (estimate.size !== undefined) size = size === undefined ? estimate.size : union(size, estimate.size);
      const [container] = node.arguments;
      if (id === 'index_list' || id === 'index_map') {
        size = container === undefined ? undefined : this.#entriesOf(container)?.value;
        if (container !== undefined)
          this.#paths.set(node, this.#extended(container, id === 'index_list' ? '@items' : '@values'));
      }
      size ??= this.#size(node);
    }
    if (size !== undefined) this.#sizes.set(node, size);
    return add(targetCost, cost);
  }

  #overload(
    node: Call,
    id: string,
    target: SizedNode | undefined,
    args: SizedNode[],
    costs: Range[],
  ): CallEstimate {
    if (id === 'logical_or' || id === 'logical_and') {
      const all = costs.reduce(add, zero);
      return { cost: { min: costs[0]?.min ?? 0, max: all.max } };
    }
    if (id === 'conditional') return this.#conditional(node, costs);
    if (id === 'add_list' || id === 'add_string' || id === 'add_bytes')
      this.#joinEntries(node, node.arguments[0], node.arguments[1]);
    const estimate = estimateCall(node.name, id, target, args);
    return { ...estimate, cost: costs.reduce(add, estimate.cost) };
  }

  #conditional(node: Call, [condition = zero, whenTrue = zero, whenFalse = zero]: Range[]): CallEstimate {
    const [, left, right] = node.arguments as [Node, Node, Node];
    this.#joinEntries(node, left, right);
    const size = union(this.#size(left) ?? unknownSize, this.#size(right) ?? unknownSize);
    return { cost: add(condition, union(whenTrue, whenFalse)), size };
  }

  #joinEntries(node: Node, a: Node | undefined, b: Node | undefined): void {
    const left = a === undefined ? undefined : this.#entriesOf(a);
    const right = b === undefined ? undefined : this.#entriesOf(b);
    if (left === undefined || right === undefined) return;
    this.#entries.set(node, {
      kind: left.kind,
      key: union(left.key, right.key),
      value: union(left.value, right.value),
    });
  }

  #list(node: List): Range {
    let cost = fixed(10);
    let item: Range = { min: node.elements.length === 0 ? 0 : unknownSize.max, max: 0 };
    for (const element of node.elements) {
      cost = add(cost, this.cost(element));
      item = union(item, this.#size(element) ?? unknownSize);
    }
    this.#entries.set(node, { kind: 'list', key: fixed(1), value: item });
    return cost;
  }

  #map(node: MapLiteral): Range {
    let cost = fixed(30);
    let key: Range = { min: node.entries.length === 0 ? 0 : unknownSize.max, max: 0 };
    let value = key;
    for (const entry of node.entries) {
      cost = add(cost, add(this.cost(entry.key), this.cost(entry.value)));
      key = union(key, this.#size(entry.key) ?? unknownSize);
      value = union(value, this.#size(entry.value) ?? unknownSize);
    }
    this.#entries.set(node, { kind: 'map', key, value });
    return cost;
  }

  #comprehension(node: Comprehension): Range {
    const outside = add(this.cost(node.range), this.cost(node.initial));
    this.#pushBound(node.accumulator, node.initial);
    this.#pushVariables(node);
    const each = add(this.cost(node.condition), this.cost(node.step));
    this.#pop(node.variable);
    if (node.variable2 !== undefined) this.#pop(node.variable2);
    const result = this.cost(node.result);
    this.#pop(node.accumulator);
    const count = this.#size(node.range) ?? unknownSize;
    this.#sizeResult(node, count);
    return add(add(outside, result), multiply(count, each));
  }

  #sizeResult(node: Comprehension, count: Range): void {
    if (node.initial.kind === 'literal') {
      const size = this.#size(node.initial);
      if (size !== undefined) this.#sizes.set(node, size);
    } else if (node.initial.kind === 'list' || node.initial.kind === 'map') {
      this.#sizes.set(node, count);
      const entries = this.#entriesOf(node.step);
      if (entries !== undefined) this.#entries.set(node, entries);
    }
  }

  #pushVariables(node: Comprehension): void {
    const entries = this.#entriesOf(node.range);
    const kind = entries?.kind ?? node.range.type?.kind;
    const isList = kind === 'list';
    const local = (part: string, size: Range | undefined): Local => ({
      path: this.#extended(node.range, part),
      size,
      entries: undefined,
    });
    if (node.variable2 === undefined) {
      this.#push(node.variable, isList ? local('@items', entries?.value) : local('@keys', entries?.key));
      return;
    }
    this.#push(node.variable, local(isList ? '@indices' : '@keys', entries?.key));
    this.#push(node.variable2, local(isList ? '@items' : '@values', entries?.value));
  }

  #pushBound(name: string, node: Node): void {
    this.#push(name, { path: this.#pathOf(node), size: this.#size(node), entries: this.#entriesOf(node) });
  }

  #binding(node: Comprehension): Range {
    const outside = add(this.cost(node.range), this.cost(node.initial));
    this.#pushBound(node.accumulator, node.initial);
    const result = this.cost(node.result);
    this.#pop(node.accumulator);
    this.#copySizes(node, node.result);
    return add(outside, result);
  }

  #copySizes(to: Node, from: Node): void {
    const size = this.#size(from);
    const entries = this.#entriesOf(from);
    if (size !== undefined) this.#sizes.set(to, size);
    if (entries !== undefined) this.#entries.set(to, entries);
  }

  #entriesOf(node: Node): EntrySize | undefined {
    return (
      this.#entries.get(node) ?? (node.kind === 'identifier' ? this.#local(node.name)?.entries : undefined)
    );
  }

  #size(node: Node): Range | undefined {
    const known = this.#sizes.get(node) ?? literalSize(node);
    if (known !== undefined) return known;
    const type = node.type ?? dynType;
    const declared = this.#sizeOf(this.#pathOf(node) ?? [], type);
    if (declared !== undefined) {
      this.#sizes.set(node, declared);
      return declared;
    }
    if (isScalar(type)) return fixed(1);
    return node.kind === 'identifier' ? this.#local(node.name)?.size : undefined;
  }

  #sized(node: Node): SizedNode {
    const path = this.#pathOf(node);
    return {
      path: path?.[0] === accumulatorName ? undefined : path,
      type: node.type ?? dynType,
      literal: node.kind === 'literal' ? node.value : undefined,
      size: this.#size(node),
      declared: this.#sizeOf,
    };
  }
}

/** A comprehension over nothing that only binds a name. */
const isBinding = (node: Comprehension): boolean =>
  node.range.kind === 'list' &&
  node.range.elements.length === 0 &&
  node.condition.kind === 'literal' &&
  node.condition.value === false &&
  node.accumulator !== '__result__';

function literalSize(node: Node): Range | undefined {
  if (node.kind === 'list') return fixed(node.elements.length);
  if (node.kind === 'map') return fixed(node.entries.length);
  return node.kind === 'literal' ? fixed(sizeOfLiteral(node.value)) : undefined;
}

const sizeOfLiteral = (value: Value): number => {
  if (typeof value === 'string') return pointsIn(value);
  return value instanceof Uint8Array ? value.length : 1;
};

function isScalar(type: Type): boolean {
  if (isOptional(type)) return isScalar(type.parameters[0] ?? dynType);
  return ['bool', 'double', 'duration', 'int', 'timestamp', 'uint'].includes(type.kind);
}
