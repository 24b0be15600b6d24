// The order of a merged list: patched items in the order of the patch, others in that of the server, interleaved
// as in the server's list. Called by strategic merge patch.
import { isObject } from './json.ts';

export function inElementOrder(
  merged: readonly unknown[],
  patchOrder: readonly unknown[],
  serverOrder: readonly unknown[],
  key: string | undefined,
): unknown[] {
  const identity = (item: unknown) => (key !== undefined && isObject(item) ? item[key] : item);
  const inPatch = positions(patchOrder, identity);
  const inServer = positions(serverOrder, identity);
  const patched = merged
    .filter((item) => inPatch.has(identity(item)))
    .sort((a, b) => inPatch.get(identity(a))! - inPatch.get(identity(b))!);
  const serverOnly = merged.filter((item) => !inPatch.has(identity(item)));
  return interleave(serverOnly, patched, (item) => inServer.get(identity(item)));
}

function positions(items: readonly unknown[], identity: (item: unknown) => unknown): Map<unknown, number> {
  const found = new Map<unknown, number>();
  items.forEach((item, i) => {
    if (!found.has(identity(item))) found.set(identity(item), i);
  });
  return found;
}

/** An item of the server comes first only if it preceded the patched one there. */
function interleave(
  serverOnly: readonly unknown[],
  patched: readonly unknown[],
  position: (item: unknown) => number | undefined,
): unknown[] {
  const result: unknown[] = [];
  let next = 0;
  for (const item of patched) {
    const limit = position(item);
    while (limit !== undefined && next < serverOnly.length) {
      const at = position(serverOnly[next]);
      if (at === undefined || at >= limit) break;
      result.push(serverOnly[next++]);
    }
    result.push(item);
  }
  return [...result, ...serverOnly.slice(next)];
}
