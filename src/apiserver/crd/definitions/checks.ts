// What a CustomResourceDefinition may not be, beyond the form of its fields: a replacement for a built-in kind, or one with a
// schema that is wrong or too large. Called by strategy.ts, once the patterns are loaded.
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionVersion,
} from '../../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { jsonEqual } from '../../../api/patch/json.ts';
import { builtInKinds } from '../../../api/scheme/kinds.ts';
import type { FieldError } from '../../../api/status/status-error.ts';
import { placesOf } from '../../../api/validation/kinds/custom-resources/versions.ts';
import type { Steps } from '../../../kit/clock.ts';
import { leniencyOf } from './leniency.ts';
import { STRICT } from './list-checks.ts';
import { Report } from './report.ts';
import { checkSchema } from './schema-checks.ts';
import { checkSelectable } from './selectable.ts';

/** Whether a group and resource, in any version, or a group and kind are built in. */
export function isBuiltIn({ spec }: CustomResourceDefinition): boolean {
  return builtInKinds.some(
    ({ resource: { group, plural, kind } }) =>
      group === spec.group && (plural === spec.names.plural || kind === spec.names.kind),
  );
}

/** In steps: a definition may have tens of thousands of schemas. */
export function* definitionErrors(
  definition: CustomResourceDefinition,
  old?: CustomResourceDefinition,
): Steps<FieldError[]> {
  // What was stored by an earlier version may stay.
  if (old && jsonEqual(old.spec, definition.spec)) return [];
  const { spec } = definition;
  const report = new Report();
  if (isBuiltIn(definition))
    report.invalid(
      'spec.names',
      `${spec.names.plural}.${spec.group}`,
      'is a built-in resource, which cannot be redefined',
    );
  yield* checkVersions(definition, old, report);
  return report.errors;
}

/** A schema that has not changed, or that another version has as well, is not checked again. */
function* checkVersions(
  { spec }: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
  report: Report,
): Steps<void> {
  const leniency = old ? leniencyOf(old) : STRICT;
  const versions = spec.versions ?? [];
  const before = (name: string) => old?.spec.versions?.find((version) => version.name === name);
  const checked: CustomResourceDefinitionVersion[] = [];
  for (const { version, path, common } of placesOf(versions, 'schema')) {
    const given = version.schema?.openAPIV3Schema;
    if (given === undefined) continue;
    const hasStatus = common ? versions.some(statusOf) : statusOf(version);
    const former = before(version.name);
    const known = [...(former ? [former] : []), ...(report.clean ? checked : [])];
    const isSame = known.some(
      (other) => hasStatus === statusOf(other) && jsonEqual(given, other.schema?.openAPIV3Schema),
    );
    if (!isSame) yield* checkSchema(given, hasStatus, `${path}.openAPIV3Schema`, report, leniency);
    if (!common) checked.push(version);
  }
  if (!report.clean) return;
  for (const { version, path } of placesOf(versions, 'selectableFields'))
    checkSelectable(version, before(version.name), path, report);
}

const statusOf = ({ subresources }: CustomResourceDefinitionVersion): boolean =>
  subresources?.status !== undefined;
