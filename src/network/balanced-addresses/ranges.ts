// Ranges of addresses for LoadBalancer Services, as users write them: `192.0.2.10-192.0.2.50`, `2001:db8::/120`, one address. Pure.
import { addressOf, type Family, prefixOf } from '../../api/addresses/prefix.ts';

export interface Range {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

/** Undefined for a text that is none. Of a prefix the address of the network is left out, and of IPv4 the broadcast address. */
export function rangeOf(text: string): Range | undefined {
  if (text.includes('/')) return ofPrefix(text);
  const dash = text.indexOf('-');
  const first = addressOf(dash < 0 ? text : text.slice(0, dash).trim());
  const last = addressOf(dash < 0 ? text : text.slice(dash + 1).trim());
  if (!first || !last || first.family !== last.family || first.value > last.value) return undefined;
  return { family: first.family, first: first.value, last: last.value };
}

function ofPrefix(text: string): Range | undefined {
  const prefix = prefixOf(text);
  if (!prefix) return undefined;
  const { family, network, last } = prefix;
  const size = last - network + 1n;
  if (size <= 2n) return { family, first: network, last };
  return { family, first: network + 1n, last: family === 'IPv4' ? last - 1n : last };
}

export const inRange = ({ family, first, last }: Range, text: string): boolean => {
  const address = addressOf(text);
  return address?.family === family && first <= address.value && address.value <= last;
};

/** Of texts that were looked at before. */
export const rangesOf = (texts: readonly string[]): Range[] =>
  texts.map((text) => {
    const range = rangeOf(text);
    if (!range) throw new Error(`no range of addresses: ${text}`);
    return range;
  });

/** Whether the network, written as a prefix, has the address. */
export function inNetwork(network: string, text: string): boolean {
  const [prefix, address] = [prefixOf(network), addressOf(text)];
  if (!prefix || prefix.family !== address?.family) return false;
  return prefix.network <= address.value && address.value <= prefix.last;
}
