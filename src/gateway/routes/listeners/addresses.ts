// Which address each Gateway has. A Gateway keeps what its status says for as long as it is there; spec.addresses may ask for free ones.
// Pure; called by compile.ts. Older Gateways choose first. What was just given may not yet be in the status that is known: another Gateway,
// made in the same second, would get it otherwise.
import type { Gateway } from '../../../api/kinds/gateway/v1/gateway.ts';
import { byAge } from '../age.ts';
import { type Fault, shown } from '../verdict.ts';

/** An address of the machine's loopback range, and the one at which pods reach the same Gateway, if there is such a thing. */
export interface AddressPair {
  readonly outside: string;
  readonly inside?: string;
}

/** Decides the addresses of Gateways, asked with every change. */
export interface AddressSource {
  assign(gateways: readonly Readonly<Gateway>[]): ReadonlyMap<Readonly<Gateway>, Assigned>;
}

export interface Assigned {
  readonly pairs: readonly AddressPair[];
  /** In this order in the status. */
  readonly shown: readonly string[];
  /** What entrances listen at where that is not the listener's port, by the name of gatewayPort(). */
  readonly ports?: Readonly<Record<string, number>>;
  readonly unsupported?: Fault;
  readonly unusable?: Fault;
}

/** Addresses of a pool that nobody else gives away. */
export class PoolAddresses implements AddressSource {
  readonly #pool: readonly AddressPair[];
  #given: Given = new Map();

  constructor(pool: readonly AddressPair[]) {
    this.#pool = pool;
  }

  assign(gateways: readonly Readonly<Gateway>[]): ReadonlyMap<Readonly<Gateway>, Assigned> {
    const assigned = assignAddresses(gateways, this.#pool, this.#given);
    this.#given = givenIn(assigned);
    return assigned;
  }
}

/** By a Gateway's uid the addresses outside that it was given last. */
export type Given = ReadonlyMap<string, readonly string[]>;

export const givenIn = (assigned: ReadonlyMap<Readonly<Gateway>, Assigned>): Given =>
  new Map([...assigned].map(([{ metadata }, { pairs }]) => [metadata.uid!, pairs.map((one) => one.outside)]));

/** `pool`: all there are. */
export function assignAddresses(
  gateways: readonly Readonly<Gateway>[],
  pool: readonly AddressPair[],
  given: Given,
): Map<Readonly<Gateway>, Assigned> {
  const free = new Map(pool.map((pair) => [pair.outside, pair]));
  const sorted = [...gateways].sort(byAge);
  const found = new Map<Readonly<Gateway>, Assigned>();
  for (const gateway of sorted)
    if (asksFor(gateway)) found.set(gateway, requested(gateway, free, sorted, given));
  for (const gateway of sorted) if (!asksFor(gateway)) keep(gateway, free, found, given);
  for (const gateway of sorted)
    if (!found.has(gateway)) {
      const [first] = free.values();
      found.set(gateway, first ? one(take(first, free)) : NONE);
    }
  return found;
}

const asksFor = ({ spec }: Readonly<Gateway>): boolean =>
  (spec.addresses ?? []).some(({ type = 'IPAddress', value }) => value || type !== 'IPAddress');

const NONE: Assigned = {
  pairs: [],
  shown: [],
  unusable: { reason: 'AddressNotAssigned', message: 'all addresses for Gateways are in use' },
};

function take(pair: AddressPair, free: Map<string, AddressPair>): AddressPair {
  free.delete(pair.outside);
  return pair;
}

const one = (pair: AddressPair): Assigned => ({
  pairs: [pair],
  shown: [pair.outside, ...(pair.inside ? [pair.inside] : [])],
});

function keep(
  gateway: Readonly<Gateway>,
  free: Map<string, AddressPair>,
  found: Map<Readonly<Gateway>, Assigned>,
  given: Given,
): void {
  for (const value of formerOf(gateway, given)) {
    const pair = free.get(value);
    if (pair) return void found.set(gateway, one(take(pair, free)));
  }
}

/** In the status, or on their way there. */
function formerOf({ metadata, status }: Readonly<Gateway>, given: Given): readonly string[] {
  const said = (status?.addresses ?? []).map(({ value }) => value);
  return said.length > 0 ? said : (given.get(metadata.uid!) ?? []);
}

/** Addresses that older Gateways have and did not ask for are theirs. */
function requested(
  gateway: Readonly<Gateway>,
  free: Map<string, AddressPair>,
  all: readonly Readonly<Gateway>[],
  given: Given,
): Assigned {
  const wanted = gateway.spec.addresses ?? [];
  const unsupported = unsupportedAddress(gateway);
  if (unsupported) return { pairs: [], shown: [], unsupported };
  const pairs: AddressPair[] = [];
  const values: string[] = [];
  let unusable: Fault | undefined;
  for (const { value } of wanted) {
    if (!value) continue;
    const pair = [...free.values()].find(({ outside, inside }) => value === outside || value === inside);
    if (pair && !isHeld(pair, gateway, all, given)) {
      pairs.push(take(pair, free));
      values.push(value);
    } else if (!pairs.some(({ outside, inside }) => value === outside || value === inside))
      unusable ??= {
        reason: 'AddressNotUsable',
        message: `address ${shown(value)} is in use, or is none for Gateways`,
      };
    else values.push(value);
  }
  return { pairs, shown: values, ...(unusable && { unusable }) };
}

export function unsupportedAddress({ spec }: Readonly<Gateway>): Fault | undefined {
  const other = (spec.addresses ?? []).find(({ type = 'IPAddress' }) => type !== 'IPAddress');
  if (!other) return undefined;
  const message = `addresses of type ${shown(other.type ?? '')} are not supported`;
  return { reason: 'UnsupportedAddress', message };
}

const isHeld = (
  { outside }: AddressPair,
  asking: Readonly<Gateway>,
  all: readonly Readonly<Gateway>[],
  given: Given,
): boolean =>
  all.some((other) => other !== asking && !asksFor(other) && formerOf(other, given).includes(outside));
