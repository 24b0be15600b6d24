// Pod Security admission: pods that violate the namespace's `enforce` level are refused; pods and templates that violate the
// `warn` level get a warning, those that violate `audit` an annotation of the audit event. Templates are never refused: their
// pods will be. Upstream: staging/src/k8s.io/pod-security-admission/admission/admission.go.
import { isDeepStrictEqual } from 'node:util';
import { DaemonSet } from '../../../../api/kinds/apps/v1/daemon-set.ts';
import { Deployment } from '../../../../api/kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../../../../api/kinds/apps/v1/replica-set.ts';
import { StatefulSet } from '../../../../api/kinds/apps/v1/stateful-set.ts';
import { CronJob } from '../../../../api/kinds/batch/v1/cron-job.ts';
import { Job } from '../../../../api/kinds/batch/v1/job.ts';
import { Namespace } from '../../../../api/kinds/core/v1/namespace.ts';
import { Pod } from '../../../../api/kinds/core/v1/pod.ts';
import type { PodSpec } from '../../../../api/kinds/core/v1/pod-spec.ts';
import { PodTemplate } from '../../../../api/kinds/core/v1/pod-template.ts';
import { ReplicationController } from '../../../../api/kinds/core/v1/replication-controller.ts';
import type { AnyResource, KubeObject } from '../../../../api/meta/v1/resource.ts';
import { type FieldError, invalid } from '../../../../api/status/status-error.ts';
import { type AdmissionAttributes, concerns, isWhole } from '../../../registry/admission.ts';
import { deny, type Plugin, type PluginOptions } from '../../plugin.ts';
import { type CheckedPod, containersOf } from './check.ts';
import { existingPods } from './existing-pods.ts';
import { compareLevels, type LevelVersion, type Policy, policyOf, standardText } from './policy.ts';
import { violations } from './standards.ts';

const TEMPLATE = ['spec', 'template'];

/** The path of the pod in each kind that has one. */
const PODS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  [Pod.name, []],
  [PodTemplate.name, ['template']],
  ...[ReplicationController, Deployment, ReplicaSet, StatefulSet, DaemonSet, Job].map(
    (kind: AnyResource) => [kind.name, TEMPLATE] as const,
  ),
  [CronJob.name, ['spec', 'jobTemplate', 'spec', 'template']],
]);

/** Subresources of pods that cannot change the spec in a way that matters. */
const IGNORED = new Set(['exec', 'attach', 'binding', 'eviction', 'log', 'portforward', 'proxy', 'status']);

export function podSecurity({ resources, clock, podSecurityExemptions: exempt = {} }: PluginOptions): Plugin {
  const namespaces = resources.stored(Namespace).cache;
  const pods = resources.stored(Pod).cache;

  return {
    name: 'PodSecurity',
    validate(attributes) {
      const { kind, operation } = attributes;
      if ((operation !== 'CREATE' && operation !== 'UPDATE') || !isWhole(attributes)) return;
      if (concerns(attributes, Namespace)) return checkNamespace(attributes);
      const path = PODS.get(kind.name);
      if (path) checkPod(attributes, path);
    },
  };

  function checkPod(attributes: AdmissionAttributes<KubeObject>, path: readonly string[]): void {
    const { subresource, namespace, user, old, object } = attributes;
    const isPod = path.length === 0;
    if (isPod ? IGNORED.has(subresource) : subresource !== '') return;
    if (exempt.namespaces?.includes(namespace)) return annotate(attributes, 'exempt', 'namespace');
    if (exempt.usernames?.includes(user.name)) return annotate(attributes, 'exempt', 'user');
    const { policy, errors } = policyOf(namespaces.get('', namespace)?.labels ?? {});
    if (errors.length === 0 && isPrivileged(policy, isPod)) return;
    const pod = podAt(object, path);
    if (!pod || (isPod && old && !isSignificant(pod.spec, podAt(old, path)!.spec))) return;
    const { runtimeClassName } = pod.spec;
    if (runtimeClassName && exempt.runtimeClasses?.includes(runtimeClassName))
      return annotate(attributes, 'exempt', 'runtimeClass');
    if (errors.length > 0) annotate(attributes, 'error', `Failed to parse policy: ${textOf(errors)}`);
    evaluate(attributes, policy, pod, isPod);
  }

  function checkNamespace(attributes: AdmissionAttributes<Namespace>): void {
    const { object, old, name } = attributes;
    const labels = object?.metadata.labels ?? {};
    const { policy, errors } = policyOf(labels);
    const before = old && policyOf(old.metadata.labels ?? {});
    if (errors.length > 0 && !(before && isDeepStrictEqual(errors, before.errors)))
      throw invalid(Namespace.resource, name, errors);
    if (before && !isStricter(policy.enforce, before.policy.enforce)) return;
    if (exempt.namespaces?.includes(name)) {
      const ignored = exemptionWarning(name, policy, labels);
      if (ignored) attributes.warn(ignored);
    } else if (before)
      for (const text of existingPods(pods.items(name), name, policy.enforce, { clock, exempt }))
        attributes.warn(text);
  }
}

