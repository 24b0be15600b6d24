// Compiles the rules of a schema and estimates what they can cost at most: an object of the kind must be validated in bounded time.
// Called by schema-checks.ts for schemas without other errors. Upstream: CELSchemaContext in
// apiextensions-apiserver/pkg/apis/apiextensions/validation/cel_validation.go.
import type { CompiledRule, RuleSet } from '../../../api/cel/schema/rules.ts';
import type { JsonSchema, ValidationRule } from '../../../api/schema/json-schema.ts';
import type { Steps } from '../../../kit/clock.ts';
import { engine, hasRules } from '../rules/engine.ts';
import type { Report } from './report.ts';

/** Estimated costs: of one rule for all values of an object, and of all rules. */
const MOST_COST_OF_RULE = 10_000_000;
const MOST_COST = 100_000_000;
/** Rules that are named when all together cost too much, each of at least a hundredth. */
const MOST_NAMED = 4;

interface Place {
  readonly path: string;
  readonly isResource: boolean;
  /** How often a value of the schema can be in an object; undefined if that has no bound. */
  readonly cardinality: number | undefined;
  /** The part above without identity: what it contains has no old value. */
  readonly uncorrelated: string | undefined;
}

export function* checkExpressions(schema: JsonSchema, path: string, report: Report): Steps<void> {
  if (!hasRules(schema)) return;
  const costs = new Costs();
  yield* visit(schema, { path, isResource: true, cardinality: 1, uncorrelated: undefined }, report, costs);
  if (costs.total <= MOST_COST) return;
  for (const { at } of costs.named())
    report.forbidden(
      at,
      'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema',
    );
  report.forbidden(
    path,
    tooCostly(
      'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema',
      costs.total,
      MOST_COST,
    ),
  );
}

class Costs {
  total = 0;
  readonly #largest: { readonly at: string; readonly cost: number }[] = [];

  add(at: string, cost: number): void {
    this.total += cost;
    if (cost >= MOST_COST / 100) this.#largest.push({ at, cost });
  }

  named() {
    return this.#largest.toSorted((a, b) => b.cost - a.cost).slice(0, MOST_NAMED);
  }
}

function* visit(schema: JsonSchema, place: Place, report: Report, costs: Costs): Steps<void> {
  const { path } = place;
  const { items, properties, additionalProperties: more } = schema;
  const most = mostElements(schema);
  const cardinality =
    place.cardinality === undefined || most === undefined ? undefined : place.cardinality * most;
  const inner = (part: JsonSchema, at: string, uncorrelated = place.uncorrelated) =>
    visit(
      part,
      { path: at, isResource: part['x-kubernetes-embedded-resource'] === true, cardinality, uncorrelated },
      report,
      costs,
    );
  if (typeof more === 'object') yield* inner(more, `${path}.additionalProperties`);
  for (const key in properties) yield* inner(properties[key]!, `${path}.properties[${key}]`);
  const isMap = schema['x-kubernetes-list-type'] === 'map';
  if (items) yield* inner(items, `${path}.items`, isMap ? place.uncorrelated : (place.uncorrelated ?? path));
  const rules = schema['x-kubernetes-validations'] ?? [];
  const set = rules.length > 0 ? yield* engine().compileRules(schema, place.isResource, rules) : undefined;
  if (!set) return;
  yield;
  set.rules.forEach((compiled, i) => {
    checkRule(compiled, rules[i]!, set, `${path}.x-kubernetes-validations[${i}]`, place, report, costs);
  });
}

/** By how much a list or map multiplies what is within; undefined if it has no bound. */
function mostElements({
  type,
  additionalProperties,
  maxProperties,
  maxItems,
}: JsonSchema): number | undefined {
  if (type === 'array') return maxItems === undefined ? undefined : Math.max(0, maxItems);
  if (type !== 'object' || additionalProperties === undefined) return 1;
  return maxProperties === undefined ? undefined : Math.max(0, maxProperties);
}

function checkRule(
  compiled: CompiledRule,
  rule: ValidationRule,
  set: RuleSet,
  path: string,
  { cardinality, uncorrelated }: Place,
  report: Report,
  costs: Costs,
): void {
  const at = `${path}.rule`;
  const cost = compiled.maximumCost * (cardinality ?? set.maximumCardinality);
  if (cost > MOST_COST_OF_RULE)
    report.forbidden(at, tooCostly('estimated rule cost', cost, MOST_COST_OF_RULE));
  costs.add(at, cost);
  if (compiled.error !== undefined) report.invalid(at, ofGo(rule), compiled.error);
  if (compiled.messageError !== undefined)
    report.invalid(`${path}.messageExpression`, ofGo(rule), compiled.messageError);
  else if (compiled.message) {
    const { messageMaximumCost } = compiled;
    if (messageMaximumCost > MOST_COST_OF_RULE)
      report.forbidden(
        `${path}.messageExpression`,
        tooCostly('estimated messageExpression cost', messageMaximumCost, MOST_COST_OF_RULE),
      );
    costs.add(`${path}.messageExpression`, messageMaximumCost);
  }
  if (compiled.usesOldSelf) {
    if (uncorrelated !== undefined)
      report.invalid(
        at,
        rule.rule,
        `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`,
      );
  } else if (rule.optionalOldSelf !== undefined && compiled.error === undefined)
    report.invalid(
      `${path}.optionalOldSelf`,
      rule.optionalOldSelf,
      'may not be set if oldSelf is not used in rule',
    );
}

/** Upstream shows the rule by the names of its Go fields. */
const ofGo = (rule: ValidationRule) => ({
  Rule: rule.rule,
  Message: rule.message ?? '',
  MessageExpression: rule.messageExpression ?? '',
  Reason: rule.reason ?? null,
  FieldPath: rule.fieldPath ?? '',
  OptionalOldSelf: rule.optionalOldSelf ?? null,
});

function tooCostly(what: string, cost: number, most: number): string {
  const factor = cost / most;
  const shown =
    factor > 100 ? 'more than 100x' : factor < 1.5 ? `${factor.toFixed(6)}x` : `${factor.toFixed(1)}x`;
  return `${what} exceeds budget by factor of ${shown} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
}
