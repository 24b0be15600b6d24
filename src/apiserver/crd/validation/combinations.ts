// anyOf, oneOf, allOf and not. What none of the alternatives accepts is told with the errors of the alternative that came
// furthest. Called by validate.ts. Upstream: kube-openapi/pkg/validation/validate/schema_props.go.
import type { JsonSchema } from '../../../api/schema/json-schema.ts';
import type { Steps } from '../../../kit/clock.ts';
import { error, type Report } from './errors.ts';
import { MOST_ERRORS, type ValidationRun } from './validation-run.ts';

/** Holds the value against one part, and gives how much of it was looked at. */
type CheckPart = (part: JsonSchema, report: Report) => Steps<number>;

/** The errors of one part. */
class Outcome {
  readonly #errors: readonly Parameters<Report>[0][];
  readonly matches: number;

  private constructor(errors: readonly Parameters<Report>[0][], matches: number) {
    this.#errors = errors;
    this.matches = matches;
  }

  static *of(part: JsonSchema, check: CheckPart): Steps<Outcome> {
    const errors: Parameters<Report>[0][] = [];
    const matches = yield* check(part, (of) => {
      if (errors.length < MOST_ERRORS) errors.push(of);
    });
    return new Outcome(errors, matches);
  }

  get fits(): boolean {
    return this.#errors.length === 0;
  }

  tell(report: Report, run: ValidationRun): void {
    run.spend(this.#errors.length);
    for (const of of this.#errors) report(of);
  }
}

export function* checkCombinations(
  schema: JsonSchema,
  path: string,
  report: Report,
  run: ValidationRun,
  check: CheckPart,
): Steps<number> {
  const { anyOf, oneOf, allOf, not } = schema;
  let matches = 0;
  if (anyOf) matches += yield* checkAnyOf(anyOf, path, report, run, check);
  if (oneOf) matches += yield* checkOneOf(oneOf, path, report, run, check);
  if (allOf) matches += yield* checkAllOf(allOf, path, report, run, check);
  if (not && (yield* Outcome.of(not, check)).fits) report(broken(path, 'must not validate the schema (not)'));
  return matches;
}

type Checker = (
  parts: readonly JsonSchema[],
  path: string,
  report: Report,
  run: ValidationRun,
  check: CheckPart,
) => Steps<number>;

const checkAnyOf: Checker = function* (parts, path, report, run, check) {
  let best: Outcome | undefined;
  for (const part of parts) {
    const outcome = yield* Outcome.of(part, check);
    if (outcome.fits) return outcome.matches;
    if (!best || outcome.matches > best.matches) best = outcome;
  }
  report(broken(path, 'must validate at least one schema (anyOf)'));
  best?.tell(report, run);
  return best?.matches ?? 0;
};

const checkOneOf: Checker = function* (parts, path, report, run, check) {
  let best: Outcome | undefined;
  const fitting: Outcome[] = [];
  for (const part of parts) {
    const outcome = yield* Outcome.of(part, check);
    if (outcome.fits) fitting.push(outcome);
    else if (!best || outcome.matches > best.matches) best = outcome;
  }
  if (fitting.length === 1) return fitting[0]!.matches;
  const found = fitting.length === 0 ? 'Found none valid' : `Found ${fitting.length} valid alternatives`;
  report(broken(path, `must validate one and only one schema (oneOf). ${found}`));
  if (fitting.length > 0) return 0;
  best?.tell(report, run);
  return best?.matches ?? 0;
};

const checkAllOf: Checker = function* (parts, path, report, run, check) {
  const outcomes: Outcome[] = [];
  for (const part of parts) outcomes.push(yield* Outcome.of(part, check));
  for (const outcome of outcomes) outcome.tell(report, run);
  const fitting = outcomes.filter(({ fits }) => fits).length;
  if (fitting < outcomes.length)
    report(broken(path, `must validate all the schemas (allOf)${fitting === 0 ? '. None validated' : ''}`));
  return outcomes.reduce((sum, { matches }) => sum + matches, 0);
};

/** Such an error has no field: the path stands in the message. */
const broken = (path: string, rule: string) => () =>
  error('FieldValueInvalid', '', `Invalid value: "": ${JSON.stringify(path)} ${rule}`);
