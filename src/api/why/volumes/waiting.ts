// Why a claim has no volume: what it, its class, the pods that use it and the class's driver say. The first of them is the one that has
// to happen first. Pure. The steps are those of the persistent volume controller (plan-claim.ts) and of provisioners.
import type { StorageClass } from '../../kinds/storage/v1/storage-class.ts';
import { nameOf } from '../../meta/v1/object.ts';
import { isPodTerminal } from '../../pods/phase.ts';
import {
  BETA_STORAGE_PROVISIONER,
  NO_PROVISIONER,
  SELECTED_NODE,
  STORAGE_PROVISIONER,
} from '../../volumes/annotations.ts';
import { isBoundTo } from '../../volumes/binding.ts';
import { classOfClaim, namesClass } from '../../volumes/classes.ts';
import { externalProvisioner } from '../../volumes/provisioners.ts';
import type { Problem } from '../pod-problems.ts';
import { type ClaimFacts, shown } from './facts.ts';
import { differences } from './near-matches.ts';

const MOST_PODS = 5;

export function waitingProblems(facts: ClaimFacts): Problem[] {
  const { claim } = facts;
  const { phase } = claim.status ?? {};
  if (phase === 'Bound') return [];
  if (phase === 'Lost')
    return [ofClaim('Lost', `its volume ${claim.spec?.volumeName ?? ''} is gone, and its data with it`)];
  if (claim.spec?.volumeName) return named(facts, claim.spec.volumeName);
  const name = classOfClaim(claim);
  if (name) return inClass(facts, name);
  return namesClass(claim)
    ? [
        ofClaim(
          'NoClass',
          'asks for a volume without a class (storageClassName: ""): somebody has to make one',
        ),
      ]
    : [ofClaim('NoDefaultClass', 'names no class, and no class is marked as the default one')];
}

const ofClaim = (reason: string, message: string): Problem => ({ where: 'claim', reason, message });

/** The claim names a volume, and is not bound to it. */
function named(facts: ClaimFacts, name: string): Problem[] {
  const where = `volume ${name}`;
  if (facts.volume === 'hidden') return [{ where, reason: 'NotShown', message: 'you may not read it' }];
  if (facts.volume === 'missing')
    return [{ where, reason: 'NotFound', message: 'the claim names it, but it does not exist' }];
  const differs = differences(facts.volume, facts);
  if (differs.length > 0) return differs.map((message) => ({ where, reason: 'VolumeMismatch', message }));
  const message = isBoundTo(facts.volume, facts.claim)
    ? 'is about to be bound'
    : 'is free, and about to be bound';
  return [{ where, reason: 'Binding', message }];
}

function inClass(facts: ClaimFacts, name: string): Problem[] {
  const where = `class ${name}`;
  if (facts.class === 'hidden') return inHiddenClass(facts, name);
  if (facts.class === 'missing')
    return [{ where, reason: 'NotFound', message: 'there is no such StorageClass' }];
  const node = facts.claim.metadata.annotations?.[SELECTED_NODE];
  if (facts.class.volumeBindingMode === 'WaitForFirstConsumer' && !node) return consumers(facts, name);
  return provisioning(facts, facts.class, node);
}

/** What the controller has done tells of the class: nobody is asked for the volume of a claim that waits for a pod. */
function inHiddenClass(facts: ClaimFacts, name: string): Problem[] {
  const annotations = facts.claim.metadata.annotations ?? {};
  const asked = annotations[STORAGE_PROVISIONER] ?? annotations[BETA_STORAGE_PROVISIONER];
  const where = asked ? `driver ${asked}` : `class ${name}`;
  const failed = failures(facts, where);
  if (failed.length > 0) return failed;
  if (!asked) return consumers(facts, name);
  return [toBeMade(where, annotations[SELECTED_NODE])];
}

const toBeMade = (where: string, node: string | undefined): Problem => ({
  where,
  reason: 'Provisioning',
  message: `is to make the volume${node ? ` for node ${node}` : ''}`,
});

function consumers({ pods, ...facts }: ClaimFacts, name: string): Problem[] {
  const rule = `volumes of class ${name} are chosen once a pod that uses the claim has a node`;
  if (!pods) return [ofClaim('WaitForFirstConsumer', `${rule}; you may not list pods`)];
  const users = pods.filter((pod) => !isPodTerminal(pod));
  if (users.length === 0) return [ofClaim('WaitForFirstConsumer', `${rule}; no pod uses it`)];
  const told = users.slice(0, MOST_PODS).map(({ metadata, spec }): Problem => {
    const where = `pod ${metadata.name}`;
    const bypassed = 'was bound to its node without the scheduler, so that no node is selected for the claim';
    return spec?.nodeName
      ? { where, reason: 'NotScheduled', message: bypassed }
      : { where, reason: 'WaitForPodScheduled', message: 'uses the claim and has no node' };
  });
  return [...told, ...failures(facts, 'claim')];
}

function provisioning(facts: ClaimFacts, found: Readonly<StorageClass>, node: string | undefined): Problem[] {
  const provisioner = externalProvisioner(found.provisioner);
  if ('problem' in provisioner) {
    const isByHand = found.provisioner === NO_PROVISIONER;
    const message = isByHand ? 'volumes of this class are made by hand, and none suits' : provisioner.problem;
    return [{ where: `class ${nameOf(found)}`, reason: 'NoProvisioner', message }];
  }
  const where = `driver ${provisioner.name}`;
  const failed = failures(facts, where);
  const absent = absence(facts, where, node);
  if (failed.length + absent.length > 0) return [...absent, ...failed];
  return [toBeMade(where, node)];
}

function absence({ driverNodes, node }: ClaimFacts, where: string, selected: string | undefined): Problem[] {
  if (selected && node === 'missing')
    return [
      { where: `node ${selected}`, reason: 'NotFound', message: 'was selected for the claim, but is gone' },
    ];
  if (!driverNodes) return [];
  if (driverNodes.length === 0) return [{ where, reason: 'NoDriver', message: 'has registered on no node' }];
  if (!selected || !shown(node) || driverNodes.includes(selected)) return [];
  const message = `has not registered on node ${selected}, which is selected for the claim`;
  return [{ where, reason: 'NoDriver', message }];
}

/** The last that was said of a failed attempt. */
function failures({ events }: Pick<ClaimFacts, 'events'>, where: string): Problem[] {
  const last = events.findLast(({ reason }) => reason === 'ProvisioningFailed');
  return last ? [{ where, reason: last.reason, message: last.message }] : [];
}
