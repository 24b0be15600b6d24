// Live lists and objects for components. Those who ask for the same share one watch, which ends a while after the last of them.
import { computed, type ReadonlySignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import type { ObjectMeta } from '../../../api/meta/v1/object-meta.ts';
import { systemClock, type Timer } from '../../../kit/clock.ts';
import type { ApiError } from './errors.ts';
import { type Live, LiveSource, type LiveState, type Shape } from './live-source.ts';

export type { Live, LiveState } from './live-source.ts';

/** Milliseconds: who goes back and forth finds it still there. */
const KEPT_MS = 15_000;

interface Shared {
  readonly source: LiveSource<unknown>;
  users: number;
  ending: Timer | undefined;
}

const shared = new Map<string, Shared>();

function take(key: string, make: () => LiveSource<unknown>): Shared {
  let found = shared.get(key);
  if (!found) {
    found = { source: make(), users: 0, ending: undefined };
    shared.set(key, found);
    expire(key, found);
  }
  return found;
}

function expire(key: string, one: Shared): void {
  one.ending = systemClock.after(KEPT_MS, () => {
    shared.delete(key);
    one.source.close();
  });
}

export interface Selection {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** A live list in any shape; nothing while `path` is undefined. */
export function useShaped<Item>(
  path: string | undefined,
  name: string,
  shape: () => Shape<Item>,
): Live<Item> | undefined {
  const key = path === undefined ? '' : `${name} ${path}`;
  const found = useMemo(
    () =>
      path === undefined
        ? undefined
        : take(key, () => new LiveSource<unknown>(path, shape() as Shape<unknown>)),
    [key],
  );
  useEffect(() => {
    if (!found) return;
    found.users++;
    found.ending?.cancel();
    return () => {
      found.users--;
      if (found.users === 0) expire(key, found);
    };
  }, [found]);
  return found?.source as Live<Item> | undefined;
}

export interface Named {
  readonly metadata?: ObjectMeta;
}

const objects = <T extends Named>(selection: Selection): Shape<T> => ({
  accept: 'application/json',
  query: { ...selection },
  itemsOf: (list) => (list as { items?: readonly T[] }).items ?? [],
  itemOf: (object) => object as T,
  keyOf: ({ metadata }) => metadata?.uid ?? `${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`,
});

const NOTHING: Live<never> = {
  items: computed(() => []),
  state: computed((): LiveState => 'loading'),
  error: computed(() => undefined),
  head: computed(() => undefined),
};

/** The objects of a collection: `useLive<Pod>('/api/v1/pods')`. */
export function useLive<T extends Named>(path: string | undefined, selection: Selection = {}): Live<T> {
  const { labelSelector = '', fieldSelector = '' } = selection;
  return useShaped<T>(path, `list ${labelSelector} ${fieldSelector}`, () => objects<T>(selection)) ?? NOTHING;
}

export interface LiveObject<T> {
  readonly object: ReadonlySignal<T | undefined>;
  /** `gone` when there is no such object (any more). */
  readonly state: ReadonlySignal<LiveState | 'gone'>;
  readonly error: ReadonlySignal<ApiError | undefined>;
}

/** One object by its path; nothing while `path` is undefined. */
export function useObject<T extends Named>(path: string | undefined): LiveObject<T> {
  const at = path?.lastIndexOf('/') ?? 0;
  const name = path === undefined ? '' : decodeURIComponent(path.slice(at + 1));
  const { items, state, error } = useLive<T>(path?.slice(0, at), { fieldSelector: `metadata.name=${name}` });
  return useMemo(
    () => ({
      object: computed(() => items.value[0]),
      state: computed(() => (state.value === 'live' && items.value.length === 0 ? 'gone' : state.value)),
      error,
    }),
    [items],
  );
}
