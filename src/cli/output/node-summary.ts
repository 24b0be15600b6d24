// The nodes of a cluster in one cell of a table: each by its name, or, of many, how many have which status.

/** More would not fit on a line. */
const MOST_NAMES = 4;

export interface NodeLine {
  readonly name: string;
  readonly status: string;
}

export function nodeSummary(nodes: readonly NodeLine[]): string {
  if (nodes.length <= MOST_NAMES) return nodes.map(({ name, status }) => `${name} (${status})`).join(', ');
  const counts = new Map<string, number>();
  for (const { status } of nodes) counts.set(status, (counts.get(status) ?? 0) + 1);
  const parts = [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([status, count]) => `${count} ${status}`);
  return parts.join(', ');
}
