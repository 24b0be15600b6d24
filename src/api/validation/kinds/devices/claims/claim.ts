// Validates ResourceClaims and ResourceClaimTemplates: requests with different names, constraints and configurations of requests that
// exist; and that nothing of it changes.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import type { Steps } from '../../../../../kit/clock.ts';
import { addAll } from '../../../../../kit/lists.ts';
import type { FeatureGates } from '../../../../features/feature-gates.ts';
import type {
  DeviceClaim,
  DeviceConstraint,
  ResourceClaimSpec,
} from '../../../../kinds/resource/v1/device.ts';
import { MAX_CONFIGURATIONS } from '../../../../kinds/resource/v1/limits.ts';
import type { ResourceClaim } from '../../../../kinds/resource/v1/resource-claim.ts';
import type { ResourceClaimTemplate } from '../../../../kinds/resource/v1/resource-claim-template.ts';
import { type FieldError, immutable, required } from '../../../field.ts';
import { validateAnnotations, validateLabels } from '../../../object-meta.ts';
import type { Rules } from '../../../rules.ts';
import { semanticEqual } from '../../../semantic.ts';
import { configurationErrors } from '../configuration.ts';
import { listErrors } from '../lists.ts';
import { fullyQualifiedErrors } from '../names.ts';
import { statusErrors } from './claim-status.ts';
import { namesOf, referencesErrors } from './request-names.ts';
import { requestsErrors } from './requests.ts';

const MAX_CONSTRAINTS = 32;

const unchanged = (spec: unknown, old: unknown): FieldError[] =>
  semanticEqual(spec, old) ? [] : [immutable('spec', spec)];

export const resourceClaimRules = (gates: FeatureGates): Rules<ResourceClaim> => ({
  createInSteps: ({ spec }) => specErrors('spec', spec, gates),
  update: ({ spec }, old) => unchanged(spec, old.spec),
  status: statusErrors,
});

export function resourceClaimTemplateRules(gates: FeatureGates): Rules<ResourceClaimTemplate> {
  function* errorsOf({ spec }: ResourceClaimTemplate): Steps<FieldError[]> {
    return [
      ...validateLabels(spec?.metadata?.labels, 'spec.metadata.labels'),
      ...validateAnnotations(spec?.metadata?.annotations, 'spec.metadata.annotations'),
      ...(yield* specErrors('spec.spec', spec?.spec, gates)),
    ];
  }
  return {
    createInSteps: errorsOf,
    *updateInSteps(template, old) {
      return [...(yield* errorsOf(template)), ...unchanged(template.spec, old.spec)];
    },
  };
}

function* specErrors(
  path: string,
  spec: ResourceClaimSpec | undefined,
  gates: FeatureGates,
): Steps<FieldError[]> {
  const { requests = [], constraints, config }: Partial<DeviceClaim> = spec?.devices ?? {};
  const at = `${path}.devices`;
  const names = namesOf(requests);
  const errors = yield* requestsErrors(`${at}.requests`, requests, gates);
  addAll(
    errors,
    listErrors(`${at}.constraints`, constraints, MAX_CONSTRAINTS, (where, constraint) =>
      constraintErrors(where, constraint, names, gates),
    ),
    listErrors(`${at}.config`, config, MAX_CONFIGURATIONS, (where, one) => [
      ...referencesErrors(`${where}.requests`, one.requests, names),
      ...configurationErrors(where, one),
    ]),
  );
  return errors;
}

function constraintErrors(
  path: string,
  constraint: DeviceConstraint,
  names: ReadonlySet<string>,
  gates: FeatureGates,
): FieldError[] {
  const { requests, matchAttribute, distinctAttribute } = constraint;
  const errors = referencesErrors(`${path}.requests`, requests, names);
  if (matchAttribute !== undefined)
    return [...errors, ...fullyQualifiedErrors(`${path}.matchAttribute`, matchAttribute)];
  if (distinctAttribute !== undefined)
    return [...errors, ...fullyQualifiedErrors(`${path}.distinctAttribute`, distinctAttribute)];
  if (!gates.enabled('DRAConsumableCapacity')) return [...errors, required(`${path}.matchAttribute`)];
  // Upstream's words, also where none is set.
  const why =
    'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set';
  return [...errors, required(path, why)];
}
