// Whether a pod exceeds its limits on the node's disk: sizeLimit of an emptyDir, ephemeral-storage of its containers
// (writable layers, logs, and the files of the kubelet that they may write). Pure; eviction-manager.ts measures.
import { wholeValue } from '../../api/quantity/quantity.ts';
import { type Pod, specOf } from '../pod.ts';

/** Bytes on disk, by name. */
export interface StorageUse {
  /** The emptyDirs on disk. */
  readonly emptyDirs: ReadonlyMap<string, number>;
  /** Each container's writable layer and logs. */
  readonly containers: ReadonlyMap<string, number>;
  /** Its hosts file and its termination messages: any container may write them, of any size (CVE-2020-8557). */
  readonly podFiles: number;
}

/** The message of the eviction; undefined when the pod is within its limits. */
export function storageExcess(pod: Pod, use: StorageUse): string | undefined {
  for (const { name, emptyDir } of diskEmptyDirs(pod)) {
    const limit = wholeValue(emptyDir?.sizeLimit ?? '0');
    if (limit > 0 && (use.emptyDirs.get(name) ?? 0) > limit)
      return `Usage of EmptyDir volume "${name}" exceeds the limit "${emptyDir?.sizeLimit}". `;
  }
  const limits = storageLimits(pod);
  if (limits.size === 0) return undefined;
  const total = sum([...limits.values()].map(wholeValue));
  if (sum([use.podFiles, ...use.containers.values(), ...use.emptyDirs.values()]) > total)
    return `Pod ephemeral local storage usage exceeds the total limit of containers ${totalText(limits, total)}. `;
  for (const [name, limit] of limits)
    if ((use.containers.get(name) ?? 0) > wholeValue(limit))
      return `Container ${name} exceeded its local ephemeral storage limit "${limit}". `;
  return undefined;
}

export const diskEmptyDirs = (pod: Pod) =>
  (specOf(pod).volumes ?? []).filter(({ emptyDir }) => emptyDir && emptyDir.medium !== 'Memory');

/** The ephemeral-storage limits of the pod's main containers, by name. */
export function storageLimits(pod: Pod): Map<string, string> {
  const limits = new Map<string, string>();
  for (const { name, resources } of specOf(pod).containers) {
    const limit = resources?.limits?.['ephemeral-storage'];
    if (limit !== undefined) limits.set(name, limit);
  }
  return limits;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** As it was written where one container has a limit, else in the largest whole binary unit. */
function totalText(limits: ReadonlyMap<string, string>, total: number): string {
  if (limits.size === 1) return [...limits.values()][0]!;
  const unit = ['Gi', 'Mi', 'Ki'].find((_, i) => total % 1024 ** (3 - i) === 0);
  return unit ? `${total / 1024 ** (3 - ['Gi', 'Mi', 'Ki'].indexOf(unit))}${unit}` : String(total);
}
