// Parses IP addresses and ranges, as far as validation needs it.
import { type IpScope, scopeOf } from '../../kit/ip-scope.ts';
import { addressOf, addressText, prefixOf, prefixText } from '../addresses/prefix.ts';
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

const canonicalOf = (ipv6: string): string => new URL(`http://[${ipv6}]`).hostname.slice(1, -1);

/** What is wrong with an address that may have any form that has one meaning. */
function newIpComplaints(value: string): string[] {
  if (!isIP(value)) return [isIPv4(withoutLeadingZeros(value)) ? 'must not have leading 0s' : ipComplaint];
  if (isIPv4(value)) return [];
  const canonical = canonicalOf(value);
  return canonical.startsWith('::ffff:') && canonical.split(':').length === 5
    ? ['must not be an IPv4-mapped IPv6 address']
    : [];
}

/** Of fields that took more forms before (StrictIPCIDRValidation). */
export const validateNewIP = (path: string, value = ''): FieldError[] =>
  complaints(path, value, newIpComplaints(value));

/** What is wrong with an address where only its canonical form is allowed, because one address must have one text. */
export function strictIpComplaints(value: string): string[] {
  const found = newIpComplaints(value);
  if (found.length > 0 || isIPv4(value)) return found;
  const canonical = canonicalOf(value);
  return value === canonical ? [] : [`must be in canonical form ("${canonical}")`];
}

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

/** What is wrong with a range where only its canonical form is allowed. */
export function strictCidrComplaints(value: string): string[] {
  const wrong = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
  const loose = looseCidr(value);
  if (!loose) return [wrong];
  const { address, bits } = loose;
  if (value !== `${address}/${bits}`) return ['must not have leading 0s in IP or prefix length'];
  const prefix = prefixOf(value);
  if (!prefix) return [wrong];
  const parsed = addressOf(address)!;
  if (prefix.family === 'IPv6' && parsed.value >> 32n === 0xffffn)
    return ['must not have an IPv4-mapped IPv6 address'];
  if (parsed.value !== prefix.network) return ['must not have bits set beyond the prefix length'];
  const canonical = prefixText(prefix);
  return value === canonical ? [] : [`must be in canonical form ("${canonical}")`];
}

/** Of an address of an interface, with the length of its network's prefix: it may have bits beyond it. */
export function interfaceAddressComplaints(value: string): string[] {
  const loose = looseCidr(value);
  const parsed = loose && addressOf(loose.address);
  if (!parsed) return ['must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)'];
  const isMapped = parsed.family === 'IPv6' && parsed.value >> 32n === 0xffffn;
  const address = isMapped ? ({ family: 'IPv4', value: parsed.value & 0xffffffffn } as const) : parsed;
  const canonical = `${addressText(address)}/${isMapped ? loose.bits - 96 : loose.bits}`;
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
