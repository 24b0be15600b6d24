// JSON for programs that compute with what they read: integers beyond 2^53 are rounded to numbers, since arithmetic with a bigint
// throws, and the digits are carried along: an object that copies the members of another ({ ...object }) carries them, too, and
// they are written again where the value is still the same. Called by clients of the API.
import { hasLongDigits, parseExactJson, rawJson } from '../exact-json.ts';

const DIGITS: unique symbol = Symbol('digits');

type Carrier = Record<string, unknown> & { [DIGITS]?: Readonly<Record<string, bigint>> };

export const parseForUse = (text: string): unknown =>
  hasLongDigits(text) ? rounded(parseExactJson(text)) : JSON.parse(text);

function rounded(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  const members = value as Carrier;
  let digits: Record<string, bigint> | undefined;
  for (const key of Object.keys(members)) {
    const member = members[key];
    if (typeof member === 'bigint') {
      digits ??= Object.create(null) as Record<string, bigint>;
      digits[key] = member;
      members[key] = Number(member);
    } else if (typeof member === 'object') rounded(member);
  }
  if (digits) members[DIGITS] = Object.freeze(digits);
  return value;
}

/** As JSON.stringify, with the digits that are carried. */
export function stringifyCarried(value: unknown): string {
  const text = JSON.stringify(value);
  return hasLongDigits(text) ? JSON.stringify(value, restore) : text;
}

function restore(this: Carrier, key: string, value: unknown): unknown {
  const exact = this[DIGITS]?.[key];
  return exact !== undefined && Number(exact) === value ? rawJson(String(exact)) : value;
}

/** For copies that are not made by spreading: `to` carries the digits of `from`. */
export function carryDigits<T extends object>(from: object, to: T): T {
  const digits = (from as Carrier)[DIGITS];
  return digits ? Object.assign(to, { [DIGITS]: digits }) : to;
}
