// The revisions of a workload, and what going back to one changes. Pure; kubectl's `rollout` and the dashboard call it.
// Upstream: kubectl's pkg/polymorphichelpers/rollback.go.
import type { PodTemplateSpec } from '../kinds/core/v1/pod-spec.ts';
import { withoutHash } from './templates.ts';

/** deployment.kubernetes.io/revision; 0 without one, undefined when it is no number. */
export function revisionOf(annotations: Readonly<Record<string, string>> | undefined): number | undefined {
  const text = annotations?.['deployment.kubernetes.io/revision'];
  if (text === undefined) return 0;
  return /^[+-]?[0-9]+$/.test(text) ? Number(text) : undefined;
}

export interface Revision<T> {
  readonly revision: number;
  readonly object: T;
}

export const notFound = (revision: number): Error =>
  new Error(`unable to find specified revision ${revision} in history`);

/** The one with this number, or, for 0, the one before the newest. */
export function chosenRevision<T>(all: readonly Revision<T>[], to: number): Revision<T> | undefined {
  if (to > 0) return all.find(({ revision }) => revision === to);
  return [...all].sort((a, b) => b.revision - a.revision)[1];
}

/** Not carried over from a revision: they describe the Deployment, or how it is rolled out. */
const OWN = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas',
  'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
]);

type Annotations = Readonly<Record<string, string>>;

/** Annotations of a Deployment that goes back to the revision of a ReplicaSet. */
export function annotationsOfRollback(
  ofDeployment: Annotations = {},
  ofRevision: Annotations = {},
): Annotations {
  const kept = Object.entries(ofDeployment).filter(([key]) => OWN.has(key));
  const restored = Object.entries(ofRevision).filter(([key]) => !OWN.has(key));
  return Object.fromEntries([...kept, ...restored]);
}

/** The JSON patch that takes a Deployment back to the template and the annotations of the ReplicaSet of a revision. */
export const rollbackPatch = (
  deployment: { readonly metadata?: { readonly annotations?: Annotations } },
  replicaSet: { readonly metadata?: { readonly annotations?: Annotations } },
  template: PodTemplateSpec,
) => [
  { op: 'replace', path: '/spec/template', value: withoutHash(template) },
  {
    op: 'replace',
    path: '/metadata/annotations',
    value: annotationsOfRollback(deployment.metadata?.annotations, replicaSet.metadata?.annotations),
  },
];
