// The entry point of validation. Called by the API server after defaulting and admission.
// Kinds without rules are checked by their definition. Nothing is changed or thrown.

import { atOnce, type Steps } from '../../kit/clock.ts';
import type { AnyResource, KubeObject } from '../meta/v1/resource.ts';
import { ruledAs } from '../meta/v1/resource.ts';
import { decisionsOf, ruledForm } from '../scheme/own-decisions.ts';
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

/** `object` in the form that the rules know. */
const content = (kind: AnyResource, rules: AnyRules, object: KubeObject): FieldError[] =>
  rules.create ? rules.create(object) : validateStructure(ruledAs(kind), object);

/** In steps where it may take long; `rules` are those of the rule book, unless a server has others. */
export function* creationErrors(
  kind: AnyResource,
  object: KubeObject,
  rules: AnyRules = rulesOf(kind),
): Steps<FieldError[]> {
  const ruled = ruledForm(kind, object);
  const meta = nameless(kind)
    ? []
    : validateObjectMeta(
        object.metadata,
        kind.resource.namespaced,
        rules.nameOf?.(ruled) ?? rules.name ?? subdomainName,
      );
  const errors = rules.createInSteps ? yield* rules.createInSteps(ruled) : content(kind, rules, ruled);
  return [...meta, ...errors];
}

export const validateCreate = (kind: AnyResource, object: KubeObject): FieldError[] =>
  atOnce(creationErrors(kind, object));

export function* updateErrors(
  kind: AnyResource,
  object: KubeObject,
  old: KubeObject,
  rules: AnyRules = rulesOf(kind),
): Steps<FieldError[]> {
  const ruled = ruledForm(kind, object);
  const meta = validateObjectMetaUpdate(object.metadata, old.metadata);
  const before = ruledForm(kind, old);
  if (rules.updateInSteps) return [...meta, ...(yield* rules.updateInSteps(ruled, before))];
  return [...meta, ...(rules.update ? rules.update(ruled, before) : content(kind, rules, ruled))];
}

export const validateUpdate = (kind: AnyResource, object: KubeObject, old: KubeObject): FieldError[] =>
  atOnce(updateErrors(kind, object, old));

export function validateStatusUpdate(
  kind: AnyResource,
  object: KubeObject,
  old: KubeObject,
  rules: AnyRules = rulesOf(kind),
): FieldError[] {
  const status = rules.status?.(ruledForm(kind, object), ruledForm(kind, old));
  return [...validateObjectMetaUpdate(object.metadata, old.metadata), ...(status ?? [])];
}
