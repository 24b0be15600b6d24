// What an earlier process of this node may have left half done is undone before the first call: drafts, images without records, a
// frozen file system, room that was given back for a copy, loop devices that nothing uses. An image is removed only if no record has its
// name, readable or not.

import { thaw } from '../machine/frozen-copy.ts';
import { devicesOf } from '../machine/loop-list.ts';
import type { Mount } from '../machine/mount-table.ts';
import { shows } from '../machine/mount-table.ts';
import type { Disk } from './disk.ts';

export async function recover(disk: Disk): Promise<void> {
  const mounts = await disk.mounts.all();
  await removeLeftovers(disk, mounts);
  const { records, images } = disk.volumes;
  const names = await records.names();
  const devices = await devicesOf(
    disk.run,
    names.map((name) => images.path(name)),
  );
  for (const name of names) {
    const device = devices.get(images.path(name));
    // The kubelet stages again what it needs; where a device's file is bound for a pod, it is used.
    if (device && !mounts.some((mount) => shows(mount, device))) await disk.loops.detach(images.path(name));
  }
}

async function removeLeftovers(disk: Disk, mounts: readonly Mount[]): Promise<void> {
  let drafts = 0;
  for (const { records, images } of [disk.volumes, disk.snapshots]) {
    const left = await images.leftovers(new Set(await records.names()));
    drafts += left.drafts.length;
    // A file system is frozen or trimmed only while a draft is made, and its draft goes after both have been undone.
    if (drafts > 0) await mendAll(disk, mounts);
    for (const name of left.images) {
      await disk.loops.detach(images.path(name));
      await images.remove(name);
    }
    for (const draft of left.drafts) await images.removeDraft(draft);
  }
}

/** Where there is no room any more, a volume goes on without it; it is asked for again when the volume is staged the next time. */
async function mendAll(disk: Disk, mounts: readonly Mount[]): Promise<void> {
  for (const [name, { bytes }] of await disk.volumes.records.all()) {
    const device = await disk.deviceOf(name);
    const mount = device && mounts.find(({ source }) => source === device);
    if (!mount) continue;
    await thaw(disk.run, mount.point);
    await disk.volumes.images.reserve(name, bytes).catch(() => {});
  }
}