function evaluate(
  attributes: AdmissionAttributes,
  { enforce, audit, warn }: Policy,
  pod: CheckedPod,
  enforced: boolean,
): void {
  const refusal = enforced ? violationText(enforce, pod) : '';
  if (enforced) annotate(attributes, 'enforce-policy', standardText(enforce));
  const audited = violationText(audit, pod);
  if (audited)
    annotate(
      attributes,
      'audit-violations',
      `would violate PodSecurity "${standardText(audit)}": ${audited}`,
    );
  if (refusal) throw deny(attributes, `violates PodSecurity "${standardText(enforce)}": ${refusal}`);
  const warned = violationText(warn, pod);
  if (warned) attributes.warn(`would violate PodSecurity "${standardText(warn)}": ${warned}`);
}

const violationText = (standard: LevelVersion, pod: CheckedPod): string =>
  violations(standard, pod)
    .map(({ reason, detail }) => `${reason} (${detail})`)
    .join(', ');

const annotate = ({ annotate: record }: AdmissionAttributes, key: string, value: string): void =>
  record?.(`pod-security.kubernetes.io/${key}`, value);

const textOf = (errors: readonly FieldError[]): string => {
  const texts = errors.map(({ field, message }) => `${field}: ${message}`);
  return texts.length === 1 ? texts[0]! : `[${texts.join(', ')}]`;
};

/** Whether no mode that applies can find anything; `enforce` applies to pods only. */
const isPrivileged = ({ enforce, audit, warn }: Policy, isPod: boolean): boolean =>
  [audit, warn, ...(isPod ? [enforce] : [])].every(({ level }) => level === 'privileged');

/** Whether existing pods may violate the new standard though they did not violate the old one. */
function isStricter(wanted: LevelVersion, old: LevelVersion): boolean {
  if (wanted.level === 'privileged') return false;
  return wanted.version !== old.version || compareLevels(wanted.level, old.level) > 0;
}

function podAt(object: KubeObject | undefined, path: readonly string[]): CheckedPod | undefined {
  let value: unknown = object;
  for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key];
  const pod = value as { metadata?: KubeObject['metadata']; spec?: PodSpec } | undefined;
  return pod?.spec && { annotations: pod.metadata?.annotations ?? {}, spec: pod.spec };
}

/** Of an existing pod only images and ephemeral containers can change in a way that matters. */
function isSignificant(wanted: PodSpec, old: PodSpec): boolean {
  const images = (spec: PodSpec) => containersOf(spec).map(({ name, image }) => [name, image]);
  return !isDeepStrictEqual(images(wanted), images(old));
}

function exemptionWarning(
  name: string,
  policy: Policy,
  labels: Readonly<Record<string, string>>,
): string | undefined {
  const set = (['enforce', 'audit', 'warn'] as const).filter((mode) => {
    const label = `pod-security.kubernetes.io/${mode}`;
    const given = labels[label] !== undefined || labels[`${label}-version`] !== undefined;
    return policy[mode].level !== 'privileged' && given;
  });
  if (set.length === 0) return undefined;
  const texts = set.map((mode) => `${mode}=${standardText(policy[mode])}`).join(', ');
  return `namespace ${JSON.stringify(name)} is exempt from Pod Security, and the policy (${texts}) will be ignored`;
}
