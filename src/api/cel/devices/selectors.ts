// Compiles the expressions that select devices, with upstream's errors: over `device`, whose attributes and capacities are maps by
// domain and name. loadPatterns() has to have ended before.
// Upstream: staging/src/k8s.io/dynamic-resource-allocation/cel/compile.go.
import type { Steps } from '../../../kit/clock.ts';
import { MAX_ATTRIBUTE_VALUES } from '../../kinds/resource/v1/limits.ts';
import type { Environment } from '../check/environment.ts';
import { type Compiled, CompileError, compileInSteps } from '../compile.ts';
import { estimateCost } from '../cost/estimate.ts';
import { baseEnvironment } from '../environment.ts';
import { memberFunction } from '../library/declare.ts';
import { struct } from '../types/structs.ts';
import { anyType, boolType, dynType, mapOf, stringType, structType, type Type } from '../types/type.ts';
import { equal } from '../values/equality.ts';
import { CelError, isList, type Result, type Value } from '../values/value.ts';
import { sizeOfDevice } from './sizes.ts';

export { loadPatterns } from '../../schema/re2.ts';

export interface DeviceFeatures {
  /** There is device.allowMultipleAllocations. */
  readonly multipleAllocations: boolean;
  /** There is the function includes(). */
  readonly includes: boolean;
  /** Attributes may be lists: expressions may loop over them. */
  readonly lists: boolean;
}

export interface Selector {
  readonly compiled: Compiled;
  readonly maximumCost: number;
}

export interface SelectorProblem {
  readonly error: string;
  /** The error is not the text's but of making a program of it. */
  readonly internal: boolean;
}

export function* compileSelector(text: string, features: DeviceFeatures): Steps<Selector | SelectorProblem> {
  const compiled = yield* compileInSteps(text, environmentFor(features));
  if (compiled instanceof CompileError) {
    const isText = compiled.kind === 'issues';
    const what = isText ? 'compilation failed' : 'program instantiation failed';
    return { error: `${what}: ${compiled.message}`, internal: !isText };
  }
  if (!mayBeBool(compiled.type, features))
    return {
      error: `must evaluate to bool or the unknown type, not ${typeText(compiled.type)}`,
      internal: false,
    };
  yield;
  return { compiled, maximumCost: estimateCost(compiled.tree, sizeOfDevice).max };
}

/** The value of an attribute is known only when the expression runs. */
const mayBeBool = ({ kind }: Type, { lists }: DeviceFeatures): boolean =>
  kind === 'bool' || kind === 'any' || (lists && kind === 'dyn');

const typeText = ({ name, parameters }: Type): string =>
  parameters.length === 0 ? name : `${name}(${parameters.map(typeText).join(', ')})`;

const environments = new Map<string, Environment>();

function environmentFor(features: DeviceFeatures): Environment {
  const { multipleAllocations, includes, lists } = features;
  const key = JSON.stringify([multipleAllocations, includes, lists]);
  const known = environments.get(key);
  if (known) return known;
  const made = baseEnvironment.extend({
    variables: { device: deviceType(features) },
    functions: includes ? [includesFunction] : [],
    bind: true,
  });
  environments.set(key, made);
  return made;
}

const quantity = structType('kubernetes.Quantity');
const byDomain = (value: Type): Type => mapOf(stringType, mapOf(stringType, value));

const deviceType = ({ multipleAllocations, lists }: DeviceFeatures): Type =>
  struct('kubernetes.DRADevice', {
    driver: stringType,
    attributes: byDomain(lists ? dynType : anyType),
    capacity: byDomain(quantity),
    ...(multipleAllocations && { allowMultipleAllocations: boolType }),
  });

/** Whether a list has the item; a value that is no list has itself. */
function hasItem(target: Value, item: Value): Result {
  if (!isList(target)) return equal(target, item);
  for (let i = 0; i < target.length; i++) {
    if (i === MAX_ATTRIBUTE_VALUES)
      return new CelError(
        `'includes' function cannot be applied to lists longer than ${MAX_ATTRIBUTE_VALUES} values`,
      );
    if (equal(target.at(i), item)) return true;
  }
  return false;
}

const includesFunction = memberFunction('includes', 'dra_includes_dyn_dyn', 'dyn, dyn -> bool', hasItem);
