// The operators and functions of the language itself.

import { spendWork } from '../evaluate/budget.ts';
import {
  intOf,
  toBool,
  toBytes,
  toDouble,
  toDuration,
  toInt,
  toText,
  toTimestamp,
  toUint,
  uintOf,
} from '../values/convert.ts';
import { compare, contains, equal } from '../values/equality.ts';
import { matchPattern } from '../values/patterns.ts';
import { Duration, Timestamp } from '../values/time.ts';
import {
  CelError,
  type ListValue,
  type MapValue,
  pointsIn,
  type Result,
  TypeValue,
  typeOfValue,
  type Uint,
  type Value,
} from '../values/value.ts';
import {
  built,
  globalFunction,
  type Library,
  lenient,
  memberFunction,
  type Overload,
  operator,
} from './declare.ts';

const divisionByZero = new CelError('division by zero');
const modulusByZero = new CelError('modulus by zero');

function joinBytes(a: Uint8Array, b: Uint8Array): Uint8Array {
  spendWork((a.length + b.length) / 16);
  return Buffer.concat([a, b]);
}

const arithmetic: Library = [
  operator('_+_', 'add_bytes', 'bytes, bytes -> bytes', joinBytes),
  operator('_+_', 'add_double', 'double, double -> double', (a: number, b: number) => a + b),
  operator('_+_', 'add_duration_duration', 'duration, duration -> duration', (a: Duration, b: Duration) =>
    Duration.of(a.nanoseconds + b.nanoseconds),
  ),
  operator('_+_', 'add_duration_timestamp', 'duration, timestamp -> timestamp', (a: Duration, b: Timestamp) =>
    Timestamp.of(a.nanoseconds + b.nanoseconds),
  ),
  operator('_+_', 'add_timestamp_duration', 'timestamp, duration -> timestamp', (a: Timestamp, b: Duration) =>
    Timestamp.of(a.nanoseconds + b.nanoseconds),
  ),
  operator('_+_', 'add_int64', 'int, int -> int', (a: bigint, b: bigint) => intOf(a + b)),
  operator('_+_', 'add_list', 'list(A), list(A) -> list(A)', (a: ListValue, b: ListValue) => {
    spendWork(b.length);
    return a.concat(b);
  }),
  operator('_+_', 'add_string', 'string, string -> string', (a: string, b: string) => a + b),
  operator('_+_', 'add_uint64', 'uint, uint -> uint', (a: Uint, b: Uint) => uintOf(a.value + b.value)),
  operator('_-_', 'subtract_double', 'double, double -> double', (a: number, b: number) => a - b),
  operator(
    '_-_',
    'subtract_duration_duration',
    'duration, duration -> duration',
    (a: Duration, b: Duration) => Duration.of(a.nanoseconds - b.nanoseconds),
  ),
  operator('_-_', 'subtract_int64', 'int, int -> int', (a: bigint, b: bigint) => intOf(a - b)),
  operator(
    '_-_',
    'subtract_timestamp_duration',
    'timestamp, duration -> timestamp',
    (a: Timestamp, b: Duration) => Timestamp.of(a.nanoseconds - b.nanoseconds),
  ),
  operator(
    '_-_',
    'subtract_timestamp_timestamp',
    'timestamp, timestamp -> duration',
    (a: Timestamp, b: Timestamp) => Duration.of(a.nanoseconds - b.nanoseconds),
  ),
  operator('_-_', 'subtract_uint64', 'uint, uint -> uint', (a: Uint, b: Uint) => uintOf(a.value - b.value)),
  operator('_*_', 'multiply_double', 'double, double -> double', (a: number, b: number) => a * b),
  operator('_*_', 'multiply_int64', 'int, int -> int', (a: bigint, b: bigint) => intOf(a * b)),
  operator('_*_', 'multiply_uint64', 'uint, uint -> uint', (a: Uint, b: Uint) => uintOf(a.value * b.value)),
  operator('_/_', 'divide_double', 'double, double -> double', (a: number, b: number) => a / b),
  operator('_/_', 'divide_int64', 'int, int -> int', (a: bigint, b: bigint) =>
    b === 0n ? divisionByZero : intOf(a / b),
  ),
  operator('_/_', 'divide_uint64', 'uint, uint -> uint', (a: Uint, b: Uint) =>
    b.value === 0n ? divisionByZero : uintOf(a.value / b.value),
  ),
  // Upstream's: the quotient of the least int and -1 overflows, and so does its remainder.
  operator('_%_', 'modulo_int64', 'int, int -> int', (a: bigint, b: bigint) => {
    if (b === 0n) return modulusByZero;
    const quotient = intOf(a / b);
    return quotient instanceof CelError ? quotient : a % b;
  }),
  operator('_%_', 'modulo_uint64', 'uint, uint -> uint', (a: Uint, b: Uint) =>
    b.value === 0n ? modulusByZero : uintOf(a.value % b.value),
  ),
  operator('-_', 'negate_double', 'double -> double', (a: number) => -a),
  operator('-_', 'negate_int64', 'int -> int', (a: bigint) => intOf(-a)),
];

