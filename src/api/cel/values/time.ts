// Timestamps and durations with nanoseconds, and their text as Go writes and reads it.

import { durationNanoseconds } from '../../meta/v1/duration.ts';
import { durationType, timestampType } from '../types/type.ts';
import { CelError, ObjectValue, type Value } from './value.ts';

const second = 1_000_000_000n;
const earliest = -62_135_596_800n * second;
const latest = 253_402_300_799n * second + 999_999_999n;
const longest = 2n ** 63n - 1n;

export class Timestamp extends ObjectValue {
  /** Since 1970. */
  readonly nanoseconds: bigint;
  private constructor(nanoseconds: bigint) {
    super();
    this.nanoseconds = nanoseconds;
  }
  static of(nanoseconds: bigint): Timestamp | CelError {
    return nanoseconds < earliest || nanoseconds > latest
      ? new CelError('timestamp overflow')
      : new Timestamp(nanoseconds);
  }
  get type(): typeof timestampType {
    return timestampType;
  }
  equals(other: Value): boolean {
    return other instanceof Timestamp && other.nanoseconds === this.nanoseconds;
  }
  override isZero(): boolean {
    return this.nanoseconds === earliest;
  }
  override toString(): string {
    const date = new Date(Number(floorDivide(this.nanoseconds, second)) * 1000).toISOString().slice(0, 19);
    return `${date}${fraction(modulo(this.nanoseconds, second))}Z`;
  }
}

export class Duration extends ObjectValue {
  readonly nanoseconds: bigint;
  private constructor(nanoseconds: bigint) {
    super();
    this.nanoseconds = nanoseconds;
  }
  static of(nanoseconds: bigint): Duration | CelError {
    return nanoseconds > longest || nanoseconds < -longest - 1n
      ? new CelError('duration overflow')
      : new Duration(nanoseconds);
  }
  get type(): typeof durationType {
    return durationType;
  }
  equals(other: Value): boolean {
    return other instanceof Duration && other.nanoseconds === this.nanoseconds;
  }
  override isZero(): boolean {
    return this.nanoseconds === 0n;
  }
  /** In seconds, as string(duration) writes it. */
  override toString(): string {
    const size = this.nanoseconds < 0n ? -this.nanoseconds : this.nanoseconds;
    return `${this.nanoseconds < 0n ? '-' : ''}${size / second}${fraction(size % second)}s`;
  }
}

const fraction = (nanoseconds: bigint): string =>
  nanoseconds === 0n ? '' : `.${String(nanoseconds).padStart(9, '0')}`.replace(/0{1,9}$/, '');

export function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

const modulo = (a: bigint, b: bigint): bigint => ((a % b) + b) % b;

const stamp =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,32}))?(?:([Zz])|([+-])(\d\d):(\d\d))$/;

/** RFC 3339, as Go's time.Parse reads it; undefined: it is none. */
export function parseTimestamp(text: string): Timestamp | CelError | undefined {
  if (text.length > 64) return undefined;
  const match = stamp.exec(text);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, seconds = 0] = match.slice(1, 7).map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, seconds, 0);
  if (month < 1 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  if (hour > 23 || minute > 59 || seconds > 59) return undefined;
  const offsetHours = Number(match[10] ?? 0);
  const offsetMinutes = Number(match[11] ?? 0);
  if (offsetHours > 24 || offsetMinutes > 59) return undefined;
  const offset = (match[9] === '-' ? -1 : 1) * (offsetHours * 60 + offsetMinutes) * 60;
  const nanoseconds = BigInt((match[7] ?? '').slice(0, 9).padEnd(9, '0'));
  return Timestamp.of(BigInt(date.getTime() / 1000 - offset) * second + nanoseconds);
}

/** "1h30m", as Go's time.ParseDuration reads it; undefined: it is none. */
export function parseDuration(text: string): Duration | undefined {
  const nanoseconds = durationNanoseconds(text);
  if (nanoseconds === undefined) return undefined;
  const duration = Duration.of(nanoseconds);
  return duration instanceof CelError ? undefined : duration;
}
