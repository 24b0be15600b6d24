// Places a layered graph: each layer is a column, what is connected stays together, and lines cross little. Small on purpose: columns are
// ordered by the mean place of their neighbours, back and forth, then moved towards them as far as there is room. Pure.

import { largest, smallest } from '../../../../kit/lists.ts';

export interface LayoutNode {
  readonly id: string;
  readonly column: number;
}

export interface LayoutEdge {
  readonly from: string;
  readonly to: string;
}

export interface Sizes {
  readonly width: number;
  readonly height: number;
  /** Between columns, and between boxes of one. */
  readonly across: number;
  readonly down: number;
}

export interface Layout {
  /** The upper left corner of each box. */
  readonly at: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
  readonly width: number;
  readonly height: number;
}

const SWEEPS = 8;

export function layout(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[], sizes: Sizes): Layout {
  const columns = [...new Set(nodes.map(({ column }) => column))].sort((a, b) => a - b);
  const xOf = new Map(columns.map((column, i) => [column, i * (sizes.width + sizes.across)]));
  const at = new Map<string, { x: number; y: number }>();
  const neighbours = neighboursOf(nodes, edges);
  const parts = components(nodes, neighbours);
  const step = sizes.height + sizes.down;
  let top = 0;
  for (const part of parts.filter(({ length }) => length > 1)) {
    const rows = placed(part, neighbours);
    const [first, last] = [smallest(rows.values()), largest(rows.values())];
    for (const { id, column } of part)
      at.set(id, { x: xOf.get(column)!, y: top + (rows.get(id)! - first) * step });
    top += (last - first + 1) * step + sizes.down;
  }
  // Those without any connection fill the width below the others.
  const single = parts.filter(({ length }) => length === 1).map(([node]) => node!);
  const perRow = Math.max(1, columns.length, Math.ceil(Math.sqrt(single.length / 3)));
  single.forEach(({ id }, i) => {
    at.set(id, { x: (i % perRow) * (sizes.width + sizes.across), y: top + Math.floor(i / perRow) * step });
  });
  let [width, height] = [0, 0];
  for (const { x, y } of at.values()) {
    width = Math.max(width, x + sizes.width);
    height = Math.max(height, y + sizes.height);
  }
  return { at, width, height };
}

type Neighbours = ReadonlyMap<string, readonly string[]>;

function neighboursOf(nodes: readonly LayoutNode[], edges: readonly LayoutEdge[]): Neighbours {
  const found = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  for (const { from, to } of edges) {
    if (!found.has(from) || !found.has(to)) continue;
    found.get(from)!.push(to);
    found.get(to)!.push(from);
  }
  return found;
}

/** What is connected, the largest first. */
function components(nodes: readonly LayoutNode[], neighbours: Neighbours): LayoutNode[][] {
  const place = new Map(nodes.map(({ id }, i) => [id, i]));
  const seen = new Set<string>();
  const parts: LayoutNode[][] = [];
  for (const { id } of nodes) {
    if (seen.has(id)) continue;
    const part: number[] = [];
    const open = [id];
    seen.add(id);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      part.push(place.get(next)!);
      for (const other of neighbours.get(next)!)
        if (!seen.has(other)) {
          seen.add(other);
          open.push(other);
        }
    }
    parts.push(part.sort((a, b) => a - b).map((i) => nodes[i]!));
  }
  return parts.sort((a, b) => b.length - a.length);
}

/** The row of each node of a component; rows may be fractions, at least 1 apart in a column. */
function placed(part: readonly LayoutNode[], neighbours: Neighbours): Map<string, number> {
  const columns = new Map<number, string[]>();
  for (const { id, column } of part) columns.set(column, [...(columns.get(column) ?? []), id]);
  const ordered = [...columns].sort(([a], [b]) => a - b).map(([, ids]) => ids);
  const rows = new Map<string, number>();
  for (const ids of ordered) for (const [i, id] of ids.entries()) rows.set(id, i);
  const wish = (id: string, among: ReadonlySet<string>): number => {
    const own = neighbours.get(id)!.filter((other) => among.has(other));
    return own.length > 0
      ? own.reduce((sum, other) => sum + rows.get(other)!, 0) / own.length
      : rows.get(id)!;
  };
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const forth = sweep % 2 === 0;
    const order = forth ? ordered.keys() : [...ordered.keys()].reverse();
    const done = new Set<string>();
    for (const i of order) {
      const ids = ordered[i]!;
      const among = sweep < SWEEPS - 2 ? done : new Set(rows.keys());
      if (among.size > 0) {
        const wishes = new Map(ids.map((id) => [id, wish(id, among)]));
        ids.sort((a, b) => wishes.get(a)! - wishes.get(b)! || rows.get(a)! - rows.get(b)!);
        spread(ids, wishes, rows);
      }
      for (const id of ids) done.add(id);
    }
  }
  return rows;
}

/** In order, at least 1 apart, as near to the wishes as that allows: groups that touch move to their common mean. */
function spread(
  ids: readonly string[],
  wishes: ReadonlyMap<string, number>,
  rows: Map<string, number>,
): void {
  const blocks: { first: number; count: number; sum: number }[] = [];
  ids.forEach((id, i) => {
    blocks.push({ first: i, count: 1, sum: wishes.get(id)! });
    for (
      let last = blocks.at(-1)!, before = blocks.at(-2);
      before && topOf(before) + before.count > topOf(last);
    ) {
      // The wishes of the later ones are for places so much further down.
      before.sum += last.sum - last.count * before.count;
      before.count += last.count;
      blocks.pop();
      last = before;
      before = blocks.at(-2);
    }
  });
  for (const block of blocks) {
    const top = topOf(block);
    for (let i = 0; i < block.count; i++) rows.set(ids[block.first + i]!, top + i);
  }
}

/** Where the first of a block is, so that the mean of its wishes is met. */
const topOf = ({ sum, count }: { readonly sum: number; readonly count: number }): number => sum / count;
