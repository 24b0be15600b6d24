// How well a pod's claims fill what a node has for them, per storage class. Upstream: volumebinding/scorer.go.
import { wholeValue } from '../../../../api/quantity/quantity.ts';
import { classOfClaim, classOfVolume } from '../../../../api/volumes/classes.ts';
import { capacityOf, requestOf } from '../../../../api/volumes/match.ts';
import { brokenLine, type ShapePoint } from '../../node-resources-fit/scoring-strategy.ts';
import type { NodeVolumes } from './find-volumes.ts';

/** Scores are from 0 to 10. */
export type Shape = readonly ShapePoint[];

/** The emptier the node, the better. */
export const DEFAULT_SHAPE: Shape = [
  { utilization: 0, score: 10 },
  { utilization: 100, score: 0 },
];

interface Fill {
  readonly requested: number;
  readonly capacity: number;
}

export function capacityScore(shape: Shape): (volumes: NodeVolumes) => number {
  const at = brokenLine(shape);
  const scoreOf = ({ requested, capacity }: Fill): number =>
    at(capacity === 0 || requested > capacity ? 100 : Math.floor((requested * 100) / capacity));
  return (volumes) => {
    const fills = [...(volumes.bindings.length > 0 ? ofBindings(volumes) : ofProvisions(volumes)).values()];
    if (fills.length === 0) return 0;
    return Math.round(fills.reduce((sum, fill) => sum + scoreOf(fill), 0) / fills.length);
  };
}

type ByClass = ReadonlyMap<string, Fill>;

function ofBindings({ bindings }: NodeVolumes): ByClass {
  const fills = new Map<string, Fill>();
  for (const { claim, volume } of bindings) {
    const name = classOfVolume(volume);
    const { requested, capacity } = fills.get(name) ?? { requested: 0, capacity: 0 };
    fills.set(name, {
      requested: requested + wholeValue(requestOf(claim)),
      capacity: capacity + wholeValue(capacityOf(volume)),
    });
  }
  return fills;
}

/** All claims of a class share the capacity. */
function ofProvisions({ provisions }: NodeVolumes): ByClass {
  const fills = new Map<string, Fill>();
  for (const { claim, capacity } of provisions) {
    if (!capacity) continue;
    const name = classOfClaim(claim);
    const { requested } = fills.get(name) ?? { requested: 0 };
    fills.set(name, {
      requested: requested + wholeValue(requestOf(claim)),
      capacity: wholeValue(capacity.capacity ?? '0'),
    });
  }
  return fills;
}
