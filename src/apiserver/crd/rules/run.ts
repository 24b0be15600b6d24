// Runs the rules of a custom kind on an object, and on a default in a schema. All rules of an object share a budget of cost. On an
// update, a rule that does not look at the old value is not held against a part that has not changed.
// Upstream: Validator.Validate in apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go.
import type { CompiledRule, RuleSet } from '../../../api/cel/schema/rules.ts';
import { isObject, jsonEqual } from '../../../api/patch/json.ts';
import type { JsonSchema, ValidationRule } from '../../../api/schema/json-schema.ts';
import { duplicate, type FieldError, forbidden, invalid, required } from '../../../api/validation/field.ts';
import type { Steps } from '../../../kit/clock.ts';
import { findField } from '../field-path.ts';
import { oldElements } from '../validation/correlation.ts';
import { engine } from './engine.ts';
import { type RuleNode, rulesOf } from './tree.ts';

const EXHAUSTED =
  'validation failed due to running out of cost budget, no further validation rules will be run';

/** Ends the run: its error is the last one. */
class Ended extends Error {}

/** `path` is that of the value; `old` is undefined on creation. A rule may take tens of milliseconds: each is a step. */
export function* ruleErrors(
  schema: JsonSchema,
  value: unknown,
  old?: unknown,
  path = '',
): Steps<FieldError[]> {
  const root = yield* rulesOf(schema);
  if (!root) return [];
  const run = new Run();
  try {
    const before = old ?? undefined;
    yield* run.visit(root, value, before, path, () => before !== undefined && jsonEqual(before, value));
  } catch (ended) {
    if (!(ended instanceof Ended)) throw ended;
  }
  return run.errors;
}

