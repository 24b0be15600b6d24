// A controller of snapshots, loaded when the first snapshot or content is seen. Without their definitions only these are watched, which
// others watch as well; with them two more kinds without objects. What follows them is dropped when they are deleted, and begun anew when
// they come back.
import { CustomResourceDefinition } from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { VolumeSnapshot } from '../../api/kinds/snapshot/v1/volume-snapshot.ts';
import { VolumeSnapshotClass } from '../../api/kinds/snapshot/v1/volume-snapshot-class.ts';
import { VolumeSnapshotContent } from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import { isConflict } from '../../api/status/status-error.ts';
import type { InformerOf } from '../../client/informer/factory.ts';
import type { Loaded } from '../csi/on-demand.ts';
import { type Controller, type ControllerContext, type Enqueue, watch } from '../framework/controller.ts';

/** Keys of this file; those of the controllers have a slash. */
const DEFINITIONS = 'definitions';
const FIRST_OBJECT = 'first object';

const KINDS: readonly AnyResource[] = [VolumeSnapshot, VolumeSnapshotContent, VolumeSnapshotClass];

const definitionName = ({ resource: { plural, group } }: AnyResource): string => `${plural}.${group}`;
const NAMES: ReadonlySet<string> = new Set(KINDS.map(definitionName));

/** Somebody else has written the object: no failure, so that the key does not wait as if it were one. */
const CONFLICT_MS = 20;

export function onceThereAreSnapshots(
  context: ControllerContext,
  controller: Omit<Controller, 'watches' | 'reconcile' | 'start'>,
  load: () => Promise<Loaded>,
): Controller {
  const { informers } = context;
  const definitions = informers.informer(CustomResourceDefinition);
  let enqueue: Enqueue = () => {};
  let isStopped = false;
  let followed: Followed | undefined;
  const follow = () => {
    const isServed = !isStopped && [...NAMES].every((name) => isEstablished(definitions.lister.get(name)));
    const snapshots = isServed ? informers.informer(VolumeSnapshot) : undefined;
    if (snapshots === followed?.snapshots) return;
    followed?.stop();
    followed = snapshots && new Followed(context, snapshots, load, (key) => enqueue(key));
    // Only after the other controller's, or it would be left with a dead one: it compares, as above.
    if (!isServed && !isStopped) for (const kind of KINDS) informers.drop(kind);
  };
  return {
    ...controller,
    watches: [
      watch(definitions, (one) => (NAMES.has(nameOf(one)) ? [DEFINITIONS] : [])),
      {
        informer: definitions,
        attach: () => () => {
          isStopped = true;
          follow();
        },
      },
    ],
    start: (queue) => {
      enqueue = queue;
    },
    reconcile: async (key) => {
      if (key === DEFINITIONS) follow();
      else if (key === FIRST_OBJECT) await followed?.load(enqueue);
      else
        try {
          return await followed?.loaded?.reconcile(key);
        } catch (error) {
          if (!isConflict(error)) throw error;
          return { requeueAfter: CONFLICT_MS };
        }
      return undefined;
    },
  };
}

/** What is watched while the kinds are served. */
class Followed {
  readonly snapshots: InformerOf<typeof VolumeSnapshot>;
  loaded: Loaded | undefined;
  readonly #load: () => Promise<Loaded>;
  readonly #stops: (() => void)[];
  #isStopped = false;

  constructor(
    { informers }: ControllerContext,
    snapshots: InformerOf<typeof VolumeSnapshot>,
    load: () => Promise<Loaded>,
    enqueue: (key: string) => void,
  ) {
    this.snapshots = snapshots;
    this.#load = load;
    const onAdd = () => {
      if (!this.loaded) enqueue(FIRST_OBJECT);
    };
    const contents = informers.informer(VolumeSnapshotContent);
    this.#stops = [snapshots.addHandler({ onAdd }), contents.addHandler({ onAdd })];
  }

  async load(enqueue: Enqueue): Promise<void> {
    if (this.loaded) return;
    const loaded = await this.#load();
    const ended = new Promise<void>((resolve) => this.#stops.push(resolve));
    await Promise.race([Promise.all(loaded.watches.map(({ informer }) => informer.synced())), ended]);
    if (this.#isStopped) return;
    this.loaded = loaded;
    for (const one of loaded.watches) this.#stops.push(one.attach(enqueue));
  }

  stop(): void {
    this.#isStopped = true;
    this.loaded = undefined;
    for (const stop of this.#stops.splice(0)) stop();
  }
}

const isEstablished = (definition: Readonly<CustomResourceDefinition> | undefined): boolean =>
  definition?.status?.conditions?.some(({ type, status }) => type === 'Established' && status === 'True') ??
  false;
