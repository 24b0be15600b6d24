// The file vol_data.json beside a volume: what the next kubelet must know to take the volume down. Fields as upstream's, so that either
// kubelet understands the other's.
import { inside, type NodeFiles, type NodePath } from '../../files/node-files.ts';

const FILE = 'vol_data.json';
const MAX_BYTES = 64 << 10;

export interface VolumeData {
  readonly specVolID?: string;
  readonly volumeHandle: string;
  readonly driverName: string;
  readonly nodeName?: string;
  readonly attachmentID?: string;
  readonly volumeLifecycleMode?: 'Persistent' | 'Ephemeral';
}

/** Whole, or not at all. */
export async function writeVolumeData(
  files: NodeFiles,
  directory: NodePath,
  data: VolumeData,
): Promise<void> {
  const next = inside(directory, `${FILE}.new`);
  await files.write(next, JSON.stringify(data), { mode: 0o600 });
  await files.rename(next, FILE);
}

/** Undefined when there is no such file, or none that can be understood. */
export async function readVolumeData(files: NodeFiles, directory: NodePath): Promise<VolumeData | undefined> {
  const path = inside(directory, FILE);
  const stat = await files.stat(path);
  if (stat?.type !== 'file' || stat.size > MAX_BYTES) return undefined;
  try {
    const data = JSON.parse(String(await files.read(path))) as Partial<VolumeData>;
    const { driverName, volumeHandle, specVolID } = data;
    if (!isName(driverName) || typeof volumeHandle !== 'string') return undefined;
    if (specVolID !== undefined && !isName(specVolID)) return undefined;
    return { ...data, driverName, volumeHandle };
  } catch {
    return undefined;
  }
}

/** Directories are called by it. */
const isName = (text: unknown): text is string =>
  typeof text === 'string' && text !== '' && text !== '.' && text !== '..' && !/[/\0]/.test(text);
