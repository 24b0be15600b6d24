// Validates an object against the schema of its custom kind, with upstream's paths and messages (kube-openapi/pkg/validation).
// An update may leave invalid what was invalid before: where the old value is equal, nothing is checked (ratcheting).
// In steps: a pattern that is not kept any more is compiled again, which may take twenty milliseconds, and there may be many.
// Called by the strategy of custom kinds on create and update, and for the defaults in schemas.
import { jsonEqual } from '../../../api/patch/json.ts';
import type { JsonSchema } from '../../../api/schema/json-schema.ts';
import type { FieldError } from '../../../api/status/status-error.ts';
import type { Steps } from '../../../kit/clock.ts';
import { own } from '../../../kit/own.ts';
import { checkCombinations } from './combinations.ts';
import { type Old, oldElements, oldMember } from './correlation.ts';
import { embeddedErrors } from './embedded.ts';
import { bad, error, type Report, shown } from './errors.ts';
import { listErrors } from './list-types.ts';
import { checkNumber, checkText } from './scalars.ts';
import { checkType } from './types.ts';
import { ValidationRun, WorkExceeded } from './validation-run.ts';

type Json = Record<string, unknown>;

/** `old` is the object before an update. */
export function* validateCustom(schema: JsonSchema, object: object, old?: object): Steps<FieldError[]> {
  return [
    ...(yield* validateValue(schema, object, '', old && { value: old })),
    ...embeddedErrors(object, schema),
    ...uniqueErrors(schema, object, old),
  ];
}

/** A write through /status: only that part of the object is held against its schema. */
export function* validateStatus(schema: JsonSchema, object: Json, old: Json): Steps<FieldError[]> {
  const part = schema.properties && own(schema.properties, 'status');
  const status = part && object.status !== undefined;
  return [
    ...(status ? yield* validateValue(part, object.status, 'status', { value: old.status }) : []),
    ...uniqueErrors(schema, object, old),
  ];
}

/** Lists that were not unique before the update need not be so afterwards. */
function uniqueErrors(schema: JsonSchema, object: object, old: object | undefined): FieldError[] {
  const errors = listErrors(schema, object);
  return errors.length > 0 && old && listErrors(schema, old).length > 0 ? [] : errors;
}

/** `prefix` is the path of the value. */
export function* validateValue(
  schema: JsonSchema,
  value: unknown,
  prefix: string,
  old?: Old,
): Steps<FieldError[]> {
  const errors = yield* run(schema, value, prefix, undefined);
  // Only an invalid object is compared with the old one.
  return errors.length > 0 && old ? yield* run(schema, value, prefix, old) : errors;
}

function* run(schema: JsonSchema, value: unknown, prefix: string, old: Old): Steps<FieldError[]> {
  const validation = new ValidationRun(prefix);
  try {
    yield* check(schema, value, '', (of) => validation.add(of(validation)), validation, old);
  } catch (failure) {
    if (!(failure instanceof WorkExceeded)) throw failure;
    validation.add(exceeded);
  }
  return validation.errors;
}

const exceeded = error(
  'FieldValueInvalid',
  '',
  'validation failed due to running out of cost budget, no further validation rules will be run',
);

/** Gives how much of the schema was looked at, which decides whose errors a combination tells (Result.MatchCount upstream). */
function* check(
  schema: JsonSchema,
  value: unknown,
  path: string,
  report: Report,
  run: ValidationRun,
  old: Old,
): Steps<number> {
  run.spend(1);
  if (old && jsonEqual(old.value, value)) return 0;
  return yield* checkPart(schema, value, path, report, run, old);
}

/** A part of a combination is checked where the whole is: that the value has changed is known. */
function* checkPart(
  schema: JsonSchema,
  value: unknown,
  path: string,
  report: Report,
  run: ValidationRun,
  old: Old,
): Steps<number> {
  run.spend(1);
  if (value === null && schema.nullable) return 1;
  const typed = checkType(schema, value, path, report);
  if (value === null) {
    checkEnum(schema, value, path, report, run);
    return typed;
  }
  const part = (of: JsonSchema, to: Report) => checkPart(of, value, path, to, run, old);
  let matches = 5 + typed + (yield* checkCombinations(schema, path, report, run, part));
  if (typeof value === 'string') {
    matches += checkText(schema, value, path, report, run);
    if (schema.pattern) yield;
  } else if (typeof value === 'number' || typeof value === 'bigint')
    matches += checkNumber(schema, value, path, report);
  else if (Array.isArray(value)) matches += yield* checkList(schema, value, path, report, run, old);
  checkEnum(schema, value, path, report, run);
  if (typeof value === 'object' && !Array.isArray(value))
    matches += yield* checkObject(schema, value as Json, path, report, run, old);
  return matches;
}

function checkEnum(
  schema: JsonSchema,
  value: unknown,
  path: string,
  report: Report,
  run: ValidationRun,
): void {
  const { enum: allowed } = schema;
  if (!allowed) return;
  run.spend(allowed.length);
  if (allowed.includes(value)) return;
  if (typeof value === 'object' && value !== null) {
    const text = shown(value, run);
    if (allowed.some((one) => typeof one === 'object' && shown(one, run) === text)) return;
  }
  report(() => {
    const supported = allowed.map((one) => shown(one, run)).join(', ');
    return error(
      'FieldValueNotSupported',
      path,
      `Unsupported value: ${shown(value, run)}: supported values: ${supported}`,
    );
  });
}

function* checkList(
  schema: JsonSchema,
  value: readonly unknown[],
  path: string,
  report: Report,
  run: ValidationRun,
  old: Old,
): Steps<number> {
  const { minItems, maxItems, items } = schema;
  run.spend(value.length);
  if (maxItems !== undefined && value.length > maxItems)
    report(() =>
      error('FieldValueTooMany', path, `Too many: ${value.length}: must have at most ${maxItems} items`),
    );
  if (minItems !== undefined && value.length < minItems)
    report(bad(path, value.length, `should have at least ${minItems} items`));
  const before = oldElements(schema, old);
  let matches = 2;
  if (items)
    for (const [i, item] of value.entries())
      matches += yield* check(items, item, `${path}[${i}]`, report, run, before(item));
  return matches;
}

function* checkObject(
  schema: JsonSchema,
  value: Json,
  path: string,
  report: Report,
  run: ValidationRun,
  old: Old,
): Steps<number> {
  const { required = [], properties = {}, additionalProperties, minProperties, maxProperties } = schema;
  const at = (key: string) => (path ? `${path}.${key}` : key);
  const count = Object.keys(value).length;
  run.spend(required.length + count);
  for (const key of required)
    if (
      (own(value, key) ?? undefined) === undefined &&
      !(own(value, key) === null && own(properties, key)?.nullable)
    )
      report(() => error('FieldValueRequired', at(key), 'Required value'));
  if (maxProperties !== undefined && count > maxProperties)
    report(() =>
      error('FieldValueTooMany', path, `Too many: ${count}: must have at most ${maxProperties} items`),
    );
  if (minProperties !== undefined && count < minProperties)
    report(bad(path, count, `should have at least ${minProperties} properties`));
  let matches = 1;
  for (const [key, entry] of Object.entries(value)) {
    const property = own(properties, key);
    const other = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    if (property ?? other)
      matches += yield* check((property ?? other)!, entry, at(key), report, run, oldMember(old, key));
    else if (additionalProperties === false && Object.keys(properties).length === 0)
      report(bad(at(key), entry, 'is a forbidden property'));
  }
  yield;
  return matches;
}
