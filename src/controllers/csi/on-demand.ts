// A controller that is loaded when the first CSI driver has registered on a node: without drivers there is only the watch of CSINodes.
import { CSINode } from '../../api/kinds/storage/v1/csi-node.ts';
import { isConflict } from '../../api/status/status-error.ts';
import {
  type Controller,
  type ControllerContext,
  type Enqueue,
  type Result,
  watch,
} from '../framework/controller.ts';

/** The key under which the first driver is seen. Names of objects have no blanks. */
const FIRST_DRIVER = 'first driver';

const CONFLICT_MS = 20;

export type Loaded = Pick<Controller, 'watches' | 'reconcile'>;

export function onceThereIsADriver(
  { informers }: ControllerContext,
  controller: Omit<Controller, 'watches' | 'reconcile' | 'start'>,
  load: () => Promise<Loaded>,
): Controller {
  const csiNodes = informers.informer(CSINode);
  const stops: (() => void)[] = [];
  let enqueue: Enqueue = () => {};
  let loaded: Loaded | undefined;
  const stopping = new AbortController();
  const stopped = new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()));
  const begin = async () => {
    const { watches, reconcile } = await load();
    await Promise.race([Promise.all(watches.map(({ informer }) => informer.synced())), stopped]);
    if (stopping.signal.aborted) return;
    loaded = { watches, reconcile };
    for (const one of watches) stops.push(one.attach(enqueue));
  };
  return {
    ...controller,
    watches: [
      watch(csiNodes, ({ spec }) => (loaded || spec.drivers.length === 0 ? [] : [FIRST_DRIVER])),
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
      if (key !== FIRST_DRIVER) return loaded && soonAfterConflicts(() => loaded?.reconcile(key));
      if (!loaded) await begin();
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
