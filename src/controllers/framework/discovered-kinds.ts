// Which resources kinds are, as discovery tells. Kinds with a scale are known without asking if they are built in; others are asked for at
// most every thirty seconds, as upstream's mapper is reset. Used for scale targets and for objects that metrics describe.
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import { builtInKinds } from '../../api/scheme/kinds.ts';
import type { Clock } from '../../kit/clock.ts';
import type { ControllerContext } from './controller.ts';

export interface Kinds {
  /** The resources of a kind in its group, the preferred version first. */
  named(group: string, kind: string): Promise<readonly AnyResource[]>;
  /** The versions in which a group is served. */
  versions(group: string): Promise<readonly string[]>;
}

export const noMatch = (group: string, kind: string): string =>
  `no matches for kind ${JSON.stringify(kind)} in group ${JSON.stringify(group)}`;

const FRESH_MS = 30_000;
/** Versions of a metrics API, which is asked for with every reconcile. */
const VERSIONS_MS = 15_000;

const SCALED = builtInKinds.filter(({ resource }) => resource.subresources?.scale);

export function discoveredKinds(
  { discover, groupVersions }: Pick<ControllerContext, 'discover' | 'groupVersions'>,
  clock: Pick<Clock, 'monotonic'>,
): Kinds {
  const all = remembered(clock, FRESH_MS, async () => (await discover()).kinds);
  const byGroup = new Map<string, () => Promise<readonly string[]>>();
  const isKind =
    (group: string, kind: string) =>
    ({ resource }: AnyResource) =>
      resource.group === group && resource.kind === kind && !resource.plural.includes('/');
  return {
    async named(group, kind) {
      const known = SCALED.filter(isKind(group, kind));
      return known.length > 0 ? known : (await all()).filter(isKind(group, kind));
    },
    async versions(group) {
      const ask = byGroup.get(group) ?? remembered(clock, VERSIONS_MS, () => groupVersions(group));
      byGroup.set(group, ask);
      return ask();
    },
  };
}

/** Asks again when the answer is old, or when there was none. Several callers at the same time share one question. */
function remembered<T>(clock: Pick<Clock, 'monotonic'>, freshMs: number, ask: () => Promise<T>) {
  let last: { readonly answer: Promise<T>; readonly at: number } | undefined;
  return async (): Promise<T> => {
    const now = clock.monotonic();
    if (last && now - last.at < freshMs) return last.answer;
    const mine = { answer: ask(), at: now };
    last = mine;
    try {
      return await mine.answer;
    } catch (error) {
      if (last === mine) last = undefined;
      throw error;
    }
  };
}
