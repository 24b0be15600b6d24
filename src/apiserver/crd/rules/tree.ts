// The rules of a schema, compiled: a tree of the nodes that have rules, or have such nodes within. Compiled once per schema.
// Upstream: NewValidator in apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go.
import type { RuleSet } from '../../../api/cel/schema/rules.ts';
import type { JsonSchema, ValidationRule } from '../../../api/schema/json-schema.ts';
import type { Steps } from '../../../kit/clock.ts';
import { engine, hasRules } from './engine.ts';

export interface RuleNode {
  readonly schema: JsonSchema;
  readonly rules: readonly ValidationRule[];
  /** Undefined where there are no rules, or expressions may not see the value. */
  readonly set: RuleSet | undefined;
  readonly properties: ReadonlyMap<string, RuleNode>;
  readonly additional: RuleNode | undefined;
  readonly items: RuleNode | undefined;
}

const known = new WeakMap<JsonSchema, RuleNode | false>();

/** The rules of the schema of a kind; undefined if it has none. */
export function* rulesOf(schema: JsonSchema): Steps<RuleNode | undefined> {
  let root = known.get(schema);
  if (root === undefined) {
    root = (hasRules(schema) && (yield* compileNode(schema, true))) || false;
    known.set(schema, root);
  }
  return root || undefined;
}

function* compileNode(schema: JsonSchema, isResource: boolean): Steps<RuleNode | undefined> {
  const rules = schema['x-kubernetes-validations'] ?? [];
  const { items, additionalProperties: more } = schema;
  const inner = (part: JsonSchema) => compileNode(part, part['x-kubernetes-embedded-resource'] === true);
  const properties = new Map<string, RuleNode>();
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    const node = yield* inner(property);
    if (node) properties.set(key, node);
  }
  const node = {
    schema,
    rules,
    set: rules.length > 0 ? yield* engine().compileRules(schema, isResource, rules) : undefined,
    properties,
    additional: typeof more === 'object' ? yield* inner(more) : undefined,
    items: items && (yield* inner(items)),
  };
  return rules.length > 0 || properties.size > 0 || node.additional || node.items ? node : undefined;
}
