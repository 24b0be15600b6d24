// Validates matchLabelKeys and mismatchLabelKeys, of affinity terms and of topology spread constraints. In a pod, the API server
// has merged the keys into the selector before (api/pods/label-keys.ts), so that a key may stand there once; in a template, it has not.
import type { LabelSelector } from '../../../meta/v1/label-selector.ts';
import { checkItems, errorsOfItems, type FieldError, forbidden, invalid } from '../../field.ts';
import { validateLabelName } from '../../labels.ts';

interface LabelKeys {
  readonly labelSelector?: LabelSelector;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

export function validateLabelKeys(owner: LabelKeys, path: string): FieldError[] {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = owner;
  const errors = [
    ...namesErrors(matchLabelKeys, labelSelector, `${path}.matchLabelKeys`),
    ...namesErrors(mismatchLabelKeys, labelSelector, `${path}.mismatchLabelKeys`),
    ...repeatedInSelector(matchLabelKeys, labelSelector, path),
  ];
  const mismatched = new Set(mismatchLabelKeys);
  checkItems(errors, matchLabelKeys, (key, i) => {
    if (mismatched.has(key))
      errors.push(
        invalid(`${path}.matchLabelKeys[${i}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys'),
      );
  });
  return errors;
}

function namesErrors(
  keys: readonly string[],
  selector: LabelSelector | undefined,
  path: string,
): FieldError[] {
  if (keys.length === 0) return [];
  if (!selector) return [forbidden(path, 'must not be specified when labelSelector is not set')];
  return errorsOfItems(keys, (key, i) => validateLabelName(key, `${path}[${i}]`));
}

/** As upstream, the error names the owner and the number of the key, without the field. */
function repeatedInSelector(
  keys: readonly string[],
  selector: LabelSelector | undefined,
  path: string,
): FieldError[] {
  const places = new Map(keys.map((key, i) => [key, i]));
  const seen = new Set(Object.keys(selector?.matchLabels ?? {}));
  const errors: FieldError[] = [];
  checkItems(errors, selector?.matchExpressions, ({ key }) => {
    const place = places.get(key);
    if (place !== undefined && seen.has(key))
      errors.push(invalid(`${path}[${place}]`, key, 'exists in both matchLabelKeys and labelSelector'));
    seen.add(key);
  });
  return errors;
}
