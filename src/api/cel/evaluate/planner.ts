// From a checked tree to closures, once per expression. What is constant is computed here: lists and maps of constants,
// conversions of constants, the set behind `x in [constants]`; these cost nothing at run time, as upstream.

import type { Environment } from '../check/environment.ts';
import { callCost } from '../cost/actual.ts';
import type { Call, Comprehension, List, MapLiteral, Node, Struct } from '../syntax/tree.ts';
import {
  CelError,
  Entries,
  Items,
  keyOf,
  Optional,
  type Result,
  TypeValue,
  typeOfValue,
  type Value,
} from '../values/value.ts';
import { constantCall, logicalAnd, logicalOr, planCall } from './calls.ts';
import { foldComprehension } from './comprehension.ts';
import { badOptional, constantMembership } from './constants.ts';
import type { Frame, Run } from './frame.ts';
import { applyQualifiers, type Qualifier } from './qualify.ts';

/** Makes the objects of structs; undefined: there is no such type. */
export type MakeObject = (name: string, fields: ReadonlyMap<string, Value>) => Result;

export interface Program {
  readonly run: Run;
  readonly slots: number;
  /** Of the slots that hold variables from outside. */
  readonly names: readonly string[];
}

/** An error is one of constants: upstream refuses to make a program of them. */
export function plan(tree: Node, environment: Environment, makeObject: MakeObject): Program | CelError {
  const planner = new Planner(environment, makeObject);
  try {
    const { run } = planner.plan(tree);
    return { run, slots: planner.slots, names: planner.names };
  } catch (problem) {
    if (problem instanceof ConstantProblem) return problem.error;
    throw problem;
  }
}

class ConstantProblem {
  readonly error: CelError;
  constructor(error: CelError) {
    this.error = error;
  }
}

interface Planned {
  run: Run;
  constant?: Value;
  /** A chain of selections that can be made longer. Its own step of cost is not in `resolve`. */
  chain?: Chain;
}

interface Chain {
  resolve: Run;
  longer: (qualifier: Qualifier) => Chain;
  /** The cost of the chain as a whole. */
  cost: number;
}

class Planner {
  readonly #environment: Environment;
  readonly #makeObject: MakeObject;
  readonly #planned = new Map<Node, Planned>();
  readonly #scopes: Map<string, { slot: number; initial: Run | undefined }>[] = [];
  readonly names: string[] = [];
  slots = 0;

  constructor(environment: Environment, makeObject: MakeObject) {
    this.#environment = environment;
    this.#makeObject = makeObject;
    for (const name of environment.variables.keys()) {
      this.names.push(name);
      this.slots++;
    }
  }

  plan(node: Node): Planned {
    let planned = this.#planned.get(node);
    if (planned === undefined) {
      planned = this.#planNew(node);
      this.#planned.set(node, planned);
    }
    return planned;
  }

