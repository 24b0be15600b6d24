// A controller that is loaded when it is needed: when a CSI driver has registered on a node and the first object is seen that is work for
// it. Without drivers there is only the watch of CSINodes.
import { CSINode } from '../../api/kinds/storage/v1/csi-node.ts';
import { isConflict } from '../../api/status/status-error.ts';
import {
  type Controller,
  type ControllerContext,
  type Enqueue,
  type Result,
  type Synced,
  type Watch,
  watch,
} from '../framework/controller.ts';

/** Keys of this file. Names of objects have no blanks. */
const FIRST_DRIVER = 'first driver';
export const FIRST_OBJECT = 'first object';

const CONFLICT_MS = 20;

export type Loaded = Pick<Controller, 'watches' | 'reconcile'>;

export interface OnDemand {
  /** Watches that give FIRST_OBJECT for what is work. Called when there is a driver. */
  needs(): readonly Watch[];
  load(): Promise<Loaded>;
}

export function onceThereIsADriver(
  { informers }: ControllerContext,
  controller: Omit<Controller, 'watches' | 'reconcile' | 'start'>,
  { needs, load }: OnDemand,
): Controller {
  const csiNodes = informers.informer(CSINode);
  const stops: (() => void)[] = [];
  let enqueue: Enqueue = () => {};
  let isWatching = false;
  let loaded: Loaded | undefined;
  const stopping = new AbortController();
  const stopped = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()));
  const attach = async (watches: readonly Watch[]): Promise<void> => {
    const filled = watches.map(({ informer }: { readonly informer: Synced }) => informer.synced());
    await Promise.race([Promise.all(filled), stopped]);
    if (stopping.signal.aborted) return;
    // A key that several watches give for what is there already is handled once.
    let there: Set<string> | undefined = new Set();
    const gather: Enqueue = (key, afterMs) => (there ? void there.add(key) : enqueue(key, afterMs));
    for (const one of watches) stops.push(one.attach(gather));
    const keys = there;
    there = undefined;
    for (const key of keys) enqueue(key);
  };
  return {
    ...controller,
    watches: [
      watch(csiNodes, ({ spec }) => (isWatching || spec.drivers.length === 0 ? [] : [FIRST_DRIVER])),
      {
        informer: csiNodes,
        attach: () => () => {
          stopping.abort();
          for (const stop of stops.splice(0)) stop();
        },
      },
    ],
    start: (queue) => {
      enqueue = queue;
    },
    reconcile: async (key) => {
      if (key === FIRST_DRIVER) {
        if (isWatching) return undefined;
        isWatching = true;
        await attach(needs());
      } else if (key === FIRST_OBJECT) {
        if (loaded) return undefined;
        const found = await load();
        loaded = found;
        for (const stop of stops.splice(0)) stop();
        await attach(found.watches);
      } else return loaded && soonAfterConflicts(() => loaded?.reconcile(key));
      return undefined;
    },
  };
}

/** Somebody else has written the object: no failure of a driver, so that the key does not wait as if it were one. */
async function soonAfterConflicts(
  reconcile: () => Promise<Result | undefined> | undefined,
): Promise<Result | undefined> {
  try {
    return await reconcile();
  } catch (error) {
    if (!isConflict(error)) throw error;
    return { requeueAfter: CONFLICT_MS };
  }
}
