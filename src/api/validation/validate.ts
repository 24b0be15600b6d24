// The entry point of validation. Called by the API server after defaulting and admission.
// Kinds without rules are checked by their definition. Nothing is changed or thrown.

import type { AnyResource, KubeObject } from '../meta/v1/resource.ts';
import { ruledAs } from '../meta/v1/resource.ts';
import { decisionsOf } from '../scheme/own-decisions.ts';
import type { FieldError } from './field.ts';
import { ruleBook } from './kinds/rule-book.ts';
import { subdomainName, validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';
import type { AnyRules } from './rules.ts';
import { validateStructure } from './structural.ts';

const rulesOf = (kind: AnyResource): AnyRules =>
  decisionsOf(kind)?.rules ?? ruleBook.get(ruledAs(kind)) ?? {};

/** Reviews and bindings are not stored and need no name. */
const nameless = (kind: AnyResource): boolean =>
  kind.resource.verbs !== undefined && !kind.resource.verbs.includes('get');

function content(kind: AnyResource, rules: AnyRules, object: KubeObject): FieldError[] {
  return rules.create ? rules.create(object) : validateStructure(kind, object);
}

export function validateCreate(kind: AnyResource, object: KubeObject): FieldError[] {
  const rules = rulesOf(kind);
  const meta = nameless(kind)
    ? []
    : validateObjectMeta(object.metadata, kind.resource.namespaced, rules.name ?? subdomainName);
  return [...meta, ...content(kind, rules, object)];
}

export function validateUpdate(kind: AnyResource, object: KubeObject, old: KubeObject): FieldError[] {
  const rules = rulesOf(kind);
  const meta = validateObjectMetaUpdate(object.metadata, old.metadata);
  return [...meta, ...(rules.update ? rules.update(object, old) : content(kind, rules, object))];
}

export function validateStatusUpdate(kind: AnyResource, object: KubeObject, old: KubeObject): FieldError[] {
  const rules = rulesOf(kind);
  return [...validateObjectMetaUpdate(object.metadata, old.metadata), ...(rules.status?.(object, old) ?? [])];
}
