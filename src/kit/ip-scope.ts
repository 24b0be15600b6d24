// Where an IP address leads, however it is written: IPv4 addresses inside of IPv6 ones (mapped, compatible, NAT64, 6to4) are judged
// as what they stand for. Pure. Used by validation and by everything that connects to an address which somebody else has written.

export type IpScope =
  | 'unspecified'
  | 'thisNetwork'
  | 'loopback'
  | 'linkLocal'
  | 'linkLocalMulticast'
  | 'multicast'
  | 'broadcast'
  | 'global';

/** Characters of the longest address: eight groups of which the last two are written as an IPv4 address. */
const MAX_LENGTH = 45;

/** Undefined for a text that is no IPv4 or IPv6 address. Zones (`fe80::1%eth0`) and leading zeros in IPv4 are not accepted. */
export function scopeOf(text: string): IpScope | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  if (!text.includes(':')) {
    const bytes = bytes4(text);
    return bytes && scope4(bytes);
  }
  const groups = groupsOf(text);
  return groups && scope6(groups);
}

/** The four bytes of a dotted IPv4 address. */
function bytes4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

/** The eight groups of an IPv6 address. */
function groupsOf(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [before, after = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const last = (halves.length === 2 && after.length > 0 ? after : before)!;
  if (last.at(-1)?.includes('.')) {
    const dotted = bytes4(last.pop()!);
    if (!dotted) return undefined;
    last.push(hex(dotted[0]! * 256 + dotted[1]!), hex(dotted[2]! * 256 + dotted[3]!));
  }
  const missing = 8 - before!.length - after.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...before!, ...Array<string>(missing).fill('0'), ...after];
  return all.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))
    ? all.map((group) => Number.parseInt(group, 16))
    : undefined;
}

const hex = (value: number) => value.toString(16);

function scope4([a, b, c, d]: readonly number[]): IpScope {
  if (a === 0) return b === 0 && c === 0 && d === 0 ? 'unspecified' : 'thisNetwork';
  if (a === 127) return 'loopback';
  if (a === 169 && b === 254) return 'linkLocal';
  if (a === 224 && b === 0 && c === 0) return 'linkLocalMulticast';
  if (a! >= 224 && a! <= 239) return 'multicast';
  return a === 255 && b === 255 && c === 255 && d === 255 ? 'broadcast' : 'global';
}

function scope6(groups: readonly number[]): IpScope {
  const embedded = embedded4(groups);
  if (embedded) return scope4(embedded);
  const [first = 0] = groups;
  if (groups.slice(0, 7).every((group) => group === 0)) return groups[7] === 0 ? 'unspecified' : 'loopback';
  if ((first & 0xffc0) === 0xfe80) return 'linkLocal';
  // ff02::/16, and the same scope with other flags.
  if ((first & 0xff0f) === 0xff02) return 'linkLocalMulticast';
  return first >= 0xff00 ? 'multicast' : 'global';
}

const startsWith = (groups: readonly number[], ...prefix: number[]) =>
  prefix.every((group, i) => groups[i] === group);

/** The IPv4 address that an IPv6 address stands for. */
function embedded4(groups: readonly number[]): number[] | undefined {
  const at = (i: number) => [groups[i]! >> 8, groups[i]! & 255, groups[i + 1]! >> 8, groups[i + 1]! & 255];
  // 6to4 (RFC 3056).
  if (groups[0] === 0x2002) return at(1);
  // NAT64, the well-known prefix (RFC 6052) and the local one (RFC 8215).
  if (startsWith(groups, 0x64, 0xff9b, 0, 0, 0, 0) || startsWith(groups, 0x64, 0xff9b, 1)) return at(6);
  if (startsWith(groups, 0, 0, 0, 0, 0, 0xffff)) return at(6);
  // IPv4-compatible (RFC 4291, deprecated); :: and ::1 are addresses of their own.
  const compatible = startsWith(groups, 0, 0, 0, 0, 0, 0) && (groups[6] !== 0 || groups[7]! > 1);
  return compatible ? at(6) : undefined;
}
