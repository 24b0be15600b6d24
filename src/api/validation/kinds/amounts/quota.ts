// Validates ResourceQuotas.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called through rule-book.ts.
import type { ResourceQuota } from '../../../kinds/core/v1/resource-quota.ts';
import { errorsOfItems, type FieldError, immutable, invalid, required } from '../../field.ts';
import type { Rules } from '../../rules.ts';
import { semanticEqual } from '../../semantic.ts';
import { amountErrors } from './amounts.ts';
import { isStandardForQuota, resourceNameErrors } from './resource-names.ts';

type Amounts = Readonly<Record<string, string>>;

const scopes = [
  'BestEffort',
  'CrossNamespacePodAffinity',
  'NotBestEffort',
  'NotTerminating',
  'PriorityClass',
  'Terminating',
  'VolumeAttributesClass',
];

/** Scopes select pods or claims, so only resources of those can be limited. */
function countedIn(scope: string, resource: string): boolean {
  if (!scopes.includes(scope)) return true;
  if (scope === 'BestEffort') return resource === 'pods';
  if (scope === 'VolumeAttributesClass') return /^(persistentvolumeclaims|requests\.storage)$/.test(resource);
  return /^(pods|((requests|limits)\.)?(cpu|memory))$/.test(resource);
}

function hardErrors(amounts: Amounts | undefined, path: string): FieldError[] {
  return errorsOfItems(Object.entries(amounts ?? {}), ([name, text]) => {
    const at = `${path}[${name}]`;
    const errors = resourceNameErrors(name, at);
    if (!name.includes('/') && !isStandardForQuota(name))
      errors.push(invalid(at, name, 'must be a standard resource for quota'));
    return [...errors, ...amountErrors(name, text, at)];
  });
}

type Spec = NonNullable<ResourceQuota['spec']>;
type Requirement = NonNullable<NonNullable<Spec['scopeSelector']>['matchExpressions']>[number];

/** Of the limited resources, those that scopes concern. Found once for all scopes: there may be many of both. */
const scopedNames = ({ hard = {} }: Spec): string[] => Object.keys(hard).filter(isStandardForQuota);

/** For each resource that the scope does not select, an error. */
const uncountedErrors = (
  scope: string,
  names: readonly string[],
  path: string,
  value: unknown,
): FieldError[] =>
  errorsOfItems(names, (name) =>
    countedIn(scope, name) ? [] : [invalid(path, value, 'unsupported scope applied to resource')],
  );

const opposites = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

/** As upstream, the value is that of the scopes, also of a selector. */
const conflicts = (chosen: readonly string[], { scopes: given }: Spec): FieldError[] =>
  opposites.flatMap(([one, other]) =>
    chosen.includes(one) && chosen.includes(other)
      ? [invalid('spec.scopes', given ?? null, 'conflicting scopes')]
      : [],
  );

function scopesErrors(spec: Spec): FieldError[] {
  const given = spec.scopes ?? [];
  const path = 'spec.scopes';
  const names = scopedNames(spec);
  const errors = errorsOfItems(given, (scope) => [
    ...(scopes.includes(scope) ? [] : [invalid(path, given, 'unsupported scope')]),
    ...uncountedErrors(scope, names, path, given),
  ]);
  return [...errors, ...conflicts(given, spec)];
}

const SELECTOR = 'spec.scopeSelector.matchExpressions';
const onlyExist = new Set([
  'BestEffort',
  'NotBestEffort',
  'Terminating',
  'NotTerminating',
  'CrossNamespacePodAffinity',
]);

function scopeErrors(
  { scopeName, operator }: Requirement,
  { scopeSelector }: Spec,
  names: readonly string[],
): FieldError[] {
  return [
    ...(scopes.includes(scopeName) ? [] : [invalid(`${SELECTOR}.scopeName`, scopeName, 'unsupported scope')]),
    ...uncountedErrors(scopeName, names, SELECTOR, scopeSelector),
    ...(onlyExist.has(scopeName) && operator !== 'Exists'
      ? [
          invalid(
            `${SELECTOR}.operator`,
            operator,
            "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
          ),
        ]
      : []),
  ];
}

function operatorErrors({ operator, values = [] }: Requirement): FieldError[] {
  if (operator === 'In' || operator === 'NotIn')
    return values.length > 0
      ? []
      : [
          required(
            `${SELECTOR}.values`,
            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
          ),
        ];
  if (operator === 'Exists' || operator === 'DoesNotExist')
    return values.length === 0
      ? []
      : [
          invalid(
            `${SELECTOR}.values`,
            values,
            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
          ),
        ];
  return [invalid(`${SELECTOR}.operator`, operator, 'not a valid selector operator')];
}

function selectorErrors(spec: Spec): FieldError[] {
  const requirements = spec.scopeSelector?.matchExpressions ?? [];
  const names = scopedNames(spec);
  const errors = errorsOfItems(requirements, (requirement) => [
    ...scopeErrors(requirement, spec, names),
    ...operatorErrors(requirement),
  ]);
  return [
    ...errors,
    ...conflicts(
      requirements.map(({ scopeName }) => scopeName),
      spec,
    ),
  ];
}

const quota = ({ spec = {} }: ResourceQuota): FieldError[] => [
  ...hardErrors(spec.hard, 'spec.hard'),
  ...scopesErrors(spec),
  ...selectorErrors(spec),
];

const scopeSet = ({ spec }: ResourceQuota): string[] => [...new Set(spec?.scopes ?? [])].sort();

export const resourceQuotaRules: Rules<ResourceQuota> = {
  create: quota,
  update: (q, old) => [
    ...quota(q),
    ...(semanticEqual(scopeSet(q), scopeSet(old)) ? [] : [immutable('spec.scopes', q.spec?.scopes ?? null)]),
  ],
  status: ({ status }) => [
    ...hardErrors(status?.hard, 'status.hard'),
    ...hardErrors(status?.used, 'status.used'),
  ],
};
