// Follows a JSONPath template through an object. Each part of the template gives a list of values.
// Upstream: jsonpath.go of k8s.io/client-go/util/jsonpath, its errors included.
import { addAll } from '../../../kit/lists.ts';
import { goText, goType } from '../go-values/text.ts';
import { isMap } from '../printer.ts';
import { compare } from './compare.ts';
import type { Bounds, Node } from './nodes.ts';

export interface FindOptions {
  readonly allowMissingKeys: boolean;
}

type Values = readonly unknown[];

export class Finder {
  readonly #nodes: readonly Node[];
  readonly #options: FindOptions;
  /** Loops around the current node; how many of the nodes seen open or close one. */
  #depth = 0;
  #opens = 0;
  #closes = 0;

  constructor(nodes: readonly Node[], options: FindOptions) {
    this.#nodes = nodes;
    this.#options = options;
  }

  find(data: unknown): Values[] {
    this.#depth = this.#opens = this.#closes = 0;
    return this.#run(0, data).results;
  }

  /** From a node to the end of the loop that it stands in. */
  #run(from: number, data: unknown): { results: Values[]; end: number } {
    const results: Values[] = [];
    for (let i = from; i < this.#nodes.length; i++) {
      const values = this.#walk([data], this.#nodes[i]!);
      if (this.#closes > 0 && this.#closes <= this.#depth) {
        this.#closes--;
        return { results, end: i };
      }
      if (this.#opens > 0) i = this.#loop(i, values, results);
      else results.push(values);
    }
    return { results, end: this.#nodes.length };
  }

  /** Returns the index of the node that ends the loop. */
  #loop(at: number, values: Values, results: Values[]): number {
    this.#opens--;
    this.#depth++;
    let end = this.#nodes.length;
    for (const value of values) {
      const round = this.#run(at + 1, value);
      addAll(results, round.results);
      end = round.end;
    }
    // Without a value, the nodes are followed all the same: to find where the loop ends.
    if (values.length === 0) end = this.#run(at + 1, undefined).end;
    this.#depth--;
    return end < this.#nodes.length ? end : at;
  }

  #list(values: Values, nodes: readonly Node[]): Values {
    return nodes.reduce<Values>((current, node) => this.#walk(current, node), values);
  }

  #walk(values: Values, node: Node): Values {
    switch (node.kind) {
      case 'list':
        return this.#list(values, node.nodes);
      case 'text':
        return [node.text];
      case 'literal':
        return values.map(() => node.value);
      case 'field':
        return this.#field(values, node.name);
      case 'slice':
        return values.flatMap((value) => slice(value, node.bounds));
      case 'wildcard':
        return values.flatMap(childrenOf);
      case 'recursive':
        return descendants(values);
      case 'union':
        return node.lists.flatMap((list) => this.#list(values, list));
      case 'filter':
        return values.flatMap((value) => this.#filter(value, node));
      case 'word':
        return this.#word(values, node.word);
    }
  }

  #word(values: Values, word: string): Values {
    if (word === 'range') {
      this.#opens++;
      return values;
    }
    if (word !== 'end') throw new Error(`unrecognized identifier ${word}`);
    if (this.#depth === 0) throw new Error('not in range, nothing to end');
    this.#closes++;
    return [];
  }

  #field(values: Values, name: string): Values {
    if (values.length === 0) return [];
    const found: unknown[] = [];
    for (const value of values) if (isMap(value) && Object.hasOwn(value, name)) found.push(value[name]);
    if (found.length === 0 && !this.#options.allowMissingKeys) throw new Error(`${name} is not found`);
    return found;
  }

  #filter(value: unknown, { left, right, operator }: Node & { kind: 'filter' }): Values {
    if (!Array.isArray(value))
      throw new Error(`${goText(value)} is not array or slice and cannot be filtered`);
    if (operator === 'exists') return value.filter((item) => this.#exists(item, left));
    return value.filter((item) => {
      const a = single(this.#list([item], left));
      if (a.length === 0) return false;
      const b = single(this.#list([item], right));
      return b.length > 0 && compare(operator, a[0], b[0]);
    });
  }

  #exists(item: unknown, path: readonly Node[]): boolean {
    try {
      return this.#list([item], path).length > 0;
    } catch {
      return false;
    }
  }
}

function single(values: Values): Values {
  if (values.length > 1) throw new Error('can only compare one element at a time');
  return values;
}

function slice(value: unknown, bounds: Bounds): Values {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw new Error(`${goType(value)} is not array or slice`);
  const { length } = value;
  const given = bounds.from ?? 0;
  const from = given < 0 ? given + length : given;
  const last = bounds.to ?? length;
  const to = last < 0 || (last === 0 && bounds.isIndex) ? last + length : last;
  if (from === to) return [];
  const outside = (index: number) => new Error(`array index out of bounds: index ${index}, length ${length}`);
  if (from >= length || from < 0) throw outside(from);
  if (to > length || to < 0) throw outside(to - 1);
  if (from > to) throw new Error(`starting index ${from} is greater than ending index ${to}`);
  const { step = 1 } = bounds;
  if (step <= 0) throw new Error('step must be > 0');
  return value.slice(from, to).filter((_, i) => i % step === 0);
}

/** Texts have their bytes as children, as in Go. */
function childrenOf(value: unknown): Values {
  if (Array.isArray(value)) return value;
  if (isMap(value)) return Object.values(value);
  return typeof value === 'string' ? [...Buffer.from(value)] : [];
}

function descendants(values: Values): Values {
  const found: unknown[] = [];
  const visit = (value: unknown): void => {
    const children = childrenOf(value);
    if (children.length === 0) return;
    found.push(value);
    // Bytes have no children.
    if (typeof value !== 'string') for (const child of children) visit(child);
  };
  for (const value of values) visit(value);
  return found;
}
