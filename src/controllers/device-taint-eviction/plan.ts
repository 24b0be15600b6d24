// When a pod is evicted because of taints of its devices, and because of which DeviceTaintRules. Pure.
// Upstream: pkg/controller/devicetainteviction.
import type { DeviceToleration } from '../../api/kinds/resource/v1/device.ts';
import type { DeviceTaint } from '../../api/kinds/resource/v1/device-taint.ts';
import type {
  DeviceRequestAllocationResult,
  ResourceClaim,
} from '../../api/kinds/resource/v1/resource-claim.ts';
import type { ResourceSlice } from '../../api/kinds/resource/v1/resource-slice.ts';
import type { DeviceTaintRule } from '../../api/kinds/resource/v1alpha3/device-taint-rule.ts';
import { toleratesTaint } from '../../api/nodes/taints.ts';
import { compositeKey } from '../../kit/composite-key.ts';

export type Rule = Readonly<DeviceTaintRule>;
export type Claim = Readonly<ResourceClaim>;
type Slice = Readonly<ResourceSlice>;
type Device = Pick<DeviceRequestAllocationResult, 'driver' | 'pool' | 'device'>;

export interface Eviction {
  /** Milliseconds since the epoch: the earliest time that one of the taints asks for. */
  readonly at: number;
  /** Those among the causes that are rules. */
  readonly rules: readonly Rule[];
}

export interface Taints {
  /** The slices of a pool, out-dated ones included. */
  readonly slicesOf: (pool: string) => readonly Slice[];
  readonly rules: readonly Rule[];
}

export const poolOf = ({ driver, pool }: Pick<Device, 'driver' | 'pool'>): string =>
  compositeKey([driver, pool]);

export const poolOfSlice = ({ spec }: Slice): string =>
  poolOf({ driver: spec?.driver ?? '', pool: spec?.pool?.name ?? '' });

export const allocatedTo = ({ status }: Claim): readonly DeviceRequestAllocationResult[] =>
  status?.allocation?.devices?.results ?? [];

/** Slices of an older generation of the pool do not count. */
export function newestOf(slices: readonly Slice[]): Slice[] {
  let newest: Slice[] = [];
  let generation = Number.NEGATIVE_INFINITY;
  for (const slice of slices) {
    const own = Number(slice.spec?.pool?.generation ?? 0);
    if (own > generation) [newest, generation] = [[], own];
    if (own === generation) newest.push(slice);
  }
  return newest;
}

/** A rule without a selector selects nothing, one with an empty selector everything. */
export function selects({ spec }: Rule, { driver, pool, device }: Device): boolean {
  const { deviceSelector: selector } = spec;
  if (!selector) return false;
  return (
    (selector.driver ?? driver) === driver &&
    (selector.pool ?? pool) === pool &&
    (selector.device ?? device) === device
  );
}

/** When the taint ends the use of a device; undefined when it is tolerated for ever. The shortest toleration counts. */
export function endOf(
  taint: Readonly<DeviceTaint>,
  tolerations: readonly DeviceToleration[] = [],
): number | undefined {
  const added = Date.parse(taint.timeAdded ?? '') || 0;
  const matching = tolerations.filter(
    (toleration) => toleration.effect === 'NoExecute' && toleratesTaint(toleration, taint),
  );
  if (matching.length === 0) return added;
  if (matching.some(({ tolerationSeconds }) => tolerationSeconds === undefined)) return undefined;
  const seconds = matching.map(({ tolerationSeconds }) => Math.max(0, Number(tolerationSeconds)));
  return added + seconds.reduce((least, one) => Math.min(least, one)) * 1000;
}

/** Undefined when every taint of the devices is tolerated. */
export function evictionOf(claims: readonly Claim[], taints: Taints): Eviction | undefined {
  const executing = taints.rules.filter(({ spec }) => spec.taint.effect === 'NoExecute');
  let at: number | undefined;
  const rules = new Set<Rule>();
  const note = (end: number | undefined, rule?: Rule) => {
    if (end === undefined) return;
    at = Math.min(at ?? end, end);
    if (rule) rules.add(rule);
  };
  for (const result of claims.flatMap(allocatedTo)) {
    for (const taint of publishedOf(result, taints))
      if (taint.effect === 'NoExecute') note(endOf(taint, result.tolerations));
    for (const rule of executing)
      if (selects(rule, result)) note(endOf(rule.spec.taint, result.tolerations), rule);
  }
  return at === undefined ? undefined : { at, rules: [...rules] };
}

/** The taints of the device that its driver has published. */
function publishedOf(device: Device, { slicesOf }: Taints): readonly DeviceTaint[] {
  const slices = newestOf(slicesOf(poolOf(device)));
  const found = slices.flatMap(({ spec }) => spec?.devices ?? []).find(({ name }) => name === device.device);
  return found?.taints ?? [];
}

/** Whether the rule, with the effect NoExecute, would evict the pods that use the claim. */
export const wouldEvict = (rule: Rule, claim: Claim): boolean =>
  allocatedTo(claim).some(
    (result) =>
      selects(rule, result) &&
      endOf({ ...rule.spec.taint, effect: 'NoExecute' }, result.tolerations) !== undefined,
  );
