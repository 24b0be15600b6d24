// Semantic versions, as blang/semver reads and orders them. Used by CEL and by validation.

import { compareStrings } from '../values/equality.ts';
import { quoted } from './url-text.ts';

export interface Version {
  readonly numbers: readonly bigint[];
  readonly pre: readonly string[];
}

const names = ['major', 'minor', 'patch'];
const most = 2n ** 64n;

/** What is wrong with the text, if it is not a version. */
export function parseVersion(text: string): Version | string {
  if (text === '') return 'Version string empty';
  const parts = splitThree(text);
  if (parts.length !== 3) return 'No Major.Minor.Patch elements found';
  const plus = parts[2]?.indexOf('+') ?? -1;
  const build = plus < 0 ? [] : (parts[2]?.slice(plus + 1).split('.') ?? []);
  const withPre = plus < 0 ? (parts[2] ?? '') : (parts[2]?.slice(0, plus) ?? '');
  const dash = withPre.indexOf('-');
  const pre = dash < 0 ? [] : withPre.slice(dash + 1).split('.');
  const numbers: bigint[] = [];
  for (const [i, part] of [
    parts[0] ?? '',
    parts[1] ?? '',
    dash < 0 ? withPre : withPre.slice(0, dash),
  ].entries()) {
    const number = numberOf(names[i] as string, part);
    if (typeof number === 'string') return number;
    numbers.push(number);
  }
  for (const identifier of pre) {
    const wrong = wrongIdentifier(identifier);
    if (wrong !== undefined) return wrong;
  }
  for (const meta of build) {
    if (meta === '') return 'Build meta data is empty';
    if (!/^[0-9A-Za-z-]+$/.test(meta)) return `Invalid character(s) found in build meta data ${quoted(meta)}`;
  }
  return { numbers, pre };
}

export function splitThree(text: string): string[] {
  const [first = '', second, ...rest] = text.split('.');
  if (second === undefined) return [first];
  return rest.length === 0 ? [first, second] : [first, second, rest.join('.')];
}

function numberOf(name: string, part: string): bigint | string {
  const title = name === 'patch' ? 'Patch' : name === 'minor' ? 'Minor' : 'Major';
  if (!/^[0-9]*$/.test(part)) return `Invalid character(s) found in ${name} number ${quoted(part)}`;
  if (part.length > 1 && part.startsWith('0'))
    return `${title} number must not contain leading zeroes ${quoted(part)}`;
  if (part === '') return `strconv.ParseUint: parsing "": invalid syntax`;
  const number = part.length > 32 ? most : BigInt(part);
  return number < most ? number : `strconv.ParseUint: parsing ${quoted(part)}: value out of range`;
}

function wrongIdentifier(identifier: string): string | undefined {
  if (identifier === '') return 'Prerelease is empty';
  if (!/^[0-9A-Za-z-]+$/.test(identifier))
    return `Invalid character(s) found in prerelease ${quoted(identifier)}`;
  const numeric = /^[0-9]+$/.test(identifier);
  if (numeric && identifier.length > 1 && identifier.startsWith('0')) {
    return `Numeric PreRelease version must not contain leading zeroes ${quoted(identifier)}`;
  }
  return undefined;
}

export function orderVersions(a: Version, b: Version): number {
  for (let i = 0; i < 3; i++) {
    const [left, right] = [a.numbers[i] ?? 0n, b.numbers[i] ?? 0n];
    if (left !== right) return left < right ? -1 : 1;
  }
  if (a.pre.length === 0 || b.pre.length === 0) return Math.sign(b.pre.length - a.pre.length);
  for (let i = 0; i < Math.min(a.pre.length, b.pre.length); i++) {
    const found = orderIdentifiers(a.pre[i] ?? '', b.pre[i] ?? '');
    if (found !== 0) return found;
  }
  return Math.sign(a.pre.length - b.pre.length);
}

function orderIdentifiers(a: string, b: string): number {
  const [left, right] = [/^[0-9]+$/.test(a), /^[0-9]+$/.test(b)];
  if (left !== right) return left ? -1 : 1;
  if (!left) return Math.sign(compareStrings(a, b));
  return Math.sign(a.length - b.length || compareStrings(a, b));
}
