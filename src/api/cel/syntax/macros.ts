// Macros become comprehensions: has, all, exists, exists_one, map, filter, their forms with two variables, transformList,
// transformMap, transformMapEntry, optMap and optFlatMap; and cel.bind, where an environment has it.

import type { Value } from '../values/value.ts';
import { accumulatorName, type Comprehension, type Node } from './tree.ts';

export class MacroError {
  readonly at: number;
  readonly message: string;
  constructor(at: number, message: string) {
    this.at = at;
    this.message = message;
  }
}

type Expansion = Node | MacroError;

/** Makes nodes that are placed where the macro's call is. */
class Maker {
  readonly at: number;
  constructor(at: number) {
    this.at = at;
  }
  literal = (value: Value): Node => ({ kind: 'literal', at: this.at, value });
  accumulated = (): Node => this.identifier(accumulatorName);
  identifier = (name: string): Node => ({ kind: 'identifier', at: this.at, name });
  list = (...elements: Node[]): Node => ({
    kind: 'list',
    at: this.at,
    elements,
    optional: elements.map(() => false),
  });
  call = (name: string, ...args: Node[]): Node => ({
    kind: 'call',
    at: this.at,
    name,
    target: undefined,
    arguments: args,
  });
  member = (target: Node, name: string, ...args: Node[]): Node => ({
    kind: 'call',
    at: this.at,
    name,
    target,
    arguments: args,
  });
  /** A step that is taken only if the filter holds. */
  filtered = (filter: Node | undefined, step: Node): Node =>
    filter === undefined ? step : this.call('_?_:_', filter, step, this.accumulated());
}

interface Loop {
  initial: Node;
  condition: Node;
  step: Node;
  result: Node;
}

export function expandMacro(
  at: number,
  name: string,
  target: Node | undefined,
  args: Node[],
  hasBind: boolean,
): Expansion | undefined {
  const make = new Maker(at);
  if (target === undefined)
    return name === 'has' && args.length === 1 ? has(make, args[0] as Node) : undefined;
  const key = `${name}/${args.length}`;
  const one = oneVariable[key];
  if (one !== undefined) return overOne(make, target, args, one);
  const two = twoVariables[key];
  if (two !== undefined) return overTwo(make, target, args, two);
  if (key === 'optMap/2' || key === 'optFlatMap/2') return optionalMap(make, name, target, args);
  if (key === 'sortBy/2') return sortBy(make, target, args);
  const isBind = hasBind && key === 'bind/3' && target.kind === 'identifier' && target.name === 'cel';
  return isBind ? bind(make, args) : undefined;
}

function has(make: Maker, arg: Node): Expansion {
  if (arg.kind !== 'select') return new MacroError(arg.at, 'invalid argument to has() macro');
  return { kind: 'select', at: make.at, operand: arg.operand, field: arg.field, test: true };
}

const all = (make: Maker, predicate: Node): Loop => ({
  initial: make.literal(true),
  condition: make.call('@not_strictly_false', make.accumulated()),
  step: make.call('_&&_', make.accumulated(), predicate),
  result: make.accumulated(),
});

const exists = (make: Maker, predicate: Node): Loop => ({
  initial: make.literal(false),
  condition: make.call('@not_strictly_false', make.call('!_', make.accumulated())),
  step: make.call('_||_', make.accumulated(), predicate),
  result: make.accumulated(),
});

const existsOne = (make: Maker, predicate: Node): Loop => ({
  initial: make.literal(0n),
  condition: make.literal(true),
  step: make.call(
    '_?_:_',
    predicate,
    make.call('_+_', make.accumulated(), make.literal(1n)),
    make.accumulated(),
  ),
  result: make.call('_==_', make.accumulated(), make.literal(1n)),
});

const collect = (make: Maker, filter: Node | undefined, element: Node): Loop => ({
  initial: make.list(),
  condition: make.literal(true),
  step: make.filtered(filter, make.call('_+_', make.accumulated(), make.list(element))),
  result: make.accumulated(),
});

const insert = (make: Maker, filter: Node | undefined, ...entry: Node[]): Loop => ({
  initial: { kind: 'map', at: make.at, entries: [] },
  condition: make.literal(true),
  step: make.filtered(filter, make.call('cel.@mapInsert', make.accumulated(), ...entry)),
  result: make.accumulated(),
});

type Body = (make: Maker, args: Node[], variable: string) => Loop;
const arg = (args: Node[], i: number): Node => args[i] as Node;

const oneVariable: Readonly<Record<string, Body>> = {
  'all/2': (make, args) => all(make, arg(args, 1)),
  'exists/2': (make, args) => exists(make, arg(args, 1)),
  'exists_one/2': (make, args) => existsOne(make, arg(args, 1)),
  'existsOne/2': (make, args) => existsOne(make, arg(args, 1)),
  'map/2': (make, args) => collect(make, undefined, arg(args, 1)),
  'map/3': (make, args) => collect(make, arg(args, 1), arg(args, 2)),
  'filter/2': (make, args) => collect(make, arg(args, 1), { ...arg(args, 0) }),
};

