// semver() and comparing versions, as blang/semver reads them.

import { spendWork } from '../evaluate/budget.ts';
import { globalFunction, type Library, memberFunction } from '../library/declare.ts';
import { structType } from '../types/type.ts';
import { CelError, ObjectValue, type Result, type Value } from '../values/value.ts';
import { orderVersions, parseVersion, splitThree, type Version } from './versions.ts';

const semverType = structType('kubernetes.Semver');

class Semver extends ObjectValue {
  readonly version: Version;
  constructor(version: Version) {
    super();
    this.version = version;
  }
  get type(): typeof semverType {
    return semverType;
  }
  equals(other: Value): boolean {
    return other instanceof Semver && orderVersions(other.version, this.version) === 0;
  }
}

function parse(text: string): Version | CelError {
  spendWork(text.length);
  const version = parseVersion(text);
  return typeof version === 'string' ? new CelError(version) : version;
}

/** "v1.2" is 1.2.0, and leading zeros do not matter. */
function normalized(text: string): Version | CelError {
  const parts = splitThree(text.startsWith('v') ? text.slice(1) : text).map(withoutZeros);
  if (parts.length < 3 && /[+-]/.test(parts.at(-1) ?? '')) {
    return new CelError('short version cannot contain PreRelease/Build meta data');
  }
  while (parts.length < 3) parts.push('0');
  return parse(parts.join('.'));
}

function withoutZeros(part: string): string {
  if (part.length <= 1) return part;
  const trimmed = part.replace(/^0+/, '');
  return /^[0-9]/.test(trimmed) ? trimmed : `0${trimmed}`;
}

const made = (version: Version | CelError): Result =>
  version instanceof CelError ? version : new Semver(version);
/** What semver() makes of the text. */
export const semverValue = (text: string): Result => made(parse(text));
const is = (version: Version | CelError): boolean => !(version instanceof CelError);
const both = 'kubernetes.Semver, kubernetes.Semver';
const part = (name: string, i: number) =>
  memberFunction(
    name,
    `semver_${name}`,
    'kubernetes.Semver -> int',
    (value: Semver) => value.version.numbers[i] ?? 0n,
  );

export const semverLibrary: Library = [
  globalFunction('semver', 'string_to_semver', 'string -> kubernetes.Semver', (text: string) =>
    made(parse(text)),
  ),
  globalFunction(
    'semver',
    'string_bool_to_semver',
    'string, bool -> kubernetes.Semver',
    (text: string, normalize: boolean) => made(normalize ? normalized(text) : parse(text)),
  ),
  globalFunction('isSemver', 'is_semver_string', 'string -> bool', (text: string) => is(parse(text))),
  globalFunction(
    'isSemver',
    'is_semver_string_bool',
    'string, bool -> bool',
    (text: string, normalize: boolean) => is(normalize ? normalized(text) : parse(text)),
  ),
  memberFunction(
    'isGreaterThan',
    'semver_is_greater_than',
    `${both} -> bool`,
    (a: Semver, b: Semver) => orderVersions(a.version, b.version) > 0,
  ),
  memberFunction(
    'isLessThan',
    'semver_is_less_than',
    `${both} -> bool`,
    (a: Semver, b: Semver) => orderVersions(a.version, b.version) < 0,
  ),
  memberFunction('compareTo', 'semver_compare_to', `${both} -> int`, (a: Semver, b: Semver) =>
    BigInt(orderVersions(a.version, b.version)),
  ),
  part('major', 0),
  part('minor', 1),
  part('patch', 2),
];
