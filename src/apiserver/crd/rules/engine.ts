// CEL, which is loaded only if a definition has rules (x-kubernetes-validations): it takes time to load, and memory.
import type { CelError } from '../../../api/cel/values/value.ts';
import { isObject } from '../../../api/patch/json.ts';
import { loadPatterns, patternsLoaded } from '../../../api/schema/re2.ts';

interface Engine {
  readonly compileRules: typeof import('../../../api/cel/schema/rules.ts').compileRules;
  readonly evaluateRule: typeof import('../../../api/cel/schema/rules.ts').evaluateRule;
  readonly isError: (value: unknown) => value is CelError;
  readonly isLimit: (value: unknown) => boolean;
  /** Of all rules for one object. */
  readonly budget: number;
}

let loaded: Engine | undefined;

/** Must have resolved before a definition with rules, or an object of its kind, is validated. */
export async function loadRules(): Promise<void> {
  if (loaded) return;
  const [rules, budget, values] = await Promise.all([
    import('../../../api/cel/schema/rules.ts'),
    import('../../../api/cel/evaluate/budget.ts'),
    import('../../../api/cel/values/value.ts'),
    loadPatterns(),
  ]);
  loaded = {
    compileRules: rules.compileRules,
    evaluateRule: rules.evaluateRule,
    isError: (value) => value instanceof values.CelError,
    isLimit: (value) => value instanceof budget.CostLimitExceeded,
    budget: budget.runtimeCostBudget,
  };
}

export function engine(): Engine {
  if (!loaded) throw new Error('the rules of custom kinds have not been loaded');
  return loaded;
}

/** Loads what validates objects of a schema, or the definition of one; undefined if it is there. A definition may have been
 *  written by another server that shares the store. */
export function loadFor(schema: unknown): Promise<void> | undefined {
  if (!loaded && isObject(schema) && knownRules(schema)) return loadRules();
  return patternsLoaded() ? undefined : loadPatterns();
}

const known = new WeakMap<object, boolean>();

function knownRules(schema: object): boolean {
  let found = known.get(schema);
  if (found === undefined) {
    found = hasRules(schema);
    known.set(schema, found);
  }
  return found;
}

/** Whether a schema, or a whole definition, has rules. */
export function hasRules(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasRules);
  if (!isObject(value)) return false;
  if (value['x-kubernetes-validations'] !== undefined) return true;
  return Object.values(value).some(hasRules);
}
