// The Pod Security Standards that a namespace's labels ask for: pods that break the enforced one are refused, those that
// break the one to be warned of, and templates that will make such pods, are warned of.
import { Namespace } from '../../../api/kinds/core/v1/namespace.ts';
import type { PodSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import type { Attributes } from '../../registry/admission.ts';
import { deny, type Plugin, type PluginOptions, resourceOf } from '../plugin.ts';
import { baseline, restricted, violations } from './pod-security-checks.ts';

const LABEL = 'pod-security.kubernetes.io/';
const LEVELS = { privileged: [], baseline, restricted } as const;

/** Where each kind keeps a pod's spec. */
const SPECS: Readonly<Record<string, readonly string[]>> = {
  pods: ['spec'],
  'pods/ephemeralcontainers': ['spec'],
  replicationcontrollers: ['spec', 'template', 'spec'],
  'deployments.apps': ['spec', 'template', 'spec'],
  'replicasets.apps': ['spec', 'template', 'spec'],
  'statefulsets.apps': ['spec', 'template', 'spec'],
  'daemonsets.apps': ['spec', 'template', 'spec'],
  'jobs.batch': ['spec', 'template', 'spec'],
  'cronjobs.batch': ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

export function podSecurity({ registries }: PluginOptions): Plugin {
  const { cache } = registries.of(Namespace);
  return {
    name: 'PodSecurity',
    validate(attributes) {
      const resource = resourceOf(attributes);
      const path = Object.hasOwn(SPECS, resource) ? SPECS[resource] : undefined;
      if (!path || attributes.operation === 'DELETE') return;
      const labels = cache.get('', attributes.context.namespace)?.labels ?? {};
      const [enforced, warned] = [standard(labels, 'enforce'), standard(labels, 'warn')];
      if (!enforced && !warned) return;
      const spec = specAt(attributes.object, path);
      if (!spec) return;
      if (enforced && resource.startsWith('pods') && !isUntouched(attributes, path))
        enforce(attributes, enforced, spec);
      const found = warned ? violations(warned.checks, spec) : [];
      if (warned && found.length > 0)
        attributes.context.warn(`would violate PodSecurity "${warned.name}": ${found.join(', ')}`);
    },
  };
}

interface Standard {
  /** restricted:latest */
  readonly name: string;
  readonly checks: typeof restricted;
}

/** Undefined where everything is allowed. A level that nobody knows counts as the strictest. */
function standard(labels: Readonly<Record<string, string>>, mode: string): Standard | undefined {
  const level = labels[LABEL + mode];
  if (level === undefined || level === 'privileged') return undefined;
  const checks = level === 'baseline' ? LEVELS.baseline : LEVELS.restricted;
  return { name: `${level}:${labels[`${LABEL}${mode}-version`] ?? 'latest'}`, checks };
}

function enforce(attributes: Attributes, { name, checks }: Standard, spec: PodSpec): void {
  const found = violations(checks, spec);
  if (found.length > 0) throw deny(attributes, `violates PodSecurity "${name}": ${found.join(', ')}`);
}

/** An update that leaves the spec alone is not judged again. */
const isUntouched = ({ old, object }: Attributes, path: readonly string[]): boolean =>
  old !== undefined && JSON.stringify(specAt(old, path)) === JSON.stringify(specAt(object, path));

function specAt(object: KubeObject | undefined, path: readonly string[]): PodSpec | undefined {
  let value: unknown = object;
  for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key];
  return value as PodSpec | undefined;
}
