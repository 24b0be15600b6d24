// The CSI controllers for the list of all controllers: each is loaded when there is work for it. Read by all.ts.
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';
import { isBeingDeleted } from '../../api/meta/v1/object.ts';
import type { AnyResource, KubeObject, ObjectOf } from '../../api/meta/v1/resource.ts';
import { needsExpansion } from '../../api/volumes/expansion.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import { planVolume } from '../csi-provisioner/plan.ts';
import { planModification } from '../csi-resizer/plan-modification.ts';
import type { Entry } from '../entry.ts';
import { type ControllerContext, type Watch, watch } from '../framework/controller.ts';
import { FIRST_OBJECT, type Loaded, onceThereIsADriver } from './on-demand.ts';

/** Attempts of one key: from a second to five minutes apart, as upstream's sidecars wait. */
const BACKOFF = { base: 1_000, cap: 300_000 };

type Create = (context: ControllerContext, settings: Parameters<Entry['create']>[1]) => Loaded;

interface Lazy {
  readonly workers: number;
  readonly needs: (informers: InformerFactory) => readonly Watch[];
  readonly load: () => Promise<Create>;
}

const entry = (name: string, { workers, needs, load }: Lazy): [string, Entry] => [
  name,
  {
    create: (context, settings) =>
      onceThereIsADriver(
        context,
        { name, workers, backoff: BACKOFF },
        {
          needs: () => needs(context.informers),
          load: async () => (await load())(context, settings),
        },
      ),
  },
];

const first = <R extends AnyResource>(
  informers: InformerFactory,
  kind: R,
  isWork: (object: Readonly<ObjectOf<R> & KubeObject>) => boolean,
): Watch => watch(informers.informer(kind), (object) => (isWork(object) ? [FIRST_OBJECT] : []));

/** By their names in decision 32, which are those of upstream's images. */
export const csiControllers: Readonly<Record<string, Entry>> = Object.fromEntries([
  entry('csi-attacher', {
    workers: 10,
    needs: (informers) => [
      first(informers, VolumeAttachment, () => true),
      first(informers, PersistentVolume, (volume) => isBeingDeleted(volume) && Boolean(volume.spec?.csi)),
    ],
    async load() {
      const { createCsiAttacher } = await import('../csi-attacher/controller.ts');
      return (context, { csi }) => createCsiAttacher(context, csi);
    },
  }),
  entry('csi-provisioner', {
    workers: 50,
    needs: (informers) => [
      first(informers, PersistentVolumeClaim, ({ spec }) => !spec?.volumeName),
      first(informers, PersistentVolume, (one) => Boolean(one.spec?.csi) && planVolume(one) !== 'nothing'),
    ],
    async load() {
      const { createCsiProvisioner } = await import('../csi-provisioner/controller.ts');
      return (context, { csi }) => createCsiProvisioner(context, csi);
    },
  }),
  entry('csi-resizer', {
    workers: 10,
    needs: (informers) => [
      first(
        ...([informers, PersistentVolumeClaim] as const),
        (claim) => needsExpansion(claim) || planModification(claim, false) !== undefined,
      ),
    ],
    async load() {
      const { createCsiResizer } = await import('../csi-resizer/controller.ts');
      return (context, { csi }) => createCsiResizer(context, csi);
    },
  }),
]);
