// Validation of the options of lists and watches. Called by read.ts. Upstream:
// staging/src/k8s.io/apimachinery/pkg/apis/meta/internalversion/validation/validation.go.
import type { FieldError } from '../../api/status/status-error.ts';
import { forbidden, notSupported } from '../../api/validation/field.ts';
import type { ListOptions } from '../registry/resource.ts';

const MATCH = 'resourceVersionMatch';
const INITIAL = 'sendInitialEvents';

const withContinue = () => forbidden(MATCH, 'resourceVersionMatch is forbidden when continue is provided');

export function listErrors(options: ListOptions, query: URLSearchParams): FieldError[] {
  const errors = options.resourceVersionMatch ? matchErrors(options) : [];
  if (query.has(INITIAL)) errors.push(forbidden(INITIAL, 'sendInitialEvents is forbidden for list'));
  return errors;
}

function matchErrors({
  resourceVersionMatch: match,
  resourceVersion,
  continue: token,
}: ListOptions): FieldError[] {
  const errors: FieldError[] = [];
  if (!resourceVersion)
    errors.push(forbidden(MATCH, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
  if (token) errors.push(withContinue());
  if (match !== 'Exact' && match !== 'NotOlderThan')
    errors.push(notSupported(MATCH, match, ['Exact', 'NotOlderThan', '']));
  if (match === 'Exact' && resourceVersion === '0')
    errors.push(forbidden(MATCH, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  return errors;
}

export function watchErrors(query: URLSearchParams): FieldError[] {
  const match = query.get(MATCH) ?? '';
  const initial = query.has(INITIAL);
  const errors: FieldError[] = [];
  if (initial && match !== 'NotOlderThan')
    errors.push(forbidden(MATCH, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'));
  if (!match) return errors;
  if (!initial)
    errors.push(
      forbidden(MATCH, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'),
    );
  if (match !== 'NotOlderThan') errors.push(notSupported(MATCH, match, ['NotOlderThan']));
  if (query.get('continue')) errors.push(withContinue());
  return errors;
}
