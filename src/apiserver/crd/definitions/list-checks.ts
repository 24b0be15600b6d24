// x-kubernetes-list-type, x-kubernetes-list-map-keys and x-kubernetes-map-type of schemas: the elements of a map must be objects
// with scalar keys that are always present, those of a set must be compared as a whole. Called by schema-checks.ts.
import type { JsonSchema } from '../../../api/schema/json-schema.ts';
import { own } from '../../../kit/own.ts';
import type { RawSchema } from './raw-schema.ts';
import type { Report } from './report.ts';

/** What an update may keep because the stored definition has it already. */
export interface Leniency {
  readonly unprunedDefaults: boolean;
  readonly setsOfMaps: boolean;
  readonly looseListKeys: boolean;
}

export const STRICT: Leniency = { unprunedDefaults: false, setsOfMaps: false, looseListKeys: false };

export function checkMapType(schema: RawSchema, path: string, report: Report): void {
  const mapType = schema['x-kubernetes-map-type'];
  if (mapType === undefined) return;
  typeMustBe('object', 'x-kubernetes-map-type', schema, path, report);
  if (mapType !== 'atomic' && mapType !== 'granular')
    report.notSupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']);
}

function typeMustBe(wanted: string, key: string, { type }: RawSchema, path: string, report: Report): boolean {
  if (type === wanted) return true;
  const why = `must be ${wanted} if ${key} is specified`;
  if (type) report.invalid(`${path}.type`, type, why);
  else report.required(`${path}.type`, why);
  return false;
}

export function checkListType(schema: RawSchema, path: string, report: Report, leniency: Leniency): void {
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const at = `${path}.x-kubernetes-list-type`;
  if (listType !== undefined) {
    const isList = typeMustBe('array', 'x-kubernetes-list-type', schema, path, report);
    if (isList && listType === 'set' && !leniency.setsOfMaps) checkSet(schema, path, report);
    if (!['atomic', 'set', 'map'].includes(listType))
      report.notSupported(at, listType, ['atomic', 'set', 'map']);
  }
  if (keys.length > 0 && listType !== 'map') {
    const why = 'must be map if x-kubernetes-list-map-keys is non-empty';
    if (listType === undefined) report.required(at, why);
    else report.invalid(at, listType, why);
  }
  if (listType === 'map') checkKeys(schema, keys, path, report);
  if (!leniency.looseListKeys) checkPresence(schema, keys, path, report);
}

const single = ({ items }: RawSchema): JsonSchema | undefined =>
  items && !Array.isArray(items) ? (items as JsonSchema) : undefined;

/** Whether elements of a set could be merged, so that they would not be compared as a whole. */
export function hasGranularSet(schema: RawSchema): boolean {
  const items = single(schema);
  if (schema['x-kubernetes-list-type'] !== 'set' || !items) return false;
  if (items.type === 'array') return (items['x-kubernetes-list-type'] ?? 'atomic') !== 'atomic';
  return items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic';
}

function checkSet(schema: RawSchema, path: string, report: Report): void {
  if (!hasGranularSet(schema)) return;
  const items = single(schema)!;
  const key = items.type === 'array' ? 'x-kubernetes-list-type' : 'x-kubernetes-map-type';
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  report.invalid(`${path}.items.${key}`, items['x-kubernetes-list-type'] ?? null, why);
}

function checkKeys(schema: RawSchema, keys: readonly string[], path: string, report: Report): void {
  const at = `${path}.x-kubernetes-list-map-keys`;
  if (keys.length === 0) report.required(at, 'must not be empty if x-kubernetes-list-type is map');
  const items = single(schema);
  const seen = new Set<string>();
  if (!schema.items) report.required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map');
  else if (!items)
    report.invalid(
      `${path}.items`,
      schema.items,
      'must only have a single schema if x-kubernetes-list-type is map',
    );
  else if (items.type !== 'object')
    report.invalid(
      `${path}.items.type`,
      items.type ?? '',
      "must be object if parent array's x-kubernetes-list-type is map",
    );
  else
    for (const key of keys) {
      const property = items.properties && own(items.properties, key);
      if (!property) report.invalid(at, keys, 'entries must all be names of item properties');
      else if (property.type === 'array' || property.type === 'object')
        report.invalid(
          `${path}.items.properties[${key}].type`,
          items.type,
          "must be a scalar type if parent array's x-kubernetes-list-type is map",
        );
      if (seen.has(key)) report.invalid(at, keys, 'must not contain duplicate entries');
      seen.add(key);
    }
}

function checkPresence(schema: RawSchema, keys: readonly string[], path: string, report: Report): void {
  for (const [step, problem, why] of presenceProblems(schema, keys))
    report[problem](`${path}.items${step}`, why);
}

type Problem = readonly [step: string, problem: 'required' | 'forbidden', why: string];

/** Elements and their keys must not be null, and keys never be absent. */
export function presenceProblems(schema: RawSchema, keys: readonly string[]): Problem[] {
  const listType = schema['x-kubernetes-list-type'];
  const items = single(schema);
  if (!items || (listType !== 'set' && listType !== 'map')) return [];
  const problems: Problem[] = [];
  if (items.nullable)
    problems.push([
      '.nullable',
      'forbidden',
      `cannot be nullable when x-kubernetes-list-type is ${listType}`,
    ]);
  if (listType === 'set') return problems;
  const what = 'this property is in x-kubernetes-list-map-keys, so it';
  for (const key of keys) {
    const property = items.properties && own(items.properties, key);
    if (!property) continue;
    if (!items.required?.includes(key) && property.default === undefined)
      problems.push([
        `.properties[${key}].default`,
        'required',
        `${what} must have a default or be a required property`,
      ]);
    if (property.nullable)
      problems.push([`.properties[${key}].nullable`, 'forbidden', `${what} cannot be nullable`]);
  }
  return problems;
}
