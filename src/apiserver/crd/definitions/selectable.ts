// The selectable fields of a version: paths of scalars in its schema. Called by checks.ts.
import type { CustomResourceDefinitionVersion } from '../../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { jsonEqual } from '../../../api/patch/json.ts';
import type { JsonSchema } from '../../../api/schema/json-schema.ts';
import { findField } from '../field-path.ts';
import type { Report } from './report.ts';

const MOST_FIELDS = 8;
const SCALARS = new Set(['string', 'boolean', 'integer']);

export function checkSelectable(
  { schema: validation, selectableFields = [] }: CustomResourceDefinitionVersion,
  before: CustomResourceDefinitionVersion | undefined,
  path: string,
  report: Report,
): void {
  const schema = (validation?.openAPIV3Schema ?? {}) as JsonSchema;
  const paths = new Set<string>();
  for (const [i, { jsonPath }] of selectableFields.entries()) {
    const at = `${path}[${i}].jsonPath`;
    if (!jsonPath) {
      report.required(at);
      continue;
    }
    const found = findField(jsonPath, schema, false);
    if ('error' in found) {
      report.invalid(at, jsonPath, `is an invalid path: ${found.error}`);
      continue;
    }
    if (found.keys[0] === 'metadata') report.invalid(at, jsonPath, 'must not point to fields in metadata');
    if (!SCALARS.has(found.schema?.type ?? ''))
      report.invalid(
        at,
        jsonPath,
        'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
      );
    if (paths.has(found.path)) report.duplicate(at, jsonPath);
    paths.add(found.path);
  }
  const kept = jsonEqual(selectableFields, before?.selectableFields);
  if (paths.size > MOST_FIELDS && !kept) report.tooMany(path, paths.size, MOST_FIELDS);
}
