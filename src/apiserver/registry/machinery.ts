// What all registries share.
import type { Clock } from '../../kit/clock.ts';
import type { Random } from '../../kit/random.ts';
import type { Store } from '../../store/store.ts';
import type { Admission } from './admission.ts';

export interface Machinery {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly admission: Admission;
}
