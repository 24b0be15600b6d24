// Whether a type may stand where another is expected, and what type parameters stand for. Bindings made during an attempt that
// fails are undone.

import { dynType, isDyn, isDynOrError, listOf, mapOf, sameType, Type, typeOf } from './type.ts';

export class Bindings {
  readonly #bound: Map<string, Type>;
  /** What bindings replaced, to undo them. */
  readonly #changes: [string, Type | undefined][] = [];
  constructor(bound: Map<string, Type> = new Map()) {
    this.#bound = bound;
  }

  find(type: Type): Type | undefined {
    return type.kind === 'parameter' ? this.#bound.get(type.name) : undefined;
  }

  bind(parameter: Type, type: Type): void {
    this.#changes.push([parameter.name, this.#bound.get(parameter.name)]);
    this.#bound.set(parameter.name, type);
  }

  #attempt(succeeds: boolean): boolean {
    while (this.#changes.length > 0) {
      const [name, previous] = this.#changes.pop() as [string, Type | undefined];
      if (succeeds) continue;
      if (previous === undefined) this.#bound.delete(name);
      else this.#bound.set(name, previous);
    }
    return succeeds;
  }

  /** The type with bound parameters replaced; unbound ones become dyn if so asked. */
  resolve(type: Type, unboundIsDyn: boolean): Type {
    const bound = this.find(type);
    if (bound !== undefined) return this.resolve(bound, unboundIsDyn);
    switch (type.kind) {
      case 'parameter':
        return unboundIsDyn ? dynType : type;
      case 'list':
        return listOf(this.resolve(type.parameters[0] as Type, unboundIsDyn));
      case 'map':
        return mapOf(
          this.resolve(type.parameters[0] as Type, unboundIsDyn),
          this.resolve(type.parameters[1] as Type, unboundIsDyn),
        );
      case 'opaque':
        if (type.parameters.length === 0) return type;
        return new Type(
          'opaque',
          type.name,
          type.parameters.map((p) => this.resolve(p, unboundIsDyn)),
        );
      case 'type':
        return type.parameters[0] === undefined
          ? type
          : typeOf(this.resolve(type.parameters[0], unboundIsDyn));
      default:
        return type;
    }
  }

  assignable(a: Type, b: Type): boolean {
    return this.#attempt(assign(this, a, b));
  }

  allAssignable(as: readonly Type[], bs: readonly Type[]): boolean {
    return this.#attempt(assignAll(this, as, bs));
  }
}

function assign(bindings: Bindings, a: Type, b: Type): boolean {
  if (b.kind === 'parameter') {
    const { valid, bound } = substitutes(bindings, a, b);
    if (valid) return true;
    if (bound) return false;
  }
  if (a.kind === 'parameter') return substitutes(bindings, b, a).valid;
  if (isDynOrError(a) || isDynOrError(b)) return true;
  if (a.kind === 'null') return nullable(b);
  if (b.kind === 'null') return nullable(a);
  switch (a.kind) {
    case 'type':
      return b.kind === 'type';
    case 'opaque':
    case 'list':
    case 'map':
      return a.kind === b.kind && a.name === b.name && assignAll(bindings, a.parameters, b.parameters);
    default:
      return a.kind === b.kind && a.name === b.name;
  }
}

function assignAll(bindings: Bindings, as: readonly Type[], bs: readonly Type[]): boolean {
  return as.length === bs.length && as.every((a, i) => assign(bindings, a, bs[i] as Type));
}

const nullable = (type: Type): boolean =>
  ['opaque', 'struct', 'any', 'duration', 'timestamp', 'null'].includes(type.kind);

/** Whether a parameter can stand for a type; and whether it already stands for one. */
function substitutes(bindings: Bindings, type: Type, parameter: Type): { valid: boolean; bound: boolean } {
  if (sameType(type, parameter)) return { valid: true, bound: true };
  const bound = bindings.find(parameter);
  if (bound !== undefined) {
    if (sameType(type, bound)) return { valid: true, bound: true };
    if (!assign(bindings, type, bound)) return { valid: false, bound: true };
    const general = moreGeneral(type, bound);
    if (!occurs(bindings, parameter, general)) bindings.bind(parameter, general);
    return { valid: true, bound: true };
  }
  if (occurs(bindings, parameter, type)) return { valid: false, bound: false };
  bindings.bind(parameter, type);
  return { valid: true, bound: false };
}

function occurs(bindings: Bindings, parameter: Type, within: Type): boolean {
  if (sameType(parameter, within)) return true;
  if (within.kind === 'parameter') {
    const bound = bindings.find(within);
    return bound !== undefined && occurs(bindings, parameter, bound);
  }
  return within.parameters.some((p) => occurs(bindings, parameter, p));
}

export const moreGeneral = (a: Type, b: Type): Type => (lessSpecific(a, b) ? a : b);

function lessSpecific(a: Type, b: Type): boolean {
  if (isDyn(a) || a.kind === 'parameter') return true;
  if (isDyn(b) || b.kind === 'parameter' || a.kind !== b.kind) return false;
  if (a.kind === 'type') return true;
  if (a.kind !== 'opaque' && a.kind !== 'list' && a.kind !== 'map') return sameType(a, b);
  return (
    a.name === b.name &&
    a.parameters.length === b.parameters.length &&
    a.parameters.every((p, i) => lessSpecific(p, b.parameters[i] as Type))
  );
}
