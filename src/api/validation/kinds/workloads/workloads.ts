// Validates Deployments, ReplicaSets, ReplicationControllers, DaemonSets and StatefulSets.
// Paths and messages follow k8s.io/kubernetes pkg/apis/apps/validation. Called through rule-book.ts.
import { addAll } from '../../../../kit/lists.ts';
import type { ControllerRevision } from '../../../kinds/apps/v1/controller-revision.ts';
import type { DaemonSet } from '../../../kinds/apps/v1/daemon-set.ts';
import type { Deployment } from '../../../kinds/apps/v1/deployment.ts';
import type { ReplicaSet } from '../../../kinds/apps/v1/replica-set.ts';
import type { StatefulSet } from '../../../kinds/apps/v1/stateful-set.ts';
import type { PodTemplateSpec } from '../../../kinds/core/v1/pod-spec.ts';
import type { PodTemplate } from '../../../kinds/core/v1/pod-template.ts';
import type { ReplicationController } from '../../../kinds/core/v1/replication-controller.ts';
import type { LabelSelector } from '../../../meta/v1/label-selector.ts';
import { isObject } from '../../../patch/json.ts';
import {
  complaints,
  errorsOfItems,
  type FieldError,
  forbidden,
  invalid,
  nonNegative,
  notSupported,
  required,
} from '../../field.ts';
import { isZero, notMoreThan100Percent, validatePositiveIntOrPercent } from '../../int-or-percent.ts';
import { validateTemplateLabelMap, validateTemplateLabels, validateWorkloadSelector } from '../../labels.ts';
import { isDNS1123Label } from '../../names.ts';
import { labelName, unchanged } from '../../object-meta.ts';
import { withAllowances } from '../../pod/changes/allowances.ts';
import { validatePodTemplate } from '../../pod/pod-spec.ts';
import type { Rules } from '../../rules.ts';
import { semanticEqual } from '../../semantic.ts';
import { claimSpecErrors } from '../storage/claim.ts';
import { daemonSetStatus, deploymentStatus, replicaSetStatus, statefulSetStatus } from './status.ts';

/** A template of pods that are always restarted. */
function validateRunningTemplate(template: PodTemplateSpec, path: string, kind: string): FieldError[] {
  const errors = validatePodTemplate(template, path);
  const policy = template.spec?.restartPolicy ?? '';
  if (policy !== 'Always') errors.push(notSupported(`${path}.spec.restartPolicy`, policy, ['Always']));
  if (template.spec?.activeDeadlineSeconds !== undefined)
    errors.push(
      forbidden(`${path}.spec.activeDeadlineSeconds`, `activeDeadlineSeconds in ${kind} is not Supported`),
    );
  return errors;
}

function validateSelectorAndTemplate(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec | undefined,
  words: { readonly selector: string; readonly kind: string },
): FieldError[] {
  const errors = validateSelector(selector, template, words.selector);
  if (!template) return [...errors, required('spec.template')];
  return [...errors, ...validateRunningTemplate(template, 'spec.template', words.kind)];
}

/** The selector of a workload, and whether it matches the template. */
function validateSelector(
  selector: LabelSelector | undefined,
  template: PodTemplateSpec | undefined,
  workload: string,
): FieldError[] {
  const errors = validateWorkloadSelector(selector, 'spec.selector', workload);
  const wellFormed = errors.every((error) => error.message.includes('empty selector'));
  return selector && template && wellFormed
    ? [...errors, ...validateTemplateLabels(selector, template.metadata?.labels, 'spec.template')]
    : errors;
}

interface Rolling {
  readonly maxSurge?: number | string;
  readonly maxUnavailable?: number | string;
}

function validateRolling({ maxSurge, maxUnavailable }: Rolling, path: string): FieldError[] {
  const errors = [
    ...validatePositiveIntOrPercent(`${path}.maxUnavailable`, maxUnavailable),
    ...validatePositiveIntOrPercent(`${path}.maxSurge`, maxSurge),
  ];
  if (isZero(maxUnavailable) && isZero(maxSurge))
    errors.push(invalid(`${path}.maxUnavailable`, maxUnavailable ?? 0, 'may not be 0 when `maxSurge` is 0'));
  return [...errors, ...notMoreThan100Percent(`${path}.maxUnavailable`, maxUnavailable)];
}

