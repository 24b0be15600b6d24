// How often placed pods refer to each PersistentVolumeClaim by its name. Kept by SchedulerCache.
import type { PodInfo } from './pod-info.ts';

export class ClaimUses {
  /** `namespace/name` → volumes of pods. */
  readonly #counts = new Map<string, number>();

  count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  /** `sign`: 1 for a pod that is placed, -1 for one that leaves. */
  add({ pod, namespace }: PodInfo, sign: 1 | -1): void {
    for (const { persistentVolumeClaim } of pod.spec?.volumes ?? []) {
      if (!persistentVolumeClaim) continue;
      const key = `${namespace}/${persistentVolumeClaim.claimName}`;
      const count = this.count(key) + sign;
      if (count > 0) this.#counts.set(key, count);
      else this.#counts.delete(key);
    }
  }
}
