// Type checking: gives every node its type and every call the overloads that it may mean, and reports what does not fit with
// upstream's messages. A node that macros use twice is checked once.

import type { Overload } from '../library/declare.ts';
import type { Issue } from '../syntax/source.ts';
import {
  type Call,
  type Comprehension,
  children,
  type Entry,
  type List,
  type MapLiteral,
  type Node,
  qualifiedName,
  type Select,
  type Struct,
} from '../syntax/tree.ts';
import {
  boolType,
  dynType,
  elementOf,
  errorType,
  formatType,
  intType,
  isDyn,
  isDynOrError,
  isOptional,
  listOf,
  mapOf,
  optionalOf,
  sameType,
  type Type,
  typeOf,
  typeParameter,
  valueTypeOf,
} from '../types/type.ts';
import { Bindings, moreGeneral } from '../types/unify.ts';
import { typeOfValue } from '../values/value.ts';
import { bare, type Environment } from './environment.ts';

/** Checks a tree in place; its type, when there are no issues. */
export function check(tree: Node, environment: Environment, issues: Issue[]): Type {
  const checker = new Checker(environment, issues);
  checker.check(tree);
  checker.finish(tree, new Set());
  return tree.type ?? errorType;
}

class Checker {
  readonly #environment: Environment;
  readonly #issues: Issue[];
  readonly #bindings = new Bindings();
  readonly #scopes: Map<string, Type>[] = [];
  #fresh = 0;

  constructor(environment: Environment, issues: Issue[]) {
    this.#environment = environment;
    this.#issues = issues;
  }

  check(node: Node): Type {
    node.type ??= this.#typeOf(node);
    return node.type;
  }

  /** Replaces type parameters by what they turned out to stand for. */
  finish(node: Node, done: Set<Node>): void {
    if (done.has(node)) return;
    done.add(node);
    if (node.type !== undefined) node.type = this.#bindings.resolve(node.type, true);
    for (const child of children(node)) this.finish(child, done);
  }

