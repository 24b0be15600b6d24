// How many volumes are wanted, attached and in use, worked out when they are asked for, and how often one was detached by force.
// Upstream: pkg/controller/volume/attachdetach/metrics, whose last name says its subsystem twice.
import { csiVolumeIn, csiVolumeOf } from '../../api/volumes/attachment.ts';
import { type Counter, MetricsRegistry } from '../../kit/metrics.ts';
import type { Force } from './plan.ts';
import { namesOf, type Sources } from './sources.ts';

type Labels = Readonly<Record<string, string>>;

const pluginOf = (driver: string): string => `kubernetes.io/csi:${driver}`;

export class AttachDetachMetrics {
  readonly #forced: Counter;

  constructor(sources: Sources, registry = new MetricsRegistry()) {
    this.#forced = registry.counter(
      'attach_detach_controller_attachdetach_controller_forced_detaches',
      'Number of times the A/D Controller performed a forced detach',
    );
    registry.computed(
      'attachdetach_controller_total_volumes',
      'gauge',
      'Number of volumes in A/D Controller',
      () => counts(inStates(sources)),
    );
    registry.computed(
      'storage_count_attachable_volumes_in_use',
      'gauge',
      'Measure number of volumes in use',
      () => counts(inUse(sources)),
    );
  }

  forced(reason: Force): void {
    this.#forced.add({ reason });
  }
}

function* inStates(sources: Sources): Iterable<Labels> {
  for (const name of new Set(sources.volumes.lister.list().flatMap(namesOf))) {
    const plugin_name = pluginOf(csiVolumeOf(name)!.driver);
    for (const _ of sources.usesOf(name)) yield { plugin_name, state: 'desired_state_of_world' };
    for (const _ of sources.attachmentsOf(name)) yield { plugin_name, state: 'actual_state_of_world' };
  }
}

/** Each volume of each pod. */
function* inUse(sources: Sources): Iterable<Labels> {
  for (const pod of sources.pods.lister.list()) {
    const node = pod.spec?.nodeName;
    if (!node) continue;
    for (const volume of pod.spec?.volumes ?? []) {
      const persistent = sources.volumeOf(pod, volume);
      const driver = volume.csi?.driver ?? (persistent && csiVolumeIn(persistent)?.driver);
      if (driver !== undefined) yield { node, volume_plugin: pluginOf(driver) };
    }
  }
}

function* counts(all: Iterable<Labels>): Iterable<[Labels, number]> {
  for (const group of Map.groupBy(all, (labels) => JSON.stringify(labels)).values())
    yield [group[0]!, group.length];
}
