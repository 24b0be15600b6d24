// What a kubelet grows local volumes with, in tests: an API of one PersistentVolume and one claim, and a clock.
import { EventEmitter } from 'node:events';
import type { PersistentVolume } from '../../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { Client } from '../../../client/client.ts';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { type GrowthEnvironment, LocalGrowth } from './local-growth.ts';

export class GrowthScene {
  readonly clock = new SteppedClock();
  readonly objects: { PersistentVolume?: PersistentVolume; PersistentVolumeClaim?: PersistentVolumeClaim } =
    {};
  readonly patches: unknown[] = [];
  /** Emits `patch` after each. */
  readonly written = new EventEmitter();
  /** As `REASON MESSAGE`. */
  readonly events: string[] = [];
  /** How often something was read. */
  reads = 0;
  readonly environment: GrowthEnvironment = {
    clock: this.clock,
    nodeName: 'node1',
    client: this.#client(),
    recorder: {
      record: (_object, _type, reason, message) => void this.events.push(`${reason} ${message}`),
      flushed: async () => {},
    },
  };
  readonly growth = new LocalGrowth(this.environment);

  #client(): Pick<Client, 'get' | 'patch'> {
    const read = (kind: { resource: { kind: string } }) =>
      this.objects[kind.resource.kind as keyof GrowthScene['objects']];
    return {
      get: async (kind: never) => {
        this.reads++;
        const found = read(kind);
        if (!found) throw new Error('not found');
        return structuredClone(found) as never;
      },
      patch: async (kind: never, _name: string, _namespace: unknown, _type: unknown, patch: unknown) => {
        this.patches.push(patch);
        this.written.emit('patch');
        return structuredClone(read(kind)) as never;
      },
    };
  }
}
