// The rules of a node that let nobody but Services be reached through announced addresses: what they do not lead on comes in at the
// node itself, and would find its programs. Pure text; node-announcer.ts applies it.

export const GUARD_TABLE = 'tiphys-announced';

/** Input of `nft`: echo requests and neighbours' questions pass. */
export function guard(addresses: readonly string[]): string {
  const [six, four] = [addresses.filter((a) => a.includes(':')), addresses.filter((a) => !a.includes(':'))];
  const rule = (family: 'ip' | 'ip6', own: readonly string[], except: string) =>
    own.length > 0
      ? `    ${family} daddr { ${own.join(', ')} } meta l4proto != ${except} goto rejection\n`
      : '';
  const table = `inet ${GUARD_TABLE}`;
  return `add table ${table}
delete table ${table}
table ${table} {
  chain rejection {
    meta l4proto tcp reject with tcp reset
    reject
  }
  chain input {
    type filter hook input priority -120; policy accept;
${rule('ip', four, 'icmp')}${rule('ip6', six, 'ipv6-icmp')}  }
}
`;
}
