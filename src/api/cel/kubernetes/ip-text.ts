// IP addresses and ranges as Go's net/netip reads and writes them, with its errors.

import { addAll } from '../../../kit/lists.ts';
import { quoted } from './url-text.ts';

/** Four or sixteen bytes, and a zone if the text has one. */
export interface Address {
  readonly bytes: readonly number[];
  readonly zone: string;
}

export interface Range {
  readonly address: Address;
  readonly bits: number;
}

export class AddressError extends Error {}

const fail = (text: string, why: string, rest?: string): never => {
  const at = rest === undefined || rest === '' ? '' : ` (at ${quoted(rest)})`;
  throw new AddressError(`ParseAddr(${quoted(text)}): ${why}${at}`);
};

export function parseAddress(text: string): Address {
  for (const c of text) {
    if (c === '.') return { bytes: parse4(text, text), zone: '' };
    if (c === ':') return parse6(text);
    if (c === '%') fail(text, 'missing IPv6 address');
  }
  return fail(text, 'unable to parse IP');
}

function parse4(text: string, whole: string): number[] {
  const bytes: number[] = [];
  let value = 0;
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c >= '0' && c <= '9') {
      if (digits === 1 && value === 0) fail(whole, 'IPv4 field has octet with leading zero');
      value = value * 10 + Number(c);
      digits++;
      if (value > 255) fail(whole, 'IPv4 field has value >255');
    } else if (c === '.') {
      if (i === 0 || i === text.length - 1 || text.charAt(i - 1) === '.')
        fail(whole, 'IPv4 field must have at least one digit', text.slice(i));
      if (bytes.length === 3) fail(whole, 'IPv4 address too long');
      bytes.push(value);
      value = 0;
      digits = 0;
    } else fail(whole, 'unexpected character', text.slice(i));
  }
  if (bytes.length < 3) fail(whole, 'IPv4 address too short');
  return [...bytes, value];
}

function parse6(text: string): Address {
  const percent = text.indexOf('%');
  const zone = percent < 0 ? '' : text.slice(percent + 1);
  if (percent >= 0 && zone === '') fail(text, 'zone must be a non-empty string');
  let rest = percent < 0 ? text : text.slice(0, percent);
  const bytes: number[] = [];
  let gap = -1;
  if (rest.startsWith('::')) {
    gap = 0;
    rest = rest.slice(2);
  }
  while (rest !== '' && bytes.length < 16) {
    const digits = /^[0-9a-fA-F]{0,5}/.exec(rest)?.[0] ?? '';
    if (digits.length > 4) fail(text, 'each group must have 4 or less digits', rest);
    if (digits === '') fail(text, 'each colon-separated field must have at least one digit', rest);
    if (rest.charAt(digits.length) === '.') {
      if (gap < 0 && bytes.length !== 12)
        fail(text, 'embedded IPv4 address must replace the final 2 fields of the address', rest);
      if (bytes.length + 4 > 16)
        fail(text, 'too many hex fields to fit an embedded IPv4 at the end of the address', rest);
      addAll(bytes, parse4(rest, text));
      rest = '';
      break;
    }
    const group = Number.parseInt(digits, 16);
    bytes.push(group >> 8, group & 255);
    rest = rest.slice(digits.length);
    if (rest === '') break;
    if (!rest.startsWith(':')) fail(text, 'unexpected character, want colon', rest);
    if (rest.length === 1) fail(text, 'colon must be followed by more characters', rest);
    rest = rest.slice(1);
    if (!rest.startsWith(':')) continue;
    if (gap >= 0) fail(text, 'multiple :: in address', rest);
    gap = bytes.length;
    rest = rest.slice(1);
  }
  if (rest !== '') fail(text, 'trailing garbage after address', rest);
  if (bytes.length < 16) {
    if (gap < 0) fail(text, 'address string too short');
    const zeros = new Array<number>(16 - bytes.length).fill(0);
    return { bytes: [...bytes.slice(0, gap), ...zeros, ...bytes.slice(gap)], zone };
  }
  if (gap >= 0) fail(text, 'the :: must expand to at least one field of zeros');
  return { bytes, zone };
}

export const isMapped = ({ bytes }: Address): boolean =>
  bytes.length === 16 && bytes.every((byte, i) => i >= 12 || byte === (i >= 10 ? 255 : 0));

export function showAddress({ bytes }: Address): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  const [start, length] = longestZeros(groups);
  if (length < 2) return groups.map((group) => group.toString(16)).join(':');
  const show = (part: number[]): string => part.map((group) => group.toString(16)).join(':');
  return `${show(groups.slice(0, start))}::${show(groups.slice(start + length))}`;
}

function longestZeros(groups: readonly number[]): [number, number] {
  let best: [number, number] = [0, 0];
  for (let i = 0; i < groups.length; i++) {
    let end = i;
    while (groups[end] === 0) end++;
    if (end - i > best[1]) best = [i, end - i];
    if (end > i) i = end;
  }
  return best;
}

export function parseRange(text: string): Range {
  const wrong = (why: string): never => {
    throw new AddressError(`netip.ParsePrefix(${quoted(text)}): ${why}`);
  };
  const slash = text.lastIndexOf('/');
  if (slash < 0) wrong("no '/'");
  const address = prefixAddress(text.slice(0, slash), wrong);
  if (address.zone !== '') wrong('IPv6 zones cannot be present in a prefix');
  const bits = text.slice(slash + 1);
  if (!/^(?:0|[1-9]\d{0,5})$/.test(bits)) wrong(`bad bits after slash: ${quoted(bits)}`);
  if (Number(bits) > address.bytes.length * 8) wrong('prefix length out of range');
  return { address, bits: Number(bits) };
}

function prefixAddress(text: string, wrong: (why: string) => never): Address {
  try {
    return parseAddress(text);
  } catch (error) {
    if (error instanceof AddressError) return wrong(error.message);
    throw error;
  }
}

export const maskedBytes = (bytes: readonly number[], bits: number): number[] =>
  bytes.map(
    (byte, i) => byte & (bits >= 8 * i + 8 ? 255 : bits <= 8 * i ? 0 : (255 << (8 * i + 8 - bits)) & 255),
  );

/** Whether an address lies in a range. */
export function inRange({ address, bits }: Range, { bytes }: Address): boolean {
  if (address.bytes.length !== bytes.length) return false;
  const network = maskedBytes(address.bytes, bits);
  return maskedBytes(bytes, bits).every((byte, i) => byte === network[i]);
}
