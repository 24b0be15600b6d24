// Raw headers that belong to one connection, and not to what is passed on over another (RFC 9110, 7.6.1).

const HOPS = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export const pairs = (raw: readonly string[]): [string, string][] =>
  raw.flatMap((name, i): [string, string][] => (i % 2 === 0 ? [[name, raw[i + 1]!]] : []));

/** Without those of one connection, and without Host, which names the next server. An upgrade keeps its two. */
export function withoutHops(raw: readonly string[], upgrading: boolean): string[] {
  const listed = new Set(
    pairs(raw)
      .filter(([name]) => name.toLowerCase() === 'connection')
      .flatMap(([, value]) => value.split(',').map((part) => part.trim().toLowerCase())),
  );
  return pairs(raw)
    .filter(([name]) => {
      const lower = name.toLowerCase();
      if (lower === 'host') return false;
      if (upgrading && (lower === 'connection' || lower === 'upgrade')) return true;
      return !HOPS.has(lower) && (upgrading || !listed.has(lower));
    })
    .flat();
}
