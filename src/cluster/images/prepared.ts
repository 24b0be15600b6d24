// Images that an administrator, or the installation from a bundle, has put on the machine for its node: brought into the runtime before
// the kubelet starts, each archive once. Called by the node agents of single machines.
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadImages } from '../../cri/containerd/images/load-image.ts';
import type { Logger } from '../../kit/log.ts';
import { messageOf } from '../../kit/message-of.ts';

export const PREPARED_IMAGES = '/var/lib/tiphys/images';

export interface PreparedImages {
  readonly directory?: string;
  /** Notes there what the node has. */
  readonly rootDir: string;
  /** Throws where the runtime takes no images this way. */
  readonly socket: () => string;
  readonly log: Logger;
}

/** An archive that cannot be loaded keeps no node from starting. */
export async function loadPreparedImages(options: PreparedImages): Promise<void> {
  const { directory = PREPARED_IMAGES, rootDir, socket, log } = options;
  const names = (await readdir(directory).catch(() => []))
    .filter((name) => /\.tar(\.gz)?$/.test(name))
    .sort();
  if (names.length === 0) return;
  const note = join(rootDir, 'prepared-images.json');
  const known = await readFile(note, 'utf8')
    .then(JSON.parse)
    .catch(() => ({}));
  const found: Record<string, string> = {};
  for (const name of names) {
    const path = join(directory, name);
    try {
      const { size, mtimeMs } = await stat(path);
      const state = `${size} ${mtimeMs}`;
      if (known[name] !== state)
        log.info('images loaded', { path, images: await loadImages({ path, sockets: [socket()] }) });
      found[name] = state;
    } catch (error) {
      log.warn('images not loaded', { path, error: messageOf(error) });
    }
  }
  await writeFile(note, JSON.stringify(found), { mode: 0o600 });
}
