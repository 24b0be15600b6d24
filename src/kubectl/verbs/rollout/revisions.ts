// The revisions of a workload and which of them a command means. Pure; called by `rollout history`, `undo` and `status`.

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

/** `REVISION  CHANGE-CAUSE`, a line for each, in order. */
export function historyTable(causes: ReadonlyMap<number, string>): string {
  const revisions = [...causes.keys()].sort((a, b) => a - b);
  const width = Math.max('REVISION'.length, String(revisions.at(-1) ?? '').length) + 2;
  const line = (revision: string, cause: string) => `${revision.padEnd(width)}${cause}\n`;
  const lines = revisions.map((revision) => line(String(revision), causes.get(revision) || '<none>'));
  return line('REVISION', 'CHANGE-CAUSE') + lines.join('');
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
