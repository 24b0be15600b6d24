// What an expression may use: variables, functions and types. Environments are extended, never changed: compiled expressions of
// many rules share one.

import type { Library, Overload } from '../library/declare.ts';
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listOf,
  mapOf,
  nullType,
  optionalOf,
  stringType,
  structType,
  type Type,
  timestampType,
  typeOf,
  uintType,
} from '../types/type.ts';

export interface EnvironmentParts {
  variables?: Readonly<Record<string, Type>>;
  functions?: Library;
  /** Types that expressions may name, in `type(x) == …` and, if they are structs, to make objects. */
  types?: (name: string) => Type | undefined;
  /** Expressions may use the macro cel.bind. */
  bind?: true;
}

const named: ReadonlyMap<string, Type> = new Map(
  [
    boolType,
    bytesType,
    doubleType,
    durationType,
    intType,
    listOf(dynType),
    mapOf(dynType, dynType),
    nullType,
    optionalOf(dynType),
    stringType,
    timestampType,
    typeOf(),
    uintType,
  ].map((type) => [type.name, type]),
);

export class Environment {
  readonly #variables: ReadonlyMap<string, Type>;
  readonly #functions: ReadonlyMap<string, readonly Overload[]>;
  readonly #types: readonly ((name: string) => Type | undefined)[];
  readonly hasBind: boolean;

  constructor(
    variables: ReadonlyMap<string, Type> = new Map(),
    functions: ReadonlyMap<string, readonly Overload[]> = new Map(),
    types: readonly ((name: string) => Type | undefined)[] = [],
    hasBind = false,
  ) {
    this.#variables = variables;
    this.#functions = functions;
    this.#types = types;
    this.hasBind = hasBind;
  }

  extend(parts: EnvironmentParts): Environment {
    const variables =
      parts.variables === undefined
        ? this.#variables
        : new Map([...this.#variables, ...Object.entries(parts.variables)]);
    const types = parts.types === undefined ? this.#types : [...this.#types, parts.types];
    const hasBind = parts.bind ?? this.hasBind;
    if (parts.functions === undefined) return new Environment(variables, this.#functions, types, hasBind);
    const functions = new Map(this.#functions);
    for (const overload of parts.functions)
      functions.set(overload.name, [...(functions.get(overload.name) ?? []), overload]);
    return new Environment(variables, functions, types, hasBind);
  }

  variable(name: string): Type | undefined {
    return this.#variables.get(bare(name));
  }

  get variables(): ReadonlyMap<string, Type> {
    return this.#variables;
  }

  function(name: string): readonly Overload[] | undefined {
    return this.#functions.get(bare(name));
  }

  type(name: string): Type | undefined {
    const known = named.get(bare(name));
    if (known !== undefined) return known;
    for (const types of this.#types) {
      const found = types(bare(name));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** A leading dot means the root, where everything is. */
export const bare = (name: string): string => (name.startsWith('.') ? name.slice(1) : name);

/** Names of structs that are opaque to expressions: they can be compared with type(), not made. */
export const typesNamed = (...names: string[]): ((name: string) => Type | undefined) => {
  const types = new Map(names.map((name) => [name, structType(name)]));
  return (name) => types.get(name);
};
