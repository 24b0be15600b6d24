// The texts of users that may become part of the proxy's configuration. Security: nothing that these functions refuse may reach
// haproxy/. A line of HAProxy's has at most 2,048 characters, hence the lengths. What may stand where HAProxy looks for flags does not
// begin with '-'. None admits a space, a quote, a backslash, a control character, '#', '{', '$' or '%', except where it says so; none
// admits a new line.
import { isIP } from 'node:net';

/** A host name in lower case. */
export const isHostName = (text: string): boolean =>
  text.length <= 253 && text.split('.').every(isLabel) && isIP(text) === 0;

const isLabel = (label: string): boolean =>
  label.length <= 63 && /^[a-z0-9-]+$/.test(label) && !label.startsWith('-') && !label.endsWith('-');

/** A host name, or one after `*.`. */
export const isHost = (text: string): boolean => isHostName(text.startsWith('*.') ? text.slice(2) : text);

/** A host name or an address, and perhaps a port. */
export function isAuthority(text: string): boolean {
  const [host = '', port, ...more] = text.split(':');
  if (more.length > 0 || (port !== undefined && !/^[0-9]{1,5}$/.test(port))) return false;
  return isHostName(host) || isIP(host) === 4;
}

/** Names of objects, keys of ports: what may be part of a backend's name. */
export const isName = (text: string): boolean => text.length <= 253 && /^[a-z0-9.-]+$/.test(text);

/** A path to compare requests with: pchar of RFC 3986 without its percent-encoding. It is only written into map files. */
export const isMatchPath = (text: string): boolean =>
  text.length <= 1024 && text.startsWith('/') && /^[A-Za-z0-9/._~!$&'()*+,;=:@-]*$/.test(text);

/** A path that requests are given. */
export const isTargetPath = (text: string): boolean =>
  text.length <= 512 && text.startsWith('/') && /^[A-Za-z0-9/._~!&*+,=:@-]*$/.test(text);

/** Where clients are sent: an http or https URL, or a path. */
export const isLocation = (text: string): boolean =>
  text.length <= 1024 &&
  (/^https?:\/\//.test(text) || text.startsWith('/')) &&
  /^[A-Za-z0-9/._~!&*+,=:@?-]*$/.test(text);

/** Names of headers and cookies, methods. */
export const isToken = (text: string): boolean =>
  text.length <= 128 && /^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(text);

/** Names of headers that are changed: every token of RFC 9110. HAProxy gets them in quotes. */
export const isHeaderName = (text: string): boolean =>
  text.length <= 256 && /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(text);

/** These say how a message ends, and where it goes: no user changes them. */
const FRAMING = new Set([
  'content-length',
  'transfer-encoding',
  'connection',
  'upgrade',
  'te',
  'trailer',
  'host',
]);

export const isFraming = (name: string): boolean => FRAMING.has(name.toLowerCase());

/** Values of headers and of parameters, whatever printable ASCII they have: HAProxy reads them from maps and files, line by line. */
export const isHeaderValue = (text: string): boolean =>
  text.length <= 4096 && /^[!-~](?:[ -~]*[!-~])?$/.test(text);

/** A path with everything that RFC 3986 admits in one, for the same files. */
export const isPath = (text: string): boolean =>
  text.length <= 1024 &&
  text.startsWith('/') &&
  /^(?:[A-Za-z0-9/._~!$&'()*+,;=:@-]|%[0-9a-fA-F]{2})*$/.test(text);

/** Values of headers and cookies to compare with. */
export const isPlainValue = (text: string): boolean =>
  text.length <= 256 && /^[A-Za-z0-9._~@/:=+][A-Za-z0-9._~@/:=+-]*$/.test(text);

/** Tokens with commas between; spaces may follow the commas. */
export const isTokenList = (text: string): boolean =>
  text.length <= 512 && text.split(',').every((token) => isToken(token.trim()));

/** https://host, https://*.host, with a port or without. */
export function isOrigin(text: string): boolean {
  const [scheme, authority = '', ...more] = text.split('://');
  if (more.length > 0 || (scheme !== 'http' && scheme !== 'https')) return false;
  return isAuthority(authority.startsWith('*.') ? authority.slice(2) : authority);
}

/** Of a user list. */
export const isUserName = (text: string): boolean => text.length <= 64 && /^[A-Za-z0-9._@+-]+$/.test(text);

/** What an `Authorization` challenge says; it stands in quotes. */
export const isRealm = (text: string): boolean => text.length <= 128 && /^[A-Za-z0-9 ._:/-]+$/.test(text);

/** An address, or one with the length of a prefix. */
export function isCidr(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || address.includes('%') || more.length > 0) return false;
  if (bits === undefined) return true;
  return /^[0-9]{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
}
