// Validates label selectors in objects, label keys, and templates that must match a selector.
import type { LabelSelector } from '../meta/v1/label-selector.ts';
import { labelSelectorOf } from '../selectors/label-selector.ts';
import { complaints, type FieldError, forbidden, invalid, required } from './field.ts';
import { isLabelValue, isQualifiedName } from './names.ts';
import { validateLabels } from './object-meta.ts';

export const validateLabelName = (key = '', path = ''): FieldError[] =>
  complaints(path, key, isQualifiedName(key));

export function validateLabelSelector(selector: LabelSelector | undefined, path: string): FieldError[] {
  const errors = validateLabels(selector?.matchLabels, `${path}.matchLabels`);
  selector?.matchExpressions?.forEach(({ key, operator, values = [] }, i) => {
    const at = `${path}.matchExpressions[${i}]`;
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0)
        errors.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0)
        errors.push(
          forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"),
        );
    } else errors.push(invalid(`${at}.operator`, operator, 'not a valid selector operator'));
    errors.push(...validateLabelName(key, `${at}.key`));
    values.forEach((value, v) => {
      errors.push(...complaints(`${at}.values[${v}]`, value, isLabelValue(value)));
    });
  });
  return errors;
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