  #planNew(node: Node): Planned {
    switch (node.kind) {
      case 'literal':
        return constant(node.value);
      case 'identifier':
        return this.#identifier(node.name);
      case 'select': {
        if (node.resolved !== undefined) return this.#identifier(node.resolved);
        const chain = this.#chainOf(node.operand).longer({
          key: node.field,
          optional: false,
          test: node.test,
        });
        return chained(node.test ? { ...chain, cost: 0 } : chain);
      }
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

  #identifier(name: string): Planned {
    for (let i = this.#scopes.length - 1; i >= 0; i--) {
      const local = this.#scopes[i]?.get(name);
      if (local !== undefined) return chained(chainFrom(localRun(local.slot, local.initial), [], 1));
    }
    const slot = this.names.indexOf(name.startsWith('.') ? name.slice(1) : name);
    if (slot >= 0) return chained(chainFrom((frame) => frame.load(slot), [], 1));
    const type = this.#environment.type(name);
    return type === undefined
      ? raised(new CelError(`no such attribute(s): ${name}`))
      : constant(new TypeValue(type));
  }

  /** The chain that a selection from a node continues; of what is no chain, one begins. */
  #chainOf(node: Node): Chain {
    const planned = this.plan(node);
    return planned.chain ?? chainFrom(planned.run, [], 1);
  }

  #call(node: Call): Planned {
    switch (node.name) {
      case '_&&_':
        return { run: logicalAnd(node.arguments.map((term) => this.plan(term).run)) };
      case '_||_':
        return { run: logicalOr(node.arguments.map((term) => this.plan(term).run)) };
      case '_?_:_':
        return this.#conditional(node.arguments as [Node, Node, Node]);
      case '_[_]':
      case '_[?_]':
      case '_?._':
        return this.#index(node.arguments as [Node, Node], node.name !== '_[_]');
    }
    const args = [...(node.target === undefined || node.global ? [] : [node.target]), ...node.arguments].map(
      (arg) => this.plan(arg),
    );
    if (node.name === 'or' || node.name === 'orValue')
      return { run: optionalOr(args[0] as Planned, args[1] as Planned, node.name === 'or') };
    const constants = args.map((arg) => arg.constant);
    const id = node.overloads?.length === 1 ? (node.overloads[0] as string) : '';
    const folded = constantCall(node.name, id, constants, this.#environment);
    if (folded instanceof CelError) throw new ConstantProblem(folded);
    if (folded !== undefined) return constant(folded);
    if (id === 'in_list' && constants[1] !== undefined) {
      const member = constantMembership((args[0] as Planned).run, constants[1]);
      if (member !== undefined) return member === false ? constant(false) : { run: member };
    }
    const candidates = (this.#environment.function(node.name) ?? []).filter((overload) =>
      id === '' ? overload.member === (node.target !== undefined && !node.global) : overload.id === id,
    );
    const runs = args.map((arg) => arg.run);
    return { run: planCall(node.name, runs, constants, candidates, callCost(node.name, id)) };
  }

  #conditional([condition, whenTrue, whenFalse]: [Node, Node, Node]): Planned {
    const test = this.plan(condition).run;
    const [left, right] = [whenTrue, whenFalse].map((branch) => {
      const planned = this.plan(branch);
      return planned.chain ?? chainFrom(planned.run, [], 1);
    }) as [Chain, Chain];
    return chained(conditionalChain(test, left, right));
  }

  #index([operand, index]: [Node, Node], optional: boolean): Planned {
    const chain = this.#chainOf(operand);
    const key = this.plan(index);
    return chained(
      chain.longer({
        key: key.constant !== undefined ? key.constant : (key.chain?.resolve ?? key.run),
        optional,
        test: false,
      }),
    );
  }

  #list(node: List): Planned {
    const elements = node.elements.map((element) => this.plan(element));
    const runs = elements.map((element) => element.run);
    const build: Run = (frame) => {
      const items: Value[] = [];
      for (let i = 0; i < runs.length; i++) {
        const value = (runs[i] as Run)(frame);
        if (value instanceof CelError) return value;
        if (node.optional[i] !== true) items.push(value);
        else if (!(value instanceof Optional)) return badOptional('element', '', value);
        else if (value.value !== undefined) items.push(value.value);
      }
      return new Items(items);
    };
    if (elements.every((element) => element.constant !== undefined)) return folded(build);
    return {
      run: (frame) => {
        const list = build(frame);
        frame.budget.spend(10);
        return list;
      },
    };
  }

  #map(node: MapLiteral): Planned {
    const entries = node.entries.map((entry) => ({
      key: this.plan(entry.key),
      value: this.plan(entry.value),
      optional: entry.optional,
    }));
    const build: Run = (frame) => {
      const built = new Map<string, [Value, Value]>();
      for (const entry of entries) {
        const key = entry.key.run(frame);
        if (key instanceof CelError) return key;
        let value: Result | undefined = entry.value.run(frame);
        if (value instanceof CelError) return value;
        const name = keyOf(key);
        if (name === undefined) return new CelError(`unsupported key type: ${typeOfValue(key).name}`);
        if (entry.optional) {
          if (!(value instanceof Optional)) return badOptional('entry', `'${String(key)}': `, value);
          value = value.value;
        }
        if (value === undefined) built.delete(name);
        else built.set(name, [key, value]);
      }
      return new Entries(built);
    };
    if (entries.every(({ key, value }) => key.constant !== undefined && value.constant !== undefined))
      return folded(build);
    return {
      run: (frame) => {
        const map = build(frame);
        frame.budget.spend(30);
        return map;
      },
    };
  }

  #struct(node: Struct): Planned {
    const fields = node.fields.map((field) => ({
      name: field.name,
      run: this.plan(field.value).run,
      optional: field.optional,
    }));
    const make = this.#makeObject;
    return {
      run: (frame) => {
        const values = new Map<string, Value>();
        for (const field of fields) {
          let value: Result | undefined = field.run(frame);
          if (value instanceof CelError) return value;
          if (field.optional) {
            if (!(value instanceof Optional)) return badOptional('entry', `'${field.name}': `, value);
            value = value.value;
          }
          if (value === undefined) values.delete(field.name);
          else values.set(field.name, value);
        }
        frame.budget.spend(40);
        return make(node.name, values);
      },
    };
  }

  #comprehension(node: Comprehension): Planned {
    const initial = this.plan(node.initial);
    const range = this.plan(node.range).run;
    const accumulator = this.slots++;
    const variable = this.slots++;
    const variable2 = node.variable2 === undefined ? undefined : this.slots++;
    const lazily = initial.constant === undefined ? initial.run : undefined;
    const variables = new Map([[node.variable, { slot: variable, initial: undefined }]]);
    if (node.variable2 !== undefined && variable2 !== undefined)
      variables.set(node.variable2, { slot: variable2, initial: undefined });
    // The accumulator is found before the variables when they share its name, as upstream.
    this.#scopes.push(variables, new Map([[node.accumulator, { slot: accumulator, initial: lazily }]]));
    const condition = this.plan(node.condition);
    const step = this.plan(node.step).run;
    this.#scopes.splice(-2, 1);
    const result = this.plan(node.result).run;
    this.#scopes.pop();
    return {
      run: foldComprehension({
        accumulator,
        initial: initial.constant,
        variable,
        variable2,
        range,
        condition: condition.constant === true ? undefined : condition.run,
        step,
        result,
      }),
    };
  }
}

