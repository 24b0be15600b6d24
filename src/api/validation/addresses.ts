// Parses IP addresses and ranges, as far as validation needs it.
import { complaints, type FieldError, invalid } from './field.ts';

export function isIPv4(text = ''): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

export function isIPv6(text = ''): boolean {
  if (!/^[0-9a-fA-F:.]+$/.test(text) || text.includes(':::')) return false;
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

export function isCIDR(text = ''): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(bits)) return false;
  return (isIPv4(address) && Number(bits) <= 32) || (isIPv6(address) && Number(bits) <= 128);
}

export const validateCIDR = (path: string, value = ''): FieldError[] =>
  isCIDR(value)
    ? []
    : complaints(path, value, ['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)']);

/** Loopback, link-local and multicast addresses are not allowed for endpoints. */
export function validateEndpointIP(path: string, value = ''): FieldError[] {
  const bad = (why: string) => [invalid(path, value, why)];
  const v4 = isIPv4(value);
  if (value === '0.0.0.0' || value === '::') return bad(`may not be unspecified (${value})`);
  if (v4 ? value.startsWith('127.') : value === '::1')
    return bad('may not be in the loopback range (127.0.0.0/8, ::1/128)');
  if (v4 ? value.startsWith('169.254.') : /^fe[89ab]/i.test(value))
    return bad('may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  if (v4 ? value.startsWith('224.0.0.') : /^ff02/i.test(value))
    return bad('may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
  return [];
}
