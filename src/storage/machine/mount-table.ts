// Which mounts of the node's mount namespace are of a volume, and how they are. Pure. Used by mounts.ts and the services.
import type { MountEntry } from '../../kit/process/mount-entries.ts';

export type Mount = MountEntry;

/** True for a place where the device's file system, or its file, can be reached. */
export const shows = ({ source, type, root }: Mount, device: string): boolean =>
  source === device || (type === 'devtmpfs' && `/dev${root}` === device);

/** The same where the image is gone and nobody knows any more which device it had: any loop device then. */
export const isOf = (device: string | undefined, mount: Mount): boolean =>
  device ? shows(mount, device) : mount.source.startsWith('/dev/loop') || mount.root.startsWith('/loop');

/** An error has made the file system read-only; nobody asked for it. */
export const hasFailed = ({ options, superOptions }: Mount): boolean =>
  superOptions.includes('emergency_ro') || (superOptions.includes('ro') && !options.includes('ro'));
