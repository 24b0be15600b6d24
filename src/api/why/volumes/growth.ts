// Why a claim that asks for more than its volume has does not get it. Pure. The words of drivers are in the claim's conditions, where
// resizers and kubelets leave them.
import { nameOf } from '../../meta/v1/object.ts';
import { isPodTerminal } from '../../pods/phase.ts';
import { classOfClaim } from '../../volumes/classes.ts';
import { needsExpansion, requestedBy, resizeStatusOf } from '../../volumes/expansion.ts';
import type { Problem } from '../pod-problems.ts';
import { type ClaimFacts, shown } from './facts.ts';

export function growthProblems(facts: ClaimFacts): Problem[] {
  const { claim } = facts;
  if (!needsExpansion(claim)) return [];
  const size = `from ${claim.status?.capacity?.storage ?? '0'} to ${requestedBy(claim)}`;
  return [...stage(facts, size), ...refusals(facts)];
}

/** What has to happen next. */
function stage({ claim, pods, ...facts }: ClaimFacts, size: string): Problem[] {
  const found = shown(facts.class);
  const conditions = claim.status?.conditions ?? [];
  const isPending = conditions.some(
    ({ type, status }) => type === 'FileSystemResizePending' && status === 'True',
  );
  if (isPending || resizeStatusOf(claim).startsWith('NodeResize')) {
    const users = pods?.filter((pod) => pod.spec?.nodeName && !isPodTerminal(pod)).map(nameOf);
    const why = users?.length
      ? `grows ${size} on the node that has the volume; if it cannot while it is in use, once ${users.join(', ')} ${users.length > 1 ? 'have' : 'has'} ended and a pod uses the claim again`
      : `grows ${size} on the node of the next pod that uses the claim`;
    return [{ where: 'file system', reason: 'FileSystemResizePending', message: why }];
  }
  if (found && found.allowVolumeExpansion !== true)
    return [
      { where: `class ${classOfClaim(claim)}`, reason: 'NotAllowed', message: 'does not allow expansion' },
    ];
  const driver = shown(facts.volume)?.spec?.csi?.driver;
  if (shown(facts.volume) && !driver)
    return [
      {
        where: 'volume',
        reason: 'NoDriver',
        message: 'is not one of a CSI driver: nobody can make it larger',
      },
    ];
  return [
    {
      where: driver ? `driver ${driver}` : 'driver',
      reason: 'Resizing',
      message: `is to expand the volume ${size}`,
    },
  ];
}

function refusals({ claim, events }: ClaimFacts): Problem[] {
  const told = (claim.status?.conditions ?? [])
    .filter(({ type, status }) => type.endsWith('ResizeError') && status === 'True')
    .map(({ type, message }): Problem => ({ where: 'driver', reason: type, message: message ?? '' }));
  if (told.length > 0) return told;
  const last = events.findLast(({ reason }) => reason === 'VolumeResizeFailed');
  return last ? [{ where: 'driver', reason: last.reason, message: last.message }] : [];
}