/** The form in which upstream shows a strategy: its internal type. */
const strategyShown = ({ type = '', rollingUpdate }: { type?: string; rollingUpdate?: Rolling } = {}) => ({
  Type: type,
  RollingUpdate: rollingUpdate
    ? { MaxUnavailable: rollingUpdate.maxUnavailable ?? 0, MaxSurge: rollingUpdate.maxSurge ?? 0 }
    : null,
});

function validateStrategy({ spec }: Deployment): FieldError[] {
  const { type, rollingUpdate } = spec?.strategy ?? {};
  const path = 'spec.strategy';
  if (type === 'Recreate')
    return rollingUpdate
      ? [forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")]
      : [];
  if (type === 'RollingUpdate')
    return rollingUpdate
      ? validateRolling(rollingUpdate, `${path}.rollingUpdate`)
      : [required(`${path}.rollingUpdate`, 'this should be defaulted and never be nil')];
  return [notSupported(path, strategyShown(spec?.strategy), ['Recreate', 'RollingUpdate'])];
}

function deployment(d: Deployment): FieldError[] {
  const spec = d.spec;
  const errors = [
    ...nonNegative('spec.replicas', spec?.replicas),
    ...validateSelectorAndTemplate(spec?.selector, spec?.template, {
      selector: 'deployment',
      kind: 'ReplicaSet',
    }),
    ...validateStrategy(d),
    ...nonNegative('spec.minReadySeconds', spec?.minReadySeconds),
    ...nonNegative('spec.revisionHistoryLimit', spec?.revisionHistoryLimit),
  ];
  const deadline = spec?.progressDeadlineSeconds;
  if (deadline === undefined) return errors;
  addAll(errors, nonNegative('spec.progressDeadlineSeconds', deadline));
  if (deadline <= (spec?.minReadySeconds ?? 0))
    errors.push(invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'));
  return errors;
}

export const deploymentRules: Rules<Deployment> = {
  create: deployment,
  update: (d, old) => [
    ...withAllowances(deployment(d), () => deployment(old)),
    ...unchanged('spec.selector', d.spec?.selector, old.spec?.selector),
  ],
  status: (d, old) => deploymentStatus(d.status, old.status),
};

function replicaSet({ spec }: ReplicaSet): FieldError[] {
  return [
    ...nonNegative('spec.replicas', spec?.replicas),
    ...nonNegative('spec.minReadySeconds', spec?.minReadySeconds),
    ...validateSelectorAndTemplate(spec?.selector, spec?.template, {
      selector: 'deployment',
      kind: 'ReplicaSet',
    }),
  ];
}

export const replicaSetRules: Rules<ReplicaSet> = {
  create: replicaSet,
  update: (r, old) => [
    ...withAllowances(replicaSet(r), () => replicaSet(old)),
    ...unchanged('spec.selector', r.spec?.selector, old.spec?.selector),
  ],
  status: (r) => replicaSetStatus(r.status),
};

function replicationController({ spec }: ReplicationController): FieldError[] {
  const { replicas, selector = {}, template, minReadySeconds } = spec ?? {};
  const errors = [
    ...nonNegative('spec.minReadySeconds', minReadySeconds),
    ...(Object.keys(selector).length === 0 ? [required('spec.selector')] : []),
    ...(replicas === undefined ? [required('spec.replicas')] : nonNegative('spec.replicas', replicas)),
  ];
  if (!template) return [...errors, required('spec.template')];
  return [
    ...errors,
    ...validateTemplateLabelMap(selector, template.metadata?.labels, 'spec.template'),
    ...validateRunningTemplate(template, 'spec.template', 'ReplicationController'),
  ];
}

export const replicationControllerRules: Rules<ReplicationController> = {
  create: replicationController,
  update: (r, old) => withAllowances(replicationController(r), () => replicationController(old)),
  status: (r) => replicaSetStatus(r.status),
};

/** Without a selector, no labels match: upstream says so of the template. */
function daemonSelectorErrors({ selector, template }: NonNullable<DaemonSet['spec']>): FieldError[] {
  const mismatch = invalid(
    'spec.template.metadata.labels',
    template?.metadata?.labels ?? null,
    '`selector` does not match template `labels`',
  );
  if (!selector) return [mismatch];
  return validateSelector(selector, template, 'daemonset');
}

function daemonSet({ spec }: DaemonSet): FieldError[] {
  if (!spec) return [required('spec')];
  return [
    ...daemonSelectorErrors(spec),
    ...validateRunningTemplate(spec.template ?? {}, 'spec.template', 'DaemonSet'),
    ...nonNegative('spec.minReadySeconds', spec.minReadySeconds),
    ...daemonStrategyErrors(spec.updateStrategy),
    ...nonNegative('spec.revisionHistoryLimit', spec.revisionHistoryLimit),
  ];
}

function daemonStrategyErrors(strategy: NonNullable<DaemonSet['spec']>['updateStrategy']): FieldError[] {
  const path = 'spec.updateStrategy';
  const { type, rollingUpdate } = strategy ?? {};
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate')
    return [notSupported(path, strategyShown(strategy), ['RollingUpdate', 'OnDelete'])];
  return rollingUpdate
    ? validateDaemonRolling(rollingUpdate, `${path}.rollingUpdate`)
    : [required(`${path}.rollingUpdate`)];
}

/** At least one must be greater than 0, or the rollout could not progress. */
function validateDaemonRolling({ maxSurge, maxUnavailable }: Rolling, path: string): FieldError[] {
  const errors = [
    ...validatePositiveIntOrPercent(`${path}.maxUnavailable`, maxUnavailable),
    ...validatePositiveIntOrPercent(`${path}.maxSurge`, maxSurge),
    ...notMoreThan100Percent(`${path}.maxUnavailable`, maxUnavailable),
    ...notMoreThan100Percent(`${path}.maxSurge`, maxSurge),
  ];
  if (!isZero(maxUnavailable) && !isZero(maxSurge))
    errors.push(invalid(`${path}.maxSurge`, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  if (isZero(maxUnavailable) && isZero(maxSurge))
    errors.push(required(`${path}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  return errors;
}

export const daemonSetRules: Rules<DaemonSet> = {
  create: daemonSet,
  update: (d, old) => [
    ...unchanged('spec.selector', d.spec?.selector, old.spec?.selector),
    ...withAllowances(daemonSet(d), () => daemonSet(old)),
  ],
  status: (d, old) => daemonSetStatus(d.status, old.status),
};

/** What the controller makes pods of: claims take the places of volumes of their names, and it sets host name and subdomain. */
function templateOfPods({
  template,
  volumeClaimTemplates = [],
}: NonNullable<StatefulSet['spec']>): PodTemplateSpec | undefined {
  if (!template?.spec) return template;
  const { hostname: _, subdomain: __, volumes = [], ...spec } = template.spec;
  const names = new Set(volumeClaimTemplates.map(({ metadata }) => metadata?.name ?? ''));
  const claims = [...names].map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  return {
    ...template,
    spec: { ...spec, volumes: [...claims, ...volumes.filter(({ name }) => !names.has(name))] },
  };
}

function statefulSet({ spec }: StatefulSet): FieldError[] {
  const errors: FieldError[] = [];
  const policy = spec?.podManagementPolicy;
  if (!policy) errors.push(required('spec.podManagementPolicy'));
  else if (policy !== 'OrderedReady' && policy !== 'Parallel')
    errors.push(invalid('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'"));
  const { type, rollingUpdate } = spec?.updateStrategy ?? {};
  if (!type) errors.push(required('spec.updateStrategy'));
  else if (type === 'OnDelete' && rollingUpdate)
    errors.push(
      invalid(
        'spec.updateStrategy.rollingUpdate',
        rollingUpdate,
        "only allowed for updateStrategy 'RollingUpdate'",
      ),
    );
  else if (type !== 'OnDelete' && type !== 'RollingUpdate')
    errors.push(
      invalid('spec.updateStrategy', spec?.updateStrategy, "must be 'RollingUpdate' or 'OnDelete'"),
    );
  if (type === 'RollingUpdate') {
    addAll(errors, nonNegative('spec.updateStrategy.rollingUpdate.partition', rollingUpdate?.partition));
    addAll(errors, statefulMaxUnavailable(rollingUpdate?.maxUnavailable));
  }
  addAll(errors, retention(spec?.persistentVolumeClaimRetentionPolicy));
  addAll(errors, nonNegative('spec.replicas', spec?.replicas));
  addAll(errors, nonNegative('spec.minReadySeconds', spec?.minReadySeconds));
  addAll(errors, nonNegative('spec.ordinals.start', spec?.ordinals?.start));
  return [
    ...errors,
    ...validateSelectorAndTemplate(spec?.selector, spec && templateOfPods(spec), {
      selector: 'statefulset',
      kind: 'StatefulSet',
    }),
  ];
}

function statefulMaxUnavailable(value: number | string | undefined): FieldError[] {
  if (value === undefined) return [];
  const path = 'spec.updateStrategy.rollingUpdate.maxUnavailable';
  return [
    ...validatePositiveIntOrPercent(path, value),
    ...(isZero(value) ? [invalid(path, value, 'cannot be 0')] : []),
    ...notMoreThan100Percent(path, value),
  ];
}

const RETENTIONS = ['Retain', 'Delete'];

function retention(
  policy: NonNullable<StatefulSet['spec']>['persistentVolumeClaimRetentionPolicy'],
): FieldError[] {
  return (['whenDeleted', 'whenScaled'] as const).flatMap((when) => {
    const value = policy?.[when] ?? 'Retain';
    const path = `spec.persistentVolumeClaimRetentionPolicy.${when}`;
    return RETENTIONS.includes(value) ? [] : [notSupported(path, value, RETENTIONS)];
  });
}

const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
];

function statefulSetUpdate(s: StatefulSet, old: StatefulSet): FieldError[] {
  const rest = (spec: StatefulSet['spec']) =>
    Object.fromEntries(Object.entries(spec ?? {}).filter(([key]) => !changeable.includes(key)));
  const errors = withAllowances(statefulSet(s), () => statefulSet(old));
  if (semanticEqual(rest(s.spec), rest(old.spec))) return errors;
  const quoted = changeable.map((key) => `'${key}'`);
  const list = `${quoted.slice(0, -1).join(', ')} and ${quoted.at(-1)}`;
  errors.push(forbidden('spec', `updates to statefulset spec for fields other than ${list} are forbidden`));
  return errors;
}

/** Both are fixed, so that what older rules allowed stays. */
function fixedParts({ spec }: StatefulSet): FieldError[] {
  const { serviceName, volumeClaimTemplates } = spec ?? {};
  return [
    ...errorsOfItems(volumeClaimTemplates, (claim, i) =>
      claimSpecErrors(claim.spec, `spec.volumeClaimTemplates[${i}].spec`),
    ),
    ...(serviceName ? complaints('spec.serviceName', serviceName, isDNS1123Label(serviceName)) : []),
  ];
}

export const statefulSetRules: Rules<StatefulSet> = {
  name: labelName,
  create: (s) => [...fixedParts(s), ...statefulSet(s)],
  update: statefulSetUpdate,
  status: (s, old) => statefulSetStatus(s.status, old.status),
};

export const podTemplateRules: Rules<PodTemplate> = {
  create: (p) => validatePodTemplate(p.template ?? {}, 'template'),
};

function dataErrors({ data }: ControllerRevision): FieldError[] {
  if (data === undefined || data === null) return [required('data', 'data is mandatory')];
  return isObject(data) ? [] : [required('data', 'data must be a valid JSON object')];
}

export const controllerRevisionRules: Rules<ControllerRevision> = {
  create: (c) => [...nonNegative('revision', c.revision), ...dataErrors(c)],
  update: (c, old) => [...nonNegative('revision', c.revision), ...unchanged('data', c.data, old.data)],
};
