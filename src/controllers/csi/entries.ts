// The CSI controllers for the list of all controllers: each is loaded when the first driver has registered. Read by all.ts.
import type { Entry } from '../entry.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { type Loaded, onceThereIsADriver } from './on-demand.ts';

/** Attempts of one key: from a second to five minutes apart, as upstream's sidecars wait. */
const BACKOFF = { base: 1_000, cap: 300_000 };

type Create = (context: ControllerContext, settings: Parameters<Entry['create']>[1]) => Loaded;

const entry = (name: string, workers: number, load: () => Promise<Create>): [string, Entry] => [
  name,
  {
    create: (context, settings) =>
      onceThereIsADriver(context, { name, workers, backoff: BACKOFF }, async () =>
        (await load())(context, settings),
      ),
  },
];

/** By their names in decision 32, which are those of upstream's images. */
export const csiControllers: Readonly<Record<string, Entry>> = Object.fromEntries([
  entry('csi-attacher', 10, async () => {
    const { createCsiAttacher } = await import('../csi-attacher/controller.ts');
    return (context, { csi }) => createCsiAttacher(context, csi);
  }),
  entry('csi-provisioner', 50, async () => {
    const { createCsiProvisioner } = await import('../csi-provisioner/controller.ts');
    return (context, { csi }) => createCsiProvisioner(context, csi);
  }),
  entry('csi-resizer', 10, async () => {
    const { createCsiResizer } = await import('../csi-resizer/controller.ts');
    return (context, { csi }) => createCsiResizer(context, csi);
  }),
]);
