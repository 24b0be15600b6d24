// Volumes that were made by hand and that a claim might have had, each with what is in the way: those first that lack least. Pure.
// The rules are those of api/volumes/match.ts.
import type { PersistentVolume } from '../../kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { isBeingDeleted, labelsOf, nameOf } from '../../meta/v1/object.ts';
import { selectableNode } from '../../nodes/affinity.ts';
import { compareQuantity } from '../../quantity/quantity.ts';
import { labelSelectorOf } from '../../selectors/label-selector.ts';
import { NO_PROVISIONER, PROVISIONED_BY } from '../../volumes/annotations.ts';
import { isBoundTo, reaches } from '../../volumes/binding.ts';
import { classOfClaim, classOfVolume } from '../../volumes/classes.ts';
import { attributesClassOf, capacityOf, hasModesOf, isOfOtherMode, requestOf } from '../../volumes/match.ts';
import { type ClaimFacts, shown } from './facts.ts';

export interface NearMatch {
  readonly volume: string;
  /** What is in the way; empty if nothing is. */
  readonly differs: readonly string[];
}

const MOST_SHOWN = 5;

type Claim = Readonly<PersistentVolumeClaim>;
type Volume = Readonly<PersistentVolume>;
type Facts = Pick<ClaimFacts, 'claim' | 'candidates' | 'node' | 'class'>;

export function nearMatches(facts: Facts): NearMatch[] {
  const { claim, candidates } = facts;
  const made = candidates.filter((volume) => !isMadeForAnother(volume, claim));
  const own = made.filter((volume) => classOfVolume(volume) === classOfClaim(claim));
  return (own.length > 0 || isProvisioned(facts) ? own : made)
    .map((volume) => ({ volume: nameOf(volume), differs: differences(volume, facts) }))
    .sort((a, b) => a.differs.length - b.differs.length)
    .slice(0, MOST_SHOWN);
}

/** Then volumes of other classes are none of the claim's concern. */
const isProvisioned = (facts: Facts): boolean => {
  const provisioner = shown(facts.class)?.provisioner;
  return provisioner !== undefined && provisioner !== NO_PROVISIONER;
};

const isMadeForAnother = (volume: Volume, claim: Claim): boolean =>
  volume.metadata.annotations?.[PROVISIONED_BY] !== undefined && !isBoundTo(volume, claim);

export function differences(volume: Volume, { claim, node }: Pick<ClaimFacts, 'claim' | 'node'>): string[] {
  const selector = claim.spec?.selector && labelSelectorOf(claim.spec.selector);
  const selected = shown(node);
  return [
    ...taken(volume, claim),
    ...(compareQuantity(capacityOf(volume), requestOf(claim)) < 0
      ? [
          `has ${volume.spec?.capacity?.storage ?? '0'}, ${claim.spec?.resources?.requests?.storage} is asked for`,
        ]
      : []),
    ...differs('class', classOfVolume(volume), classOfClaim(claim)),
    ...(isOfOtherMode(claim, volume)
      ? differs(
          'volume mode',
          volume.spec?.volumeMode ?? 'Filesystem',
          claim.spec?.volumeMode ?? 'Filesystem',
        )
      : []),
    ...(hasModesOf(claim, volume)
      ? []
      : differs('access modes', modesOf(volume.spec?.accessModes), modesOf(claim.spec?.accessModes))),
    ...differs('attributes class', attributesClassOf(volume), attributesClassOf(claim)),
    ...(!selector || selector.matches(labelsOf(volume))
      ? []
      : ["has labels that the claim's selector does not match"]),
    ...(!selected || reaches(selectableNode(selected), volume)
      ? []
      : [`cannot be reached from node ${nameOf(selected)}, which is selected for the claim`]),
  ];
}

function taken(volume: Volume, claim: Claim): string[] {
  if (isBeingDeleted(volume)) return ['is being deleted'];
  const { claimRef } = volume.spec ?? {};
  const phase = volume.status?.phase ?? 'Pending';
  if (claimRef && !isBoundTo(volume, claim)) {
    const whose = `${claimRef.namespace}/${claimRef.name}`;
    return [
      phase === 'Released' ? `was bound to ${whose}, which its claimRef still names` : `is bound to ${whose}`,
    ];
  }
  return claimRef || phase === 'Available' ? [] : [`is in phase ${phase}`];
}

const modesOf = (modes: readonly string[] = []): string => modes.join(', ');

const differs = (what: string, has: string, wanted: string): string[] =>
  has === wanted ? [] : [`has the ${what} "${has}", "${wanted}" is asked for`];