const constant = (value: Value): Planned => ({ run: () => value, constant: value });

const raised = (error: CelError): Planned => ({ run: () => error });

/** What is computed from constants alone needs no frame. */
function folded(build: Run): Planned {
  const value = build(undefined as never);
  if (value instanceof CelError) throw new ConstantProblem(value);
  return constant(value);
}

function chained(chain: Chain): Planned {
  const { resolve, cost } = chain;
  if (cost === 0) return { run: resolve, chain };
  return {
    chain,
    run: (frame) => {
      const value = resolve(frame);
      frame.budget.spend(1);
      return value;
    },
  };
}

function chainFrom(base: Run, qualifiers: readonly Qualifier[], cost: number): Chain {
  return {
    resolve: qualifiers.length === 0 ? base : (frame) => applyQualifiers(frame, base(frame), qualifiers),
    longer: (qualifier) => chainFrom(base, [...qualifiers, qualifier], cost),
    cost,
  };
}

/** Selections from a conditional are made in the branch that is taken. */
function conditionalChain(test: Run, left: Chain, right: Chain): Chain {
  return {
    cost: 0,
    resolve: (frame) => {
      const value = test(frame);
      if (value === true) return left.resolve(frame);
      if (value === false) return right.resolve(frame);
      return value instanceof CelError ? value : new CelError('no such overload');
    },
    longer: (qualifier) => conditionalChain(test, left.longer(qualifier), right.longer(qualifier)),
  };
}

function localRun(slot: number, initial: Run | undefined): Run {
  if (initial === undefined) return (frame) => frame.slots[slot] as Result;
  return (frame: Frame) => {
    let value = frame.slots[slot];
    if (value === undefined) {
      value = initial(frame);
      frame.slots[slot] = value;
    }
    return value;
  };
}

function optionalOr(left: Planned, right: Planned, keep: boolean): Run {
  return (frame) => {
    const value = left.run(frame);
    if (!(value instanceof Optional)) return value;
    if (value.value === undefined) return right.run(frame);
    return keep ? value : value.value;
  };
}