/** Errors after which rules are not run: they would see values of the wrong form, or too large ones. */
const BLOCKING = new Set<FieldError['type']>([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);

/** The errors of the schema, then those of its rules. */
export function* withRules(
  errors: readonly FieldError[],
  schema: JsonSchema,
  object: object,
  old?: object,
): Steps<FieldError[]> {
  if (!(yield* rulesOf(schema))) return [...errors];
  const why =
    'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';
  if (errors.some(({ type }) => BLOCKING.has(type))) return [...errors, invalid('<nil>', null, why)];
  return [...errors, ...(yield* ruleErrors(schema, object, old))];
}

/** Whether the part, or the nearest part around it that has an identity, is as before. */
type IsSame = () => boolean;

const never: IsSame = () => false;

/** Bytes of a message (MaxEvaluatedMessageExpressionSizeBytes). */
const LONGEST_MESSAGE = 5 * 1024;
const MOST_ERRORS = 100;

class Run {
  readonly errors: FieldError[] = [];
  #budget = engine().budget;

  *visit(node: RuleNode, value: unknown, old: unknown, path: string, isSame: IsSame): Steps<void> {
    if (value === null || value === undefined) return;
    yield* this.#evaluate(node, value, old ?? undefined, path, isSame);
    if (Array.isArray(value)) yield* this.#elements(node, value, old, path, isSame);
    else if (isObject(value)) yield* this.#members(node, value, old, path, isSame);
  }

  *#elements(
    node: RuleNode,
    list: readonly unknown[],
    old: unknown,
    path: string,
    isSame: IsSame,
  ): Steps<void> {
    const { items } = node;
    if (!items) return;
    const before = oldElements(node.schema, { value: old });
    for (const [i, value] of list.entries()) {
      const former = before(value);
      const unchanged = former ? same(former.value, value) : isSame;
      yield* this.visit(items, value, former?.value, `${path}[${i}]`, unchanged);
    }
  }

  *#members(node: RuleNode, object: object, old: unknown, path: string, isSame: IsSame): Steps<void> {
    for (const [key, value] of Object.entries(object)) {
      const property = node.properties.get(key);
      const inner = property ?? (isNamed(node.schema, key) ? undefined : node.additional);
      if (!inner) continue;
      const has = isObject(old) && Object.hasOwn(old, key);
      const at = property ? (path ? `${path}.${key}` : key) : `${path}[${key}]`;
      // Old and new object were brought to the same version: that of a changed apiVersion cannot be seen.
      const isEnvelope = path === '' && (key === 'apiVersion' || key === 'kind');
      const unchanged = isEnvelope ? never : has ? same(old[key], value) : isSame;
      yield* this.visit(inner, value, has ? old[key] : undefined, at, unchanged);
    }
  }

  *#evaluate(node: RuleNode, self: unknown, old: unknown, path: string, isSame: IsSame): Steps<void> {
    const { set, rules, schema } = node;
    if (!set) return;
    const field = path || '<nil>';
    if (this.#budget <= 0) this.#end(invalid(field, schema.type, EXHAUSTED));
    for (const [i, compiled] of set.rules.entries()) {
      this.#evaluateRule(node, set, compiled, rules[i]!, self, old, path, isSame);
      yield;
    }
  }

  #evaluateRule(
    node: RuleNode,
    set: RuleSet,
    compiled: CompiledRule,
    rule: ValidationRule,
    self: unknown,
    old: unknown,
    path: string,
    isSame: IsSame,
  ): void {
    const field = path || '<nil>';
    const { type } = node.schema;
    if (compiled.error !== undefined)
      this.#add(invalid(field, type, `rule compile error: ${compiled.error}`));
    if (!compiled.program) return;
    if (compiled.usesOldSelf && old === undefined && !compiled.optionalOldSelf) return;
    const { value, cost } = engine().evaluateRule(set, compiled, compiled.program, self, old);
    this.#spend(cost, invalid(field, type, EXHAUSTED));
    if (value === true) return;
    if (engine().isError(value))
      this.#failed(value.message, engine().isLimit(value), rule, field, node.schema);
    else if (compiled.usesOldSelf || !isSame())
      this.#add(this.#violation(node, compiled, rule, self, old, path));
  }

  #failed(text: string, isLimit: boolean, rule: ValidationRule, field: string, schema: JsonSchema): void {
    const what = shown(rule);
    if (isLimit)
      this.#end(
        invalid(
          field,
          schema.type,
          `'${text}': no further validation rules will be run due to call cost exceeds limit for rule: ${what}`,
        ),
      );
    const overload = text.startsWith('no such overload');
    const why = overload
      ? `'${text}': call arguments did not match a supported operator, function or macro signature for rule: ${what}`
      : `${text} evaluating rule: ${what}`;
    this.#add(invalid(field, schema.type, why));
  }

  #violation(
    node: RuleNode,
    compiled: CompiledRule,
    rule: ValidationRule,
    self: unknown,
    old: unknown,
    path: string,
  ): FieldError {
    const found = rule.fieldPath ? findField(rule.fieldPath, node.schema) : undefined;
    const inner = found && 'path' in found ? found.path : '';
    const field = [path, inner].filter((part) => part !== '').join('.') || '<nil>';
    const detail =
      this.#message(node, compiled, rule, self, old, field) ??
      (rule.message ? rule.message.trim() : `failed rule: ${shown(rule)}`);
    const { type } = node.schema;
    return violation(rule.reason, field, type === 'object' || type === 'array' ? undefined : self, detail);
  }

  /** Undefined if the expression gives no usable text. */
  #message(
    node: RuleNode,
    compiled: CompiledRule,
    { messageExpression }: ValidationRule,
    self: unknown,
    old: unknown,
    field: string,
  ): string | undefined {
    if (!compiled.message || !node.set) return undefined;
    const { value, cost } = engine().evaluateRule(node.set, compiled, compiled.message, self, old);
    const ended = (why: string) => invalid(field, node.schema.type, why);
    const over =
      'messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run';
    this.#spend(cost, ended(over));
    if (engine().isLimit(value))
      this.#end(
        ended(
          `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${JSON.stringify(messageExpression)}`,
        ),
      );
    const text = typeof value === 'string' ? value.trim() : '';
    return text === '' || text.includes('\n') || Buffer.byteLength(text) > LONGEST_MESSAGE ? undefined : text;
  }

  #spend(cost: number, error: FieldError): void {
    if (cost > this.#budget) this.#end(error);
    this.#budget -= cost;
  }

  #add(error: FieldError): void {
    if (this.errors.length < MOST_ERRORS) this.errors.push(error);
  }

  #end(error: FieldError): never {
    this.errors.push(error);
    throw new Ended();
  }
}

const same = (old: unknown, value: unknown): IsSame => {
  let known: boolean | undefined;
  return () => {
    known ??= jsonEqual(old, value);
    return known;
  };
};

const isNamed = ({ properties }: JsonSchema, key: string): boolean =>
  properties !== undefined && Object.hasOwn(properties, key);

const shown = ({ message, rule }: ValidationRule): string => (message ? message : rule).trim();

function violation(reason: string | undefined, field: string, value: unknown, detail: string): FieldError {
  switch (reason) {
    case 'FieldValueForbidden':
      return forbidden(field, detail);
    case 'FieldValueRequired':
      return required(field, detail);
    case 'FieldValueDuplicate':
      return value === undefined
        ? { type: 'FieldValueDuplicate', field, message: 'Duplicate value' }
        : duplicate(field, value);
    default:
      return value === undefined
        ? { type: 'FieldValueInvalid', field, message: `Invalid value: ${detail}` }
        : invalid(field, value, detail);
  }
}
