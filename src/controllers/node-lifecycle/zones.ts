// How fast nodes that are down may be tainted NoExecute, so that their pods are evicted: by zone, slower or not at all where
// much of a zone is down, and not at all while every zone is, since then the connection is more likely at fault than the
// nodes. Follows handleDisruption and ComputeZoneState (pkg/controller/nodelifecycle). Pure but for what it remembers.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import { labelsOf } from '../../api/meta/v1/object.ts';
import { smallest } from '../../kit/lists.ts';
import { Limiter } from './limiter.ts';
import type { LifecycleSettings } from './settings.ts';

type State = 'initial' | 'normal' | 'partial' | 'full';

export interface ZoneHealth {
  readonly up: number;
  readonly down: number;
}

interface Zone {
  state: State;
  readonly limiter: Limiter;
  /** Nodes that wait, in order. */
  readonly waiting: Set<string>;
}

/** Nodes with this label do not count. */
const EXCLUDED = 'node.kubernetes.io/exclude-disruption';

/** As upstream writes region and zone, also in metrics. */
export function zoneOf(node: Readonly<Node>): string {
  const labels = labelsOf(node);
  const of = (what: string) =>
    labels[`failure-domain.beta.kubernetes.io/${what}`] ?? labels[`topology.kubernetes.io/${what}`] ?? '';
  const [region, zone] = [of('region'), of('zone')];
  return region || zone ? `${region}:\0:${zone}` : '';
}

/** Of each zone that has nodes that count. */
export function healthByZone(
  nodes: readonly Readonly<Node>[],
  isUp: (node: Readonly<Node>) => boolean,
): Map<string, ZoneHealth> {
  const zones = new Map<string, ZoneHealth>();
  for (const node of nodes) {
    if (labelsOf(node)[EXCLUDED] !== undefined) continue;
    const { up, down } = zones.get(zoneOf(node)) ?? { up: 0, down: 0 };
    zones.set(zoneOf(node), isUp(node) ? { up: up + 1, down } : { up, down: down + 1 });
  }
  return zones;
}

export class Zones {
  readonly #settings: LifecycleSettings;
  readonly #zones = new Map<string, Zone>();
  /** True while every zone is fully down: nobody is evicted, and taints that do so are removed. */
  allDown = false;

  constructor(settings: LifecycleSettings) {
    this.#settings = settings;
  }

  /** Adapts the rates to the health of the zones. True when `allDown` changed. */
  assess(health: ReadonlyMap<string, ZoneHealth>, now: number): boolean {
    if (health.size === 0) return false;
    const states = new Map([...health].map(([name, one]) => [name, this.#stateOf(one)]));
    for (const [name, { waiting }] of this.#zones)
      if (!health.has(name) && waiting.size === 0) this.#zones.delete(name);
    const were =
      this.#zones.size > 0 && [...states.keys()].every((name) => this.#zone(name, now).state === 'full');
    const are = [...states.values()].every((state) => state === 'full');
    for (const [name, state] of states) {
      const zone = this.#zone(name, now);
      zone.state = state;
      const { up, down } = health.get(name)!;
      zone.limiter.setRate(are ? 0 : this.#rateOf(state, up + down), now);
    }
    this.allDown = are;
    return are !== were;
  }

  /** A node is down, and its pods are to be evicted when that is allowed. */
  request(zone: string, node: string, now: number): void {
    this.#zone(zone, now).waiting.add(node);
  }

  cancel(node: string): void {
    for (const { waiting } of this.#zones.values()) waiting.delete(node);
  }

  /** Nodes whose turn has come. They no longer wait. */
  grant(now: number): { readonly zone: string; readonly node: string }[] {
    const granted: { zone: string; node: string }[] = [];
    for (const [zone, { waiting, limiter }] of this.#zones)
      for (const node of waiting) {
        if (!limiter.take(now)) break;
        waiting.delete(node);
        granted.push({ zone, node });
      }
    return granted;
  }

  /** Milliseconds until a node's turn may come; undefined when none waits. */
  waitMs(now: number): number | undefined {
    const waits = [...this.#zones.values()].filter(({ waiting }) => waiting.size > 0);
    return waits.length > 0 ? smallest(waits.map(({ limiter }) => limiter.waitMs(now))) : undefined;
  }

  #zone(name: string, now: number): Zone {
    let zone = this.#zones.get(name);
    if (!zone) {
      const limiter = new Limiter(this.#settings.evictionRate, now);
      zone = { state: 'initial', limiter, waiting: new Set() };
      this.#zones.set(name, zone);
    }
    return zone;
  }

  #stateOf({ up, down }: ZoneHealth): State {
    if (up === 0) return 'full';
    const much = down > 2 && down / (up + down) >= this.#settings.unhealthyZoneThreshold;
    return much ? 'partial' : 'normal';
  }

  /** A zone of which nothing is up is emptied at the full rate, as long as another is up. */
  #rateOf(state: State, size: number): number {
    const { evictionRate, secondaryEvictionRate, largeClusterSize } = this.#settings;
    if (state !== 'partial') return evictionRate;
    return size > largeClusterSize ? secondaryEvictionRate : 0;
  }
}
