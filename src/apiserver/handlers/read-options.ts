// Validation of the options of lists and watches. Called by read.ts. Upstream:
// staging/src/k8s.io/apimachinery/pkg/apis/meta/internalversion/validation/validation.go.
import type { FieldError } from '../../api/status/status-error.ts';
import type { ListOptions } from '../registry/resource.ts';

const MATCH = 'resourceVersionMatch';

const forbidden = (field: string, why: string): FieldError => ({
  type: 'FieldValueForbidden',
  field,
  message: `Forbidden: ${why}`,
});

export function listErrors(options: ListOptions, query: URLSearchParams): FieldError[] {
  const match = options.resourceVersionMatch;
  const errors: FieldError[] = [];
  if (query.has('sendInitialEvents'))
    errors.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  if (!match) return errors;
  if (!options.resourceVersion)
    errors.push(forbidden(MATCH, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
  if (options.continue)
    errors.push(forbidden(MATCH, 'resourceVersionMatch is forbidden when continue is provided'));
  if (match !== 'Exact' && match !== 'NotOlderThan')
    errors.push({
      type: 'FieldValueNotSupported',
      field: MATCH,
      message: `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan"`,
    });
  if (match === 'Exact' && options.resourceVersion === '0')
    errors.push(forbidden(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  return errors;
}

export function watchErrors(query: URLSearchParams): FieldError[] {
  const match = query.get(MATCH) ?? '';
  const initial = query.has('sendInitialEvents');
  if (match && !initial)
    return [
      forbidden(MATCH, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'),
    ];
  if (initial && match !== 'NotOlderThan')
    return [forbidden(MATCH, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')];
  return [];
}
