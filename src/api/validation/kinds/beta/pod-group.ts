// Validates Workloads and PodGroups: names, one policy each, and nothing that changes later.
// Paths and messages follow the declarative rules in k8s.io/api/scheduling/v1alpha2, and pkg/apis/scheduling/validation.
import { addAll } from '../../../../kit/lists.ts';
import type { PodGroup, PodGroupSpec } from '../../../kinds/scheduling/v1alpha2/pod-group.ts';
import type {
  PodGroupResourceClaim,
  PodGroupTemplate,
} from '../../../kinds/scheduling/v1alpha2/pod-group-template.ts';
import type { Workload } from '../../../kinds/scheduling/v1alpha2/workload.ts';
import {
  checkItems,
  complaints,
  duplicate,
  type FieldError,
  immutable,
  invalid,
  notSupported,
  required,
  tooMany,
} from '../../field.ts';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName, pathSegmentName } from '../../names.ts';
import type { Rules } from '../../rules.ts';
import { semanticEqual } from '../../semantic.ts';
import { conditionsErrors } from './conditions.ts';

const MAX_TEMPLATES = 8;
const MAX_CLAIMS = 4;
const MAX_TOPOLOGIES = 1;
const HIGHEST_PRIORITY = 1_000_000_000;
const MODES = ['Pod', 'PodGroup'];

type Common = Omit<PodGroupTemplate, 'name'>;

export const podGroupRules: Rules<PodGroup> = {
  create: ({ spec }) => groupErrors(spec),
  update({ spec }, old) {
    const errors: FieldError[] = [];
    for (const field of Object.keys({ ...old.spec, ...spec }) as (keyof PodGroupSpec)[])
      if (!semanticEqual(spec[field], old.spec[field])) errors.push(immutable(`spec.${field}`, null));
    return errors;
  },
  status({ spec, status = {} }, old) {
    const errors = conditionsErrors('status.conditions', status.conditions);
    const path = 'status.resourceClaimStatuses';
    const statuses = status.resourceClaimStatuses ?? [];
    const names = new Set(spec.resourceClaims?.map(({ name }) => name));
    checkItems(errors, statuses, ({ name }, i) => {
      if (!names.has(name))
        errors.push(
          invalid(`${path}[${i}].name`, name, 'must match the name of an entry in `spec.resourceClaims`'),
        );
    });
    if (semanticEqual(statuses, old.status?.resourceClaimStatuses)) return errors;
    if (statuses.length > MAX_CLAIMS) return [...errors, tooMany(path, statuses.length, MAX_CLAIMS)];
    addAll(errors, repeatedNames(path, statuses));
    checkItems(errors, statuses, ({ resourceClaimName }, i) => {
      addAll(errors, optional(`${path}[${i}].resourceClaimName`, resourceClaimName, isDNS1123Subdomain));
    });
    return errors;
  },
};

export const workloadRules: Rules<Workload> = {
  create: ({ spec }) => [
    ...controllerErrors(spec.controllerRef),
    ...templatesErrors('spec.podGroupTemplates', spec.podGroupTemplates),
  ],
  update({ spec }, old) {
    const errors: FieldError[] = [];
    for (const field of ['controllerRef', 'podGroupTemplates'] as const)
      if (!semanticEqual(spec[field], old.spec[field])) errors.push(immutable(`spec.${field}`, null));
    return errors;
  },
};

function controllerErrors(ref: Workload['spec']['controllerRef']): FieldError[] {
  if (!ref) return [];
  const path = 'spec.controllerRef';
  return [
    ...(ref.apiGroup ? complaints(`${path}.apiGroup`, ref.apiGroup, isDNS1123Subdomain(ref.apiGroup)) : []),
    ...named(`${path}.kind`, ref.kind, pathSegmentName),
    ...named(`${path}.name`, ref.name, pathSegmentName),
  ];
}

function templatesErrors(path: string, templates: readonly PodGroupTemplate[] = []): FieldError[] {
  if (templates.length > MAX_TEMPLATES) return [tooMany(path, templates.length, MAX_TEMPLATES)];
  if (templates.length === 0) return [required(path)];
  const errors = repeatedNames(path, templates);
  checkItems(errors, templates, (template, i) => {
    const at = `${path}[${i}]`;
    addAll(errors, named(`${at}.name`, template.name, isDNS1123Label));
    addAll(errors, commonErrors(at, template));
  });
  return errors;
}