const names: readonly [string, string][] = [
  ['bool', 'bool'],
  ['int64', 'int'],
  ['int64_double', 'int, double'],
  ['int64_uint64', 'int, uint'],
  ['uint64', 'uint'],
  ['uint64_double', 'uint, double'],
  ['uint64_int64', 'uint, int'],
  ['double', 'double'],
  ['double_int64', 'double, int'],
  ['double_uint64', 'double, uint'],
  ['string', 'string'],
  ['bytes', 'bytes'],
  ['timestamp', 'timestamp'],
  ['duration', 'duration'],
];

function ordering(name: string, prefix: string, holds: (order: number) => boolean): Overload[] {
  const run = (a: Value, b: Value): Result => {
    const order = compare(a, b);
    return order instanceof CelError ? order : holds(order);
  };
  return names.map(([id, types]) =>
    operator(name, `${prefix}_${id}`, `${types.includes(',') ? types : `${types}, ${types}`} -> bool`, run),
  );
}

const comparison: Library = [
  ...ordering('_<_', 'less', (order) => order < 0),
  ...ordering('_<=_', 'less_equals', (order) => order <= 0),
  ...ordering('_>_', 'greater', (order) => order > 0),
  ...ordering('_>=_', 'greater_equals', (order) => order >= 0),
  operator('_==_', 'equals', 'A, A -> bool', (a: Value, b: Value) => equal(a, b)),
  operator('_!=_', 'not_equals', 'A, A -> bool', (a: Value, b: Value) => !equal(a, b)),
];

const logic: Library = [
  built('_?_:_', 'conditional', 'bool, A, A -> A'),
  built('_&&_', 'logical_and', 'bool, bool -> bool'),
  built('_||_', 'logical_or', 'bool, bool -> bool'),
  operator('!_', 'logical_not', 'bool -> bool', (a: boolean) => !a),
  lenient(operator('@not_strictly_false', 'not_strictly_false', 'bool -> bool', (a: Result) => a !== false)),
  built('_[_]', 'index_list', 'list(A), int -> A'),
  built('_[_]', 'index_map', 'map(A, B), A -> B'),
  operator('@in', 'in_list', 'A, list(A) -> bool', (a: Value, list: ListValue) => {
    spendWork(list.length * 8);
    return contains(list, a);
  }),
  operator('@in', 'in_map', 'A, map(A, B) -> bool', (a: Value, map: MapValue) => map.has(a)),
];

const sizes: readonly [string, string, (value: never) => bigint][] = [
  ['bytes', 'bytes', (value: Uint8Array) => BigInt(value.length)],
  ['list', 'list(A)', (value: ListValue) => BigInt(value.length)],
  ['map', 'map(A, B)', (value: MapValue) => BigInt(value.size)],
  [
    'string',
    'string',
    (value: string) => {
      spendWork(value.length / 64);
      return BigInt(pointsIn(value));
    },
  ],
];

