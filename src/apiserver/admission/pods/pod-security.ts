// Pod Security admission, configured by labels of the namespace: pods that violate the `enforce` level are refused; pods and
// pod templates that violate the `warn` level get a warning. Templates are never refused, as upstream: their pods will be.
// There is no audit mode. Upstream: staging/src/k8s.io/pod-security-admission/admission.
import { DaemonSet } from '../../../api/kinds/apps/v1/daemon-set.ts';
import { Deployment } from '../../../api/kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../../../api/kinds/apps/v1/replica-set.ts';
import { StatefulSet } from '../../../api/kinds/apps/v1/stateful-set.ts';
import { CronJob } from '../../../api/kinds/batch/v1/cron-job.ts';
import { Job } from '../../../api/kinds/batch/v1/job.ts';
import { Namespace } from '../../../api/kinds/core/v1/namespace.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { PodSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import { ReplicationController } from '../../../api/kinds/core/v1/replication-controller.ts';
import type { AnyResource, KubeObject } from '../../../api/meta/v1/resource.ts';
import type { AdmissionAttributes } from '../../registry/admission.ts';
import { deny, type Plugin, type PluginOptions } from '../plugin.ts';
import { baseline, restricted, violations } from './pod-security-checks.ts';

const LABEL = 'pod-security.kubernetes.io/';
const LEVELS = { privileged: [], baseline, restricted } as const;

const TEMPLATE = ['spec', 'template', 'spec'];

/** The path of the pod spec in each kind that has one. */
const SPECS: ReadonlyMap<AnyResource, readonly string[]> = new Map<AnyResource, readonly string[]>([
  [Pod, ['spec']],
  ...[ReplicationController, Deployment, ReplicaSet, StatefulSet, DaemonSet, Job].map(
    (kind) => [kind, TEMPLATE] as const,
  ),
  [CronJob, ['spec', 'jobTemplate', 'spec', 'template', 'spec']],
]);

export function podSecurity({ resources }: PluginOptions): Plugin {
  const { cache } = resources.stored(Namespace);
  return {
    name: 'PodSecurity',
    validate(attributes) {
      const { kind, subresource } = attributes;
      const path = SPECS.get(kind);
      if (!path || attributes.operation === 'DELETE') return;
      if (subresource !== '' && !(kind === Pod && subresource === 'ephemeralcontainers')) return;
      const labels = cache.get('', attributes.namespace)?.labels ?? {};
      const [enforced, warned] = [standard(labels, 'enforce'), standard(labels, 'warn')];
      if (!enforced && !warned) return;
      const spec = specAt(attributes.object, path);
      if (!spec) return;
      if (enforced && kind === Pod && !isUntouched(attributes, path)) enforce(attributes, enforced, spec);
      const found = warned ? violations(warned.checks, spec) : [];
      if (warned && found.length > 0)
        attributes.warn(`would violate PodSecurity "${warned.name}": ${found.join(', ')}`);
    },
  };
}

interface Standard {
  /** restricted:latest */
  readonly name: string;
  readonly checks: typeof restricted;
}

/** Undefined if everything is allowed. Fails closed: an unknown level counts as restricted. */
function standard(labels: Readonly<Record<string, string>>, mode: string): Standard | undefined {
  const level = labels[LABEL + mode];
  if (level === undefined || level === 'privileged') return undefined;
  const checks = level === 'baseline' ? LEVELS.baseline : LEVELS.restricted;
  return { name: `${level}:${labels[`${LABEL}${mode}-version`] ?? 'latest'}`, checks };
}

function enforce(attributes: AdmissionAttributes, { name, checks }: Standard, spec: PodSpec): void {
  const found = violations(checks, spec);
  if (found.length > 0) throw deny(attributes, `violates PodSecurity "${name}": ${found.join(', ')}`);
}

/** An update that does not change the spec is not checked again. */
const isUntouched = ({ old, object }: AdmissionAttributes, path: readonly string[]): boolean =>
  old !== undefined && JSON.stringify(specAt(old, path)) === JSON.stringify(specAt(object, path));

function specAt(object: KubeObject | undefined, path: readonly string[]): PodSpec | undefined {
  let value: unknown = object;
  for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key];
  return value as PodSpec | undefined;
}
