// What the routes of each namespace use of what the door has, and who uses more than his share. Called by ../entrances.ts while routes are
// put together, and by fitting.ts, which decides who gives way.
import { MOST_BACKENDS, MOST_BRANCHES, MOST_BYTES } from '../../model/limits.ts';
import { allowances } from '../../model/shares.ts';

export interface Use {
  branches: number;
  /** How often a match is looked at for that: processor time. */
  looks: number;
  backends: number;
  bytes: number;
}
export type What = keyof Use;
export type Uses = ReadonlyMap<string, Readonly<Use>>;

/** Of all routes together. */
export const MOST: Readonly<Use> = {
  branches: MOST_BRANCHES,
  looks: 20 * MOST_BRANCHES,
  backends: MOST_BACKENDS,
  bytes: MOST_BYTES,
};
const KINDS = Object.keys(MOST) as What[];

export const nothing = (): Use => ({ branches: 0, looks: 0, backends: 0, bytes: 0 });

export function addTo(uses: Map<string, Use>, owner: string, use: Readonly<Partial<Use>>): Use {
  const sum = uses.get(owner) ?? nothing();
  uses.set(owner, sum);
  for (const what of KINDS) sum[what] += use[what] ?? 0;
  return sum;
}

export class Usage {
  readonly #allowed: Uses;
  readonly #used = new Map<string, Use>();
  /** Those that use more than they may, and of what. */
  readonly over = new Map<string, What>();

  /** `least`: what each namespace will use at least. */
  constructor(least: Uses) {
    const allowed = new Map([...least.keys()].map((owner) => [owner, nothing()]));
    for (const what of KINDS) {
      const wanted = new Map([...least].map(([owner, use]) => [owner, use[what]]));
      for (const [owner, part] of allowances(wanted, MOST[what])) allowed.get(owner)![what] = part;
    }
    this.#allowed = allowed;
  }

  charge(owner: string, use: Readonly<Partial<Use>>): void {
    const sum = addTo(this.#used, owner, use);
    const allowed = this.#allowed.get(owner) ?? MOST;
    if (this.over.has(owner)) return;
    for (const what of KINDS) if (sum[what] > allowed[what]) this.over.set(owner, what);
  }
}

/** Charges that are settled together: each costs several look-ups. */
const TOGETHER = 500;

/** A part of the work, whose charges are remembered with what came of it. */
export class Tab {
  readonly charges = new Map<string, Use>();
  readonly #usage: Usage;
  readonly #whole: Tab | undefined;
  #unsettled = new Map<string, Use>();
  #count = 0;

  constructor(usage: Usage, whole?: Tab) {
    this.#usage = usage;
    this.#whole = whole;
  }

  /** A tab of its own for a part of the work; what it says is on this one, too. */
  part(): Tab {
    return new Tab(this.#usage, this);
  }

  /** True when so much was done that others may want the processor. */
  charge(owner: string, use: Readonly<Partial<Use>>): boolean {
    addTo(this.#unsettled, owner, use);
    if (++this.#count % TOGETHER !== 0) return false;
    this.settle();
    return true;
  }

  /** What was charged for the same work before. */
  again(charges: Uses): void {
    for (const [owner, use] of charges) this.#settle(owner, use);
  }

  /** To be called at the end. */
  settle(): void {
    for (const [owner, use] of this.#unsettled) this.#settle(owner, use);
    this.#unsettled = new Map();
  }

  #settle(owner: string, use: Readonly<Use>): void {
    addTo(this.charges, owner, use);
    if (this.#whole) addTo(this.#whole.charges, owner, use);
    this.#usage.charge(owner, use);
  }

  isOver(owner: string): boolean {
    return this.#usage.over.has(owner);
  }
}