function groupErrors(spec: PodGroupSpec): FieldError[] {
  const { podGroupTemplateRef: ref } = spec;
  const path = 'spec.podGroupTemplateRef';
  const errors: FieldError[] = [];
  if (ref && !ref.workload) errors.push(invalid(path, '', 'must specify one of: workload'));
  if (ref?.workload) {
    const { workloadName, podGroupTemplateName } = ref.workload;
    addAll(errors, named(`${path}.workload.workloadName`, workloadName, isDNS1123Subdomain));
    addAll(errors, named(`${path}.workload.podGroupTemplateName`, podGroupTemplateName, isDNS1123Label));
  }
  return [...errors, ...commonErrors('spec', spec)];
}

function commonErrors(path: string, spec: Common): FieldError[] {
  return [
    ...policyErrors(`${path}.schedulingPolicy`, spec.schedulingPolicy),
    ...topologyErrors(`${path}.schedulingConstraints.topology`, spec.schedulingConstraints?.topology),
    ...claimsErrors(`${path}.resourceClaims`, spec.resourceClaims),
    ...(spec.disruptionMode === undefined || MODES.includes(spec.disruptionMode)
      ? []
      : [notSupported(`${path}.disruptionMode`, spec.disruptionMode, MODES)]),
    ...optional(`${path}.priorityClassName`, spec.priorityClassName || undefined, isDNS1123Subdomain),
    ...((spec.priority ?? 0) > HIGHEST_PRIORITY
      ? [invalid(`${path}.priority`, spec.priority, `must be less than or equal to ${HIGHEST_PRIORITY}`)]
      : []),
  ];
}

function policyErrors(path: string, policy: Common['schedulingPolicy'] | undefined): FieldError[] {
  const errors = unionErrors(path, policy ?? {}, ['basic', 'gang']);
  const gang = policy?.gang;
  if (!gang) return errors;
  if (!gang.minCount) return [...errors, required(`${path}.gang.minCount`)];
  return gang.minCount < 1
    ? [...errors, invalid(`${path}.gang.minCount`, gang.minCount, 'must be greater than or equal to 1')]
    : errors;
}

function topologyErrors(path: string, constraints: readonly { key: string }[] = []): FieldError[] {
  if (constraints.length > MAX_TOPOLOGIES) return [tooMany(path, constraints.length, MAX_TOPOLOGIES)];
  return constraints.flatMap(({ key }, i) => named(`${path}[${i}].key`, key, isQualifiedName));
}

function claimsErrors(path: string, claims: readonly PodGroupResourceClaim[] = []): FieldError[] {
  if (claims.length > MAX_CLAIMS) return [tooMany(path, claims.length, MAX_CLAIMS)];
  const errors = repeatedNames(path, claims);
  const sources = ['resourceClaimName', 'resourceClaimTemplateName'] as const;
  checkItems(errors, claims, (claim, i) => {
    const at = `${path}[${i}]`;
    addAll(errors, unionErrors(at, claim, sources));
    addAll(errors, named(`${at}.name`, claim.name, isDNS1123Label));
    for (const source of sources)
      addAll(errors, optional(`${at}.${source}`, claim[source], isDNS1123Subdomain));
  });
  return errors;
}

function unionErrors(path: string, value: object, members: readonly string[]): FieldError[] {
  const set = members.filter((member) => (value as Readonly<Record<string, unknown>>)[member] !== undefined);
  const all = members.join(', ');
  if (set.length === 0) return [invalid(path, '', `must specify one of: ${all}`)];
  return set.length > 1 ? [invalid(path, `{${set.join(', ')}}`, `must specify exactly one of: ${all}`)] : [];
}

/** The whole item is shown. */
function repeatedNames(path: string, items: readonly { name: string }[]): FieldError[] {
  const seen = new Set<string>();
  return items.flatMap((item, i) => {
    const isRepeated = seen.has(item.name);
    seen.add(item.name);
    return isRepeated ? [duplicate(`${path}[${i}]`, item)] : [];
  });
}

type Check = (value: string) => string[];

const named = (path: string, value: string | undefined, check: Check): FieldError[] =>
  value ? complaints(path, value, check(value)) : [required(path)];

const optional = (path: string, value: string | undefined, check: Check): FieldError[] =>
  value === undefined ? [] : complaints(path, value, check(value));
