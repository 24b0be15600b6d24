// Validation of a write's query options: dryRun, fieldManager, fieldValidation. All errors are reported together. Upstream:
// staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go.
import { type FieldError, invalid } from '../../api/status/status-error.ts';
import type { ApiRequest } from '../request.ts';

const KINDS: Readonly<Record<string, string>> = {
  POST: 'CreateOptions',
  PUT: 'UpdateOptions',
  PATCH: 'PatchOptions',
};
const MODES = ['', 'Ignore', 'Strict', 'Warn'];
const MAX_MANAGER_BYTES = 128;

export function checkWriteOptions({ method, query }: ApiRequest): void {
  if (query.size === 0) return;
  const errors = [
    ...dryRunErrors(query.getAll('dryRun')),
    ...managerErrors(query.get('fieldManager') ?? ''),
    ...modeErrors(query.get('fieldValidation') ?? ''),
  ];
  if (errors.length > 0)
    throw invalid({ group: 'meta.k8s.io', kind: KINDS[method] ?? 'CreateOptions' }, '', errors);
}

export function dryRunErrors(values: readonly string[]): FieldError[] {
  return values.every((value) => value === 'All') ? [] : [unsupported('dryRun', values, ['All'])];
}

function managerErrors(manager: string): FieldError[] {
  const field = 'fieldManager';
  const errors: FieldError[] = [];
  if (Buffer.byteLength(manager) > MAX_MANAGER_BYTES)
    errors.push({
      type: 'FieldValueTooLong',
      field,
      message: `Too long: may not be more than ${MAX_MANAGER_BYTES} bytes`,
    });
  const odd = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.exec(manager);
  if (!odd) return errors;
  const code = odd[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  const at = Buffer.byteLength(manager.slice(0, odd.index));
  return [
    ...errors,
    {
      type: 'FieldValueInvalid',
      field,
      message: `Invalid value: ${JSON.stringify(manager)}: invalid character U+${code} (at position ${at})`,
    },
  ];
}

const modeErrors = (mode: string): FieldError[] =>
  MODES.includes(mode) ? [] : [unsupported('fieldValidation', mode, MODES)];

const unsupported = (field: string, value: unknown, supported: readonly string[]): FieldError => ({
  type: 'FieldValueNotSupported',
  field,
  message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${supported.map((one) => JSON.stringify(one)).join(', ')}`,
});