const conversions: Library = [
  globalFunction('type', 'type', 'A -> type(A)', (a: Value) => new TypeValue(typeOfValue(a))),
  globalFunction('bool', 'bool_to_bool', 'bool -> bool', (a: boolean) => a),
  globalFunction('bool', 'string_to_bool', 'string -> bool', toBool),
  globalFunction('bytes', 'bytes_to_bytes', 'bytes -> bytes', (a: Uint8Array) => a),
  globalFunction('bytes', 'string_to_bytes', 'string -> bytes', toBytes),
  globalFunction('double', 'double_to_double', 'double -> double', (a: number) => a),
  globalFunction('double', 'int64_to_double', 'int -> double', toDouble),
  globalFunction('double', 'string_to_double', 'string -> double', toDouble),
  globalFunction('double', 'uint64_to_double', 'uint -> double', toDouble),
  globalFunction('duration', 'duration_to_duration', 'duration -> duration', (a: Duration) => a),
  globalFunction('duration', 'int64_to_duration', 'int -> duration', toDuration),
  globalFunction('duration', 'string_to_duration', 'string -> duration', toDuration),
  globalFunction('dyn', 'to_dyn', 'A -> dyn', (a: Value) => a),
  globalFunction('int', 'int64_to_int64', 'int -> int', (a: bigint) => a),
  globalFunction('int', 'double_to_int64', 'double -> int', toInt),
  globalFunction('int', 'duration_to_int64', 'duration -> int', toInt),
  globalFunction('int', 'string_to_int64', 'string -> int', toInt),
  globalFunction('int', 'timestamp_to_int64', 'timestamp -> int', toInt),
  globalFunction('int', 'uint64_to_int64', 'uint -> int', toInt),
  globalFunction('string', 'string_to_string', 'string -> string', (a: string) => a),
  globalFunction('string', 'bool_to_string', 'bool -> string', toText),
  globalFunction('string', 'bytes_to_string', 'bytes -> string', toText),
  globalFunction('string', 'double_to_string', 'double -> string', toText),
  globalFunction('string', 'duration_to_string', 'duration -> string', toText),
  globalFunction('string', 'int64_to_string', 'int -> string', toText),
  globalFunction('string', 'timestamp_to_string', 'timestamp -> string', toText),
  globalFunction('string', 'uint64_to_string', 'uint -> string', toText),
  globalFunction('timestamp', 'timestamp_to_timestamp', 'timestamp -> timestamp', (a: Timestamp) => a),
  globalFunction('timestamp', 'int64_to_timestamp', 'int -> timestamp', toTimestamp),
  globalFunction('timestamp', 'string_to_timestamp', 'string -> timestamp', toTimestamp),
  globalFunction('uint', 'uint64_to_uint64', 'uint -> uint', (a: Uint) => a),
  globalFunction('uint', 'double_to_uint64', 'double -> uint', toUint),
  globalFunction('uint', 'int64_to_uint64', 'int -> uint', toUint),
  globalFunction('uint', 'string_to_uint64', 'string -> uint', toUint),
];

const within = (text: string, part: string): string => {
  spendWork((text.length + part.length) / 16);
  return text;
};

const text: Library = [
  memberFunction('contains', 'contains_string', 'string, string -> bool', (a: string, b: string) =>
    within(a, b).includes(b),
  ),
  memberFunction('endsWith', 'ends_with_string', 'string, string -> bool', (a: string, b: string) =>
    a.endsWith(b),
  ),
  memberFunction('startsWith', 'starts_with_string', 'string, string -> bool', (a: string, b: string) =>
    a.startsWith(b),
  ),
  globalFunction('matches', 'matches', 'string, string -> bool', matchPattern),
  memberFunction('matches', 'matches_string', 'string, string -> bool', matchPattern),
];

export const standardLibrary: Library = [
  ...logic,
  ...comparison,
  ...arithmetic,
  ...sizes.flatMap(([id, type, run]) => [
    globalFunction('size', `size_${id}`, `${type} -> int`, run),
    memberFunction('size', `${id}_size`, `${type} -> int`, run),
  ]),
  ...conversions,
  ...text,
];
