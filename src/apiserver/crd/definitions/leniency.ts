// What upstream did not check in former versions, and a stored definition may therefore have: an update need not mend it.
// Called by checks.ts.
import type { CustomResourceDefinition } from '../../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { isObject } from '../../../api/patch/json.ts';
import type { JsonSchema } from '../../../api/schema/json-schema.ts';
import { hasUnknown } from './default-checks.ts';
import { hasGranularSet, type Leniency, presenceProblems } from './list-checks.ts';
import type { RawSchema } from './raw-schema.ts';

export function leniencyOf({ spec }: CustomResourceDefinition): Leniency {
  const schemas = (spec.versions ?? []).map(({ schema }) => schema?.openAPIV3Schema);
  const some = (has: (schema: RawSchema) => boolean) => schemas.some((schema) => within(schema, has));
  return {
    unprunedDefaults: some(
      (schema) => schema.default !== undefined && hasUnknown(schema.default, schema as JsonSchema),
    ),
    setsOfMaps: some(hasGranularSet),
    looseListKeys: some(
      (schema) => presenceProblems(schema, schema['x-kubernetes-list-map-keys'] ?? []).length > 0,
    ),
  };
}

function within(schema: unknown, has: (schema: RawSchema) => boolean): boolean {
  if (!isObject(schema)) return false;
  if (has(schema as RawSchema)) return true;
  const { properties, items, additionalProperties } = schema;
  const parts = [...(isObject(properties) ? Object.values(properties) : []), items, additionalProperties];
  return parts.some((part) => within(part, has));
}
