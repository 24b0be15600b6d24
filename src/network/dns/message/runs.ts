// Finds the addresses in a reply that may take turns. Pure.
import { TYPE } from './codes.ts';
import type { AddressRun } from './reply.ts';

/** The last answers, when several are addresses of one name to which they point. */
export function addressRun(
  records: Buffer,
  ends: readonly number[],
  answers: number,
): AddressRun | undefined {
  let first = answers;
  while (first > 0 && isAddress(records, startOf(ends, first - 1), ends[first - 1]!)) {
    if (first < answers && !sameKind(records, startOf(ends, first - 1), startOf(ends, answers - 1))) break;
    first--;
  }
  const count = answers - first;
  if (count < 2) return undefined;
  const start = startOf(ends, first);
  return { start, size: ends[first]! - start, count };
}

const startOf = (ends: readonly number[], index: number): number => (index > 0 ? ends[index - 1]! : 0);

/** A pointer, ten fixed bytes, and an address. */
function isAddress(records: Buffer, start: number, end: number): boolean {
  if ((records[start]! & 0xc0) !== 0xc0) return false;
  const type = records.readUInt16BE(start + 2);
  return (type === TYPE.A && end - start === 16) || (type === TYPE.AAAA && end - start === 28);
}

const sameKind = (records: Buffer, one: number, other: number): boolean =>
  records.readUInt32BE(one) === records.readUInt32BE(other);