  #typeOf(node: Node): Type {
    switch (node.kind) {
      case 'literal':
        return typeOfValue(node.value);
      case 'identifier':
        return this.#identifier(node.name) ?? this.#undeclared(node.at, node.name);
      case 'select':
        return this.#select(node);
      case 'call':
        return this.#call(node);
      case 'list':
        return this.#list(node);
      case 'map':
        return this.#map(node);
      case 'struct':
        return this.#struct(node);
      case 'comprehension':
        return this.#comprehension(node);
    }
  }

  #report(at: number, message: string): Type {
    this.#issues.push({ at, message });
    return errorType;
  }

  #undeclared(at: number, name: string): Type {
    return this.#report(at, `undeclared reference to '${name}' (in container '')`);
  }

  #mismatch(at: number, expected: Type, actual: Type): Type {
    return this.#report(at, `expected type '${formatType(expected)}' but found '${formatType(actual)}'`);
  }

  #identifier(name: string): Type | undefined {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const type = this.#scopes[i]?.get(name);
      if (type !== undefined) return type;
    }
    const variable = this.#environment.variable(name);
    if (variable !== undefined) return variable;
    const type = this.#environment.type(name);
    return type === undefined ? undefined : typeOf(type);
  }

  #resolve(type: Type): Type {
    return this.#bindings.resolve(type, false);
  }

  #select(node: Select): Type {
    const qualified = qualifiedName(node);
    const whole = qualified === undefined ? undefined : this.#identifier(qualified);
    if (whole !== undefined && qualified !== undefined) {
      node.resolved = bare(qualified);
      return whole;
    }
    const field = this.#field(node.at, node.operand, node.field, false);
    return node.test ? boolType : this.#resolve(field);
  }

  #field(at: number, operand: Node, field: string, optional: boolean): Type {
    const type = this.#resolve(this.check(operand));
    const target = isOptional(type) ? elementOf(type) : type;
    const found = this.#fieldType(at, target, field);
    return optional || isOptional(type) ? optionalOf(found) : found;
  }

  #fieldType(at: number, target: Type, field: string): Type {
    switch (target.kind) {
      case 'map':
        return valueTypeOf(target);
      case 'struct':
        return target.field(field) ?? this.#report(at, `undefined field '${field}'`);
      case 'parameter':
        this.#bindings.assignable(dynType, target);
        return dynType;
      default:
        if (!isDynOrError(target))
          this.#report(at, `type '${formatType(target)}' does not support field selection`);
        return dynType;
    }
  }

  #call(node: Call): Type {
    if (node.name === '_?._') {
      const [operand, field] = node.arguments as [Node, Node];
      node.overloads = ['select_optional_field'];
      field.type = typeOfValue('');
      return this.#resolve(
        this.#field(node.at, operand, field.kind === 'literal' ? String(field.value) : '', true),
      );
    }
    for (const argument of node.arguments) this.check(argument);
    if (node.target === undefined) return this.#callOf(node, node.name, undefined);
    const prefix = qualifiedName(node.target);
    const qualified = prefix === undefined ? undefined : `${bare(prefix)}.${node.name}`;
    if (qualified !== undefined && this.#environment.function(qualified) !== undefined) {
      node.global = true;
      node.name = qualified;
      return this.#callOf(node, qualified, undefined);
    }
    this.check(node.target);
    return this.#callOf(node, node.name, node.target);
  }

  #callOf(node: Call, name: string, target: Node | undefined): Type {
    const overloads = this.#environment.function(name);
    if (overloads === undefined) return this.#undeclared(node.at, name);
    node.name = bare(name);
    const types = [...(target === undefined ? [] : [target]), ...node.arguments].map((argument) =>
      this.check(argument),
    );
    if (name === '_&&_' || name === '_||_') return this.#logical(node, types);
    const matching: string[] = [];
    let result: Type | undefined;
    for (const overload of overloads) {
      if (overload.member !== (target !== undefined)) continue;
      const candidate = this.#instance(overload);
      if (!this.#bindings.allAssignable(types, candidate.parameters)) continue;
      matching.push(overload.id);
      const found = this.#resolve(candidate.result);
      if (result === undefined) result = found;
      else if (!isDyn(result) && !sameType(found, result)) result = dynType;
    }
    node.overloads = matching;
    return result ?? this.#noMatch(node, name, types, target !== undefined);
  }

  #logical(node: Call, types: Type[]): Type {
    node.overloads = [node.name === '_&&_' ? 'logical_and' : 'logical_or'];
    let wrong = false;
    for (const [i, type] of types.entries()) {
      if (this.#bindings.assignable(type, boolType)) continue;
      this.#mismatch((node.arguments[i] as Node).at, boolType, type);
      wrong = true;
    }
    return wrong ? errorType : boolType;
  }

  #noMatch(node: Call, name: string, types: Type[], member: boolean): Type {
    const shown = types.map((type) => formatType(this.#bindings.resolve(type, true)));
    const applied = member ? `${shown[0]}.(${shown.slice(1).join(', ')})` : `(${shown.join(', ')})`;
    return this.#report(node.at, `found no matching overload for '${name}' applied to '${applied}'`);
  }

  /** The overload's types with type parameters of their own. */
  #instance(overload: Overload): { parameters: Type[]; result: Type } {
    if (overload.names.length === 0) return overload;
    const bindings = new Bindings(new Map(overload.names.map((name) => [name, this.#newParameter()])));
    return {
      parameters: overload.parameters.map((type) => bindings.resolve(type, false)),
      result: bindings.resolve(overload.result, false),
    };
  }

  #newParameter(): Type {
    return typeParameter(`_var${this.#fresh++}`);
  }

  #unwrapped(node: Node, type: Type, optional: boolean): Type {
    if (!optional) return type;
    if (isOptional(type)) return elementOf(type);
    if (!isDyn(type)) this.#mismatch(node.at, optionalOf(type), type);
    return type;
  }

  #list(node: List): Type {
    let element: Type | undefined;
    for (const [i, item] of node.elements.entries()) {
      element = this.#join(item, element, this.#unwrapped(item, this.check(item), node.optional[i] === true));
    }
    return listOf(element ?? this.#newParameter());
  }

  #map(node: MapLiteral): Type {
    let key: Type | undefined;
    let value: Type | undefined;
    for (const entry of node.entries as Entry[]) {
      key = this.#join(entry.key, key, this.check(entry.key));
      value = this.#join(
        entry.value,
        value,
        this.#unwrapped(entry.value, this.check(entry.value), entry.optional),
      );
    }
    return mapOf(key ?? this.#newParameter(), value ?? this.#newParameter());
  }

  #join(node: Node, previous: Type | undefined, current: Type): Type {
    if (previous === undefined) return current;
    if (this.#bindings.assignable(previous, current)) return moreGeneral(previous, current);
    return this.#mismatch(node.at, previous, current);
  }

  #struct(node: Struct): Type {
    const type = this.#environment.type(node.name);
    if (type === undefined) return this.#undeclared(node.at, node.name);
    if (type.kind !== 'struct') return this.#report(node.at, `'${formatType(type)}' is not a message type`);
    node.name = type.name;
    for (const field of node.fields) {
      const value = this.check(field.value);
      const expected = type.field(field.name) ?? this.#report(field.at, `undefined field '${field.name}'`);
      const actual = this.#unwrapped(field.value, value, field.optional);
      if (this.#bindings.assignable(expected, actual)) continue;
      this.#report(
        field.at,
        `expected type of field '${field.name}' is '${formatType(expected)}' but provided type is '${formatType(actual)}'`,
      );
    }
    return type;
  }

  #comprehension(node: Comprehension): Type {
    const range = this.#resolve(this.check(node.range));
    const accumulated = this.check(node.initial);
    const [first, second] = this.#elements(node, range);
    const variables = new Map([[node.variable, first]]);
    if (node.variable2 !== undefined) variables.set(node.variable2, second);
    this.#scopes.push(new Map([[node.accumulator, accumulated]]), variables);
    this.check(node.condition);
    this.#expect(node.condition, boolType);
    this.check(node.step);
    this.#expect(node.step, accumulated);
    this.#scopes.pop();
    const result = this.check(node.result);
    this.#scopes.pop();
    return this.#resolve(result);
  }

  /** The types of the variables of a comprehension. */
  #elements(node: Comprehension, range: Type): [Type, Type] {
    switch (range.kind) {
      case 'list':
        return node.variable2 === undefined ? [elementOf(range), dynType] : [intType, elementOf(range)];
      case 'map':
        return [elementOf(range), valueTypeOf(range)];
      case 'dyn':
      case 'any':
      case 'error':
      case 'parameter':
        this.#bindings.assignable(dynType, range);
        return [dynType, dynType];
      default:
        this.#report(
          node.range.at,
          `expression of type '${formatType(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
        );
        return [errorType, errorType];
    }
  }

  #expect(node: Node, type: Type): void {
    const actual = node.type ?? errorType;
    if (!this.#bindings.assignable(type, actual)) this.#mismatch(node.at, type, actual);
  }
}
