// What shells offer for the pod of a verb: names of pods, and types that have pods, as TYPE/NAME. Loaded by completion only.
import type { Completion } from '../command/command.ts';
import { completeNames, completeTypesAndNames } from '../command/complete-resources.ts';
import type { Session } from '../session/session.ts';

const WITH_PODS = [
  'daemonsets',
  'deployments',
  'jobs',
  'pods',
  'replicasets',
  'replicationcontrollers',
  'services',
  'statefulsets',
];

/** For the first word; later ones are not known. */
export async function completePod(
  session: Session,
  args: readonly string[],
  toComplete: string,
): Promise<Completion> {
  if (args.length > 0) return { candidates: [] };
  if (toComplete.includes('/')) return completeTypesAndNames(session, [], toComplete);
  const { candidates: pods } = await completeNames(session, 'pods', [], toComplete);
  const types = WITH_PODS.filter((type) => type.startsWith(toComplete)).map((type) => `${type}/`);
  return { candidates: [...pods, ...types], ...(pods.length === 0 && { noSpace: true }) };
}
