// Volumes that a claim may be bound to, filed by the node label that they ask for, so that a node is not compared with the local volumes
// of all others. Made once per claim and cycle.
import type { PersistentVolume } from '../../../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../../../api/kinds/core/v1/persistent-volume-claim.ts';
import { nameOf } from '../../../../api/meta/v1/object.ts';
import { reaches } from '../../../../api/volumes/binding.ts';
import { candidatesFor, hasModesOf } from '../../../../api/volumes/match.ts';
import type { NodeInfo } from '../../../cache/node-info.ts';

type Volume = Readonly<PersistentVolume>;

interface Ranked {
  readonly volume: Volume;
  /** The lowest is the best. */
  readonly rank: number;
}

export class FreeVolumes {
  readonly #own: Volume | undefined;
  /** Label key → value → volumes that only nodes with this label reach, the best first. */
  readonly #byLabel = new Map<string, Map<string, Ranked[]>>();
  readonly #others: Ranked[] = [];

  constructor(claim: Readonly<PersistentVolumeClaim>, volumes: readonly Volume[]) {
    const { own, free } = candidatesFor(claim, volumes);
    this.#own = own;
    for (const [rank, volume] of free.entries()) if (hasModesOf(claim, volume)) this.#file({ volume, rank });
  }

  /** The best one that the node reaches and that is not taken. */
  for(node: NodeInfo, taken: ReadonlySet<string>): Volume | undefined {
    if (this.#own) return reaches(node, this.#own) ? this.#own : undefined;
    let best = firstFor(node, this.#others, taken);
    for (const [key, values] of this.#byLabel) {
      const found = firstFor(node, values.get(node.label(key) ?? '') ?? [], taken);
      if (found && (!best || found.rank < best.rank)) best = found;
    }
    return best?.volume;
  }

  #file(ranked: Ranked): void {
    const { key, values } = narrowest(ranked.volume) ?? {};
    if (key === undefined || !values) return void this.#others.push(ranked);
    let byValue = this.#byLabel.get(key);
    if (!byValue) {
      byValue = new Map();
      this.#byLabel.set(key, byValue);
    }
    for (const value of values.length === 1 ? values : new Set(values)) {
      const filed = byValue.get(value);
      if (filed) filed.push(ranked);
      else byValue.set(value, [ranked]);
    }
  }
}

const firstFor = (
  node: NodeInfo,
  volumes: readonly Ranked[],
  taken: ReadonlySet<string>,
): Ranked | undefined => volumes.find(({ volume }) => !taken.has(nameOf(volume)) && reaches(node, volume));

/** A label that nodes must have to reach the volume. */
function narrowest({ spec }: Volume) {
  const terms = spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  if (terms.length !== 1) return undefined;
  return terms[0]?.matchExpressions?.find(({ operator }) => operator === 'In');
}
