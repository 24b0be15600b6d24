// The formats of strings in schemas. A format that is not in this table is ignored.
// Upstream: apiextensions-apiserver/pkg/apiserver/validation/formats.go, and strfmt in k8s.io/kube-openapi.
import { isIP, isIPv4, isIPv6 } from 'node:net';
import { durationNanoseconds } from '../../../api/meta/v1/duration.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../../../api/validation/names.ts';
import { own } from '../../../kit/own.ts';

type Check = (text: string) => boolean;

const like =
  (form: RegExp): Check =>
  (text) =>
    form.test(text);

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const CARD =
  /^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\d{3})\d{11})$/;
const BYTE = /^(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])$/;

const FORMATS: Readonly<Record<string, Check>> = {
  bsonobjectid: like(/^[0-9a-f]{24}$/i),
  uri: isUri,
  email: isEmail,
  hostname: isHostname,
  ipv4: isIPv4,
  ipv6: isIPv6,
  cidr: isCidr,
  mac: isMac,
  uuid: like(UUID),
  uuid3: like(/^[0-9a-f]{8}-?[0-9a-f]{4}-?3[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i),
  uuid4: like(/^[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i),
  uuid5: like(/^[0-9a-f]{8}-?[0-9a-f]{4}-?5[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}$/i),
  isbn: (text) => isIsbn10(text) || isIsbn13(text),
  isbn10: isIsbn10,
  isbn13: isIsbn13,
  creditcard: isCreditCard,
  ssn: like(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/),
  hexcolor: like(/^#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})$/),
  rgbcolor: isRgb,
  byte: isBase64,
  password: () => true,
  date: isDate,
  duration: isDuration,
  datetime: isDateTime,
  k8sshortname: (text) => isDNS1123Label(text).length === 0,
  k8slongname: (text) => isDNS1123Subdomain(text).length === 0,
};

/** Dashes in the names of formats mean nothing. */
export const fits = (format: string, text: string): boolean =>
  own(FORMATS, format.replaceAll('-', ''))?.(text) ?? true;

/** Whether a schema of a type may have the format; others are ignored with a warning. */
export function isKnownFormat(format: string, type: string | undefined): boolean {
  if (type === 'integer') return format === 'int32' || format === 'int64';
  if (type === 'number') return format === 'float' || format === 'double';
  return (!type || type === 'string') && own(FORMATS, format.replaceAll('-', '')) !== undefined;
}

/** As url.ParseRequestURI: absolute, or a path. */
function isUri(text: string): boolean {
  if (text === '' || /[\p{Cc} ]/u.test(text)) return false;
  if (text.startsWith('/')) return !/%(?![0-9a-fA-F]{2})/.test(text);
  return /^[A-Za-z][A-Za-z0-9+.-]*:./.test(text) && URL.canParse(text);
}

/** As mail.ParseAddress, for addresses with or without a display name, but without comments. */
function isEmail(text: string): boolean {
  const angle = /^[^<>@]*<([^<>]*)>$/.exec(text.trim());
  const address = angle ? angle[1]! : text.trim();
  const at = address.lastIndexOf('@');
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  if (at < 1 || !/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\u{80}-\u{10ffff}-]+$/u.test(domain)) return false;
  const word = (part: string) => /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u{80}-\u{10ffff}-]+$/u.test(part);
  const quoted = /^"(?:[^"\\\r\n]|\\[^\r\n])*"$/.test(local);
  return (quoted || local.split('.').every(word)) && domain.split('.').every((part) => part !== '');
}

function isHostname(text: string): boolean {
  if (text.length > 255) return false;
  const host = text.endsWith('.') ? text.slice(0, -1) : text;
  const labels = host.split('.');
  const label = (part: string) =>
    part.length <= 63 &&
    /^(?:[a-zA-Z0-9\u{a0}-\u{10ffff}]|[a-zA-Z0-9\u{a0}-\u{10ffff}][a-zA-Z0-9\u{a0}-\u{10ffff}-]*[a-zA-Z0-9\u{a0}-\u{10ffff}])$/u.test(
      part,
    );
  return labels.every(label);
}

function isCidr(text: string): boolean {
  const slash = text.indexOf('/');
  const [address, bits] = [text.slice(0, slash), text.slice(slash + 1)];
  const version = slash > 0 ? isIP(address) : 0;
  return version !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}

/** 6, 8 or 20 bytes, separated by colons, dashes, or in groups of four digits by dots. */
function isMac(text: string): boolean {
  return [6, 8, 20].some(
    (bytes) => [':', '-'].some((mark) => parts(text, mark, 2, bytes)) || parts(text, '.', 4, bytes / 2),
  );
}

function parts(text: string, mark: string, digits: number, count: number): boolean {
  const found = text.split(mark);
  return found.length === count && found.every((one) => one.length === digits && /^[0-9a-fA-F]+$/.test(one));
}

function isIsbn10(text: string): boolean {
  const digits = text.replace(/[\s-]/g, '');
  if (!/^\d{9}[\dX]$/.test(digits)) return false;
  const sum = [...digits].reduce(
    (total, digit, i) => total + (i + 1) * (digit === 'X' ? 10 : Number(digit)),
    0,
  );
  return sum % 11 === 0;
}

function isIsbn13(text: string): boolean {
  const digits = text.replace(/[\s-]/g, '');
  if (!/^\d{13}$/.test(digits)) return false;
  const sum = [...digits].reduce((total, digit, i) => total + Number(digit) * (i % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}

function isCreditCard(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  if (!CARD.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const value = Number(digit) * (i % 2 === 0 ? 1 : 2);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

function isRgb(text: string): boolean {
  const inner = /^rgb\(([\d\s,]*)\)$/.exec(text)?.[1];
  const numbers = inner?.split(',').map((one) => one.trim());
  return numbers?.length === 3 && numbers.every((one) => BYTE.test(one));
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function isDate(text: string): boolean {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (!found) return false;
  const [year, month, day] = found.slice(1).map(Number) as [number, number, number];
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day >= 1 && day <= (month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0));
}

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDateTime(text: string): boolean {
  const found = /^([^Tt]{10})[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/.exec(text);
  if (!found) return false;
  const [hour, minute, second] = found.slice(2).map(Number) as [number, number, number];
  return isDate(found[1]!) && hour < 24 && minute < 60 && second < 60;
}

function isDuration(text: string): boolean {
  return (
    durationNanoseconds(text) !== undefined ||
    /^\d+\s*(?:ns|us|µs|ms|s|m|h|d|w|nano|nanos|nanosecond|nanoseconds|micro|micros|microsecond|microseconds|milli|millis|millisecond|milliseconds|sec|secs|second|seconds|min|mins|minute|minutes|hr|hrs|hour|hours|day|days|wk|wks|week|weeks)$/i.test(
      text.trim(),
    )
  );
}