const twoVariables: Readonly<Record<string, Body>> = {
  'all/3': (make, args) => all(make, arg(args, 2)),
  'exists/3': (make, args) => exists(make, arg(args, 2)),
  'exists_one/3': (make, args) => existsOne(make, arg(args, 2)),
  'existsOne/3': (make, args) => existsOne(make, arg(args, 2)),
  'transformList/3': (make, args) => collect(make, undefined, arg(args, 2)),
  'transformList/4': (make, args) => collect(make, arg(args, 2), arg(args, 3)),
  'transformMap/3': (make, args, variable) =>
    insert(make, undefined, make.identifier(variable), arg(args, 2)),
  'transformMap/4': (make, args, variable) =>
    insert(make, arg(args, 2), make.identifier(variable), arg(args, 3)),
  'transformMapEntry/3': (make, args) => insert(make, undefined, arg(args, 2)),
  'transformMapEntry/4': (make, args) => insert(make, arg(args, 2), arg(args, 3)),
};

const collecting = ['map', 'filter'];

function overOne(make: Maker, range: Node, args: Node[], body: Body): Expansion {
  const variable = args[0] as Node;
  if (variable.kind !== 'identifier') {
    const isList = collecting.some((name) => oneVariable[`${name}/${args.length}`] === body);
    return new MacroError(
      variable.at,
      isList ? 'argument is not an identifier' : 'argument must be a simple name',
    );
  }
  const wrong = overwrites(variable);
  return wrong ?? loop(make, range, variable.name, undefined, body(make, args, variable.name));
}

function overTwo(make: Maker, range: Node, args: Node[], body: Body): Expansion {
  const [first, second] = [args[0] as Node, args[1] as Node];
  for (const variable of [first, second]) {
    if (variable.kind !== 'identifier') return new MacroError(variable.at, 'argument must be a simple name');
  }
  if (first.kind !== 'identifier' || second.kind !== 'identifier') return first;
  if (first.name === second.name) return new MacroError(second.at, `duplicate variable name: ${first.name}`);
  const wrong = overwrites(first) ?? overwrites(second);
  return wrong ?? loop(make, range, first.name, second.name, body(make, args, first.name));
}

function overwrites(variable: Node): MacroError | undefined {
  if (variable.kind !== 'identifier' || variable.name !== '__result__') return undefined;
  return new MacroError(variable.at, 'iteration variable overwrites accumulator variable');
}

function loop(
  make: Maker,
  range: Node,
  variable: string,
  variable2: string | undefined,
  body: Loop,
): Comprehension {
  return {
    kind: 'comprehension',
    at: make.at,
    range,
    variable,
    variable2,
    accumulator: accumulatorName,
    ...body,
  };
}

/** A value bound to a name in an expression: a comprehension over nothing whose accumulator is the name. */
const binding = (make: Maker, name: string, initial: Node, result: Node): Comprehension => ({
  kind: 'comprehension',
  at: make.at,
  range: make.list(),
  variable: '#unused',
  variable2: undefined,
  accumulator: name,
  initial,
  condition: make.literal(false),
  step: make.identifier(name),
  result,
});

/** cel.bind(name, value, expression). */
function bind(make: Maker, [name, initial, result]: Node[]): Expansion {
  if (name?.kind !== 'identifier')
    return new MacroError(name!.at, 'cel.bind() variable names must be simple identifiers');
  return binding(make, name.name, initial!, result!);
}

/** target.hasValue() ? optional.of(value bound to a name in an expression) : optional.none(). */
function optionalMap(make: Maker, name: string, target: Node, args: Node[]): Expansion {
  const variable = args[0] as Node;
  if (variable.kind !== 'identifier') {
    return new MacroError(variable.at, `${name}() variable name must be a simple identifier`);
  }
  const bound = binding(make, variable.name, make.member(target, 'value'), args[1] as Node);
  const mapped = name === 'optMap' ? make.call('optional.of', bound) : bound;
  return make.call('_?_:_', make.member(target, 'hasValue'), mapped, make.call('optional.none'));
}

/** The list is bound to a name and sorted by the list of its keys. */
function sortBy(make: Maker, target: Node, args: Node[]): Expansion {
  if (!['list', 'select', 'identifier', 'comprehension', 'call'].includes(target.kind)) {
    const message =
      'sortBy can only be applied to a list, identifier, comprehension, call or select expression';
    return new MacroError(target.at, message);
  }
  const name = '@__sortBy_input__';
  const keys = overOne(make, make.identifier(name), args, oneVariable['map/2'] as Body);
  if (keys instanceof MacroError) return keys;
  const sorted = make.member(make.identifier(name), '@sortByAssociatedKeys', keys);
  return binding(make, name, target, sorted);
}
