// What a machine has to do to be a member, and whom a cluster can do without. Pure. Called by member.ts and by remove-member.ts.
import type { Member } from './administration.ts';

export type JoinStep =
  /** It was added before, and has not started yet. */
  | { readonly kind: 'start'; readonly id: string }
  /** The data of this machine belong to no member, or to none of this name: they must go first. */
  | { readonly kind: 'add' }
  /** A machine of this name, or with this address, was a member: it has lost its data, or another one takes its place. */
  | { readonly kind: 'replace'; readonly member: Member };

/** For a machine that has no data of its own. */
export function joinStep(members: readonly Member[], name: string, peerUrl: string): JoinStep {
  const added = members.find((one) => one.name === '' && one.peerUrls.includes(peerUrl));
  if (added) return { kind: 'start', id: added.id };
  const before = members.find((one) => one.name === name || one.peerUrls.includes(peerUrl));
  return before ? { kind: 'replace', member: before } : { kind: 'add' };
}

/** etcd's --initial-cluster: those that have started, and the new one. */
export const initialCluster = (members: readonly Member[], name: string, peerUrl: string): string =>
  [...members.filter((one) => one.name !== '' && one.name !== name), { name, peerUrls: [peerUrl] }]
    .flatMap((one) => one.peerUrls.map((url) => `${one.name}=${url}`))
    .join(',');

const majorityOf = (count: number): number => Math.floor(count / 2) + 1;

/** Why a member should stay; undefined when it can go. `healthy`: ids of those that answer. */
export function removalProblem(
  members: readonly Member[],
  healthy: ReadonlySet<string>,
  target: Member,
): string | undefined {
  const others = members.filter((one) => one.id !== target.id && !one.isLearner);
  if (others.length === 0) return 'it is the last one: nothing would be left';
  const answering = others.filter((one) => healthy.has(one.id)).length;
  const needed = majorityOf(others.length);
  if (!target.isLearner && answering < needed)
    return `of the ${others.length} others ${answering} answer, and ${needed} are needed`;
  return undefined;
}
