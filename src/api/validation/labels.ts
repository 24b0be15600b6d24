// Validates label selectors in objects, label keys, and templates that must match a selector.
import { addAll } from '../../kit/lists.ts';
import type { LabelSelector, LabelSelectorRequirement } from '../meta/v1/label-selector.ts';
import { labelSelectorOf } from '../selectors/label-selector.ts';
import {
  checkItems,
  complaints,
  errorsOfItems,
  type FieldError,
  forbidden,
  invalid,
  required,
} from './field.ts';
import { isLabelValue, isQualifiedName } from './names.ts';
import { validateLabels } from './object-meta.ts';

export const validateLabelName = (key = '', path = ''): FieldError[] =>
  complaints(path, key, isQualifiedName(key));

export function validateLabelSelector(selector: LabelSelector | undefined, path: string): FieldError[] {
  const errors = validateLabels(selector?.matchLabels, `${path}.matchLabels`);
  checkItems(errors, selector?.matchExpressions, (requirement, i) => {
    addAll(errors, validateLabelRequirement(requirement, `${path}.matchExpressions[${i}]`));
  });
  return errors;
}

/** Reviews of access allow unknown operators, which newer clients may send. */
export function validateLabelRequirement(
  requirement: LabelSelectorRequirement,
  path: string,
  allowUnknownOperator = false,
): FieldError[] {
  const { key, values = [] } = requirement;
  return [
    ...operatorErrors(requirement, path, allowUnknownOperator),
    ...validateLabelName(key, `${path}.key`),
    ...errorsOfItems(values, (value, v) => complaints(`${path}.values[${v}]`, value, isLabelValue(value))),
  ];
}

/** Of label and field selectors. */
export function operatorErrors(
  { operator, values = [] }: Pick<LabelSelectorRequirement, 'operator' | 'values'>,
  path: string,
  allowUnknownOperator: boolean,
): FieldError[] {
  if (operator === 'In' || operator === 'NotIn')
    return values.length > 0
      ? []
      : [required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'")];
  if (operator === 'Exists' || operator === 'DoesNotExist')
    return values.length === 0
      ? []
      : [forbidden(`${path}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")];
  return allowUnknownOperator ? [] : [invalid(`${path}.operator`, operator, 'not a valid selector operator')];
}

/** The selector of a workload is required, and must be valid and not empty. */
export function validateWorkloadSelector(
  selector: LabelSelector | undefined,
  path: string,
  workload: string,
): FieldError[] {
  if (!selector) return [required(path)];
  const errors = validateLabelSelector(selector, path);
  const size = Object.keys(selector.matchLabels ?? {}).length + (selector.matchExpressions?.length ?? 0);
  if (size === 0) errors.push(invalid(path, selector, `empty selector is invalid for ${workload}`));
  return errors;
}

const mismatch = '`selector` does not match template `labels`';

/** The selector must be valid. */
export function validateTemplateLabels(
  selector: LabelSelector,
  labels: Record<string, string> | undefined,
  path: string,
): FieldError[] {
  const compiled = labelSelectorOf(selector);
  if (compiled.empty || compiled.matches(labels)) return [];
  return [invalid(`${path}.metadata.labels`, labels ?? null, mismatch)];
}

export function validateTemplateLabelMap(
  selector: Readonly<Record<string, string>>,
  labels: Record<string, string> | undefined,
  path: string,
): FieldError[] {
  const matches = Object.entries(selector).every(([key, value]) => labels?.[key] === value);
  return matches ? [] : [invalid(`${path}.metadata.labels`, labels ?? null, mismatch)];
}
