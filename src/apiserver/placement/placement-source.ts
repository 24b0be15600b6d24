// The scheduler, as far as the API server knows it. Given by cluster/.
import type { Placement } from '../../api/pods/placement.ts';

export interface PlacementSource {
  /** Rejects with a StatusError when too many ask. */
  of(namespace: string, name: string, signal?: AbortSignal): Promise<Placement>;
}
