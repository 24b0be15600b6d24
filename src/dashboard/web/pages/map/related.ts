// What belongs to a node of the map: all that leads to it, and all that it leads to. Pure.

interface Line {
  readonly from: string;
  readonly to: string;
}

export function related(id: string, edges: readonly Line[]): ReadonlySet<string> {
  const found = new Set([id]);
  for (const [start, end] of [
    ['from', 'to'],
    ['to', 'from'],
  ] as const) {
    const open = [id];
    for (let next = open.pop(); next !== undefined; next = open.pop())
      for (const edge of edges)
        if (edge[start] === next && !found.has(edge[end])) {
          found.add(edge[end]);
          open.push(edge[end]);
        }
  }
  return found;
}
