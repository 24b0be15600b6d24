// Parses IP addresses and ranges, as far as validation needs it.
import { type IpScope, scopeOf } from '../../kit/ip-scope.ts';
import {
  type Address,
  addressOf,
  addressText,
  type Prefix,
  prefixOf,
  prefixText,
} from '../addresses/prefix.ts';
import { complaints, type FieldError, invalid } from './field.ts';

/** Characters of an address: ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255. */
const LONGEST = 45;

export function isIPv4(text = ''): boolean {
  if (text.length > LONGEST) return false;
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

export function isIPv6(text = ''): boolean {
  if (text.length > LONGEST || !/^[0-9a-fA-F:.]+$/.test(text) || text.includes(':::')) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const all = groups.flat();
  const last = all.at(-1) ?? '';
  const dotted = last.includes('.');
  if (dotted && !isIPv4(last)) return false;
  const plain = dotted ? all.slice(0, -1) : all;
  if (!plain.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const count = plain.length + (dotted ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

export const isIP = (text = ''): boolean => isIPv4(text) || isIPv6(text);

export const ipComplaint = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

export const validateIP = (path: string, value = ''): FieldError[] =>
  isIP(value) ? [] : [invalid(path, value, ipComplaint)];

const isMapped = (value: string): boolean => {
  const parsed = addressOf(value);
  return parsed?.family === 'IPv6' && parsed.value >> 32n === 0xffffn;
};

/** Leading zeros do not matter: as Go's older parser reads it. */
export const isLooseIP = (value = ''): boolean => isIP(value) || isIPv4(withoutLeadingZeros(value));

/** An address of any text that is one, with leading zeros or without; one that is mapped into IPv6 counts as IPv4. */
export function looseAddress(value: string): Address | undefined {
  const address = addressOf(isIPv6(value) ? value : withoutLeadingZeros(value));
  return address && isMapped(value) ? { family: 'IPv4', value: address.value & 0xffffffffn } : address;
}

/** What is wrong with an address in a field that takes any form of IPv6 text, but none that programs read differently. */
export function legacyIpComplaints(value: string): string[] {
  if (!isIP(value)) return [isLooseIP(value) ? 'must not have leading 0s' : ipComplaint];
  return isMapped(value) ? ['must not be an IPv4-mapped IPv6 address'] : [];
}

/** What is wrong with an address where only its canonical form is allowed, because one address must have one text. */
export function strictIpComplaints(value: string): string[] {
  const complaints = legacyIpComplaints(value);
  if (complaints.length > 0 || isIPv4(value)) return complaints;
  const canonical = addressText(addressOf(value)!);
  return value === canonical ? [] : [`must be in canonical form ("${canonical}")`];
}

const NONE: ReadonlySet<string> = new Set();

/** `known`: values that the stored object has. They were valid when they were written, and stay so. */
export const validateNewIP = (path: string, value = '', known = NONE): FieldError[] =>
  known.has(value) ? [] : complaints(path, value, legacyIpComplaints(value));

const withoutLeadingZeros = (text: string): string =>
  text.length > LONGEST
    ? ''
    : text
        .split('.')
        .map((part) => (/^[0-9]+$/.test(part) ? String(Number(part)) : part))
        .join('.');

export function isCIDR(text = ''): boolean {
  const [address = '', bits = '', ...rest] = text.split('/', 3);
  if (rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(bits)) return false;
  return (isIPv4(address) && Number(bits) <= 32) || (isIPv6(address) && Number(bits) <= 128);
}

export const validateCIDR = (path: string, value = ''): FieldError[] =>
  isCIDR(value)
    ? []
    : complaints(path, value, ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)']);

/** A range or an address in one, where leading zeros do not matter: as Go's older parser reads it. */
function looseCidr(value: string): { address: string; bits: number } | undefined {
  const [address = '', bits = '', ...rest] = value.slice(0, LONGEST + 5).split('/', 3);
  const number = /^0*(\d{1,3})$/.exec(bits)?.[1];
  const plain = isIPv6(address) ? address : withoutLeadingZeros(address);
  if (rest.length > 0 || number === undefined || !isCIDR(`${plain}/${Number(number)}`)) return undefined;
  return { address: plain, bits: Number(number) };
}

/** What is wrong with a range in a field that takes any form of IPv6 text, but none that programs read differently. */
export function legacyCidrComplaints(value: string): string[] {
  const wrong = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
  const loose = looseCidr(value);
  if (!loose) return [wrong];
  const { address, bits } = loose;
  if (value !== `${address}/${bits}`) return ['must not have leading 0s in IP or prefix length'];
  if (isMapped(address)) return ['must not have an IPv4-mapped IPv6 address'];
  const prefix = prefixOf(value);
  if (!prefix) return [wrong];
  return addressOf(address)!.value === prefix.network
    ? []
    : ['must not have bits set beyond the prefix length'];
}

/** What is wrong with a range where only its canonical form is allowed. */
export function strictCidrComplaints(value: string): string[] {
  const complaints = legacyCidrComplaints(value);
  if (complaints.length > 0) return complaints;
  const canonical = prefixText(prefixOf(value)!);
  return value === canonical ? [] : [`must be in canonical form ("${canonical}")`];
}

/** `known`: values that the stored object has. They were valid when they were written, and stay so. */
export const validateNewCIDR = (path: string, value: string, known = NONE): FieldError[] =>
  known.has(value) ? [] : complaints(path, value, legacyCidrComplaints(value));

/** The range of any text that is one, with leading zeros and bits beyond its length or without. */
export function looseRange(value: string): Prefix | undefined {
  const loose = looseCidr(value);
  return loose && prefixOf(`${loose.address}/${loose.bits}`);
}

/** The address before the slash of such a text. */
export const looseRangeAddress = (value: string): string | undefined => looseCidr(value)?.address;

/** Of an address of an interface, with the length of its network's prefix: it may have bits beyond it. */
export function interfaceAddressComplaints(value: string): string[] {
  const loose = looseCidr(value);
  const parsed = loose && addressOf(loose.address);
  if (!parsed) return ['must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)'];
  const mapped = isMapped(loose.address);
  const address = mapped ? ({ family: 'IPv4', value: parsed.value & 0xffffffffn } as const) : parsed;
  const canonical = `${addressText(address)}/${mapped ? loose.bits - 96 : loose.bits}`;
  return value === canonical ? [] : [`must be in canonical form ("${canonical}")`];
}

const FORBIDDEN: Readonly<Partial<Record<IpScope, string>>> = {
  loopback: 'may not be in the loopback range (127.0.0.0/8, ::1/128)',
  linkLocal: 'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
  linkLocalMulticast: 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
};

/** Loopback, link-local and multicast addresses are not allowed for endpoints. Unlike upstream, which knows mapped addresses only,
 *  this judges every IPv6 address that stands for an IPv4 one (NAT64, 6to4) as that one. */
export function validateEndpointIP(path: string, value = ''): FieldError[] {
  const scope = scopeOf(value);
  if (scope === 'unspecified') return [invalid(path, value, `may not be unspecified (${value})`)];
  const why = scope && FORBIDDEN[scope];
  return why ? [invalid(path, value, why)] : [];
}
