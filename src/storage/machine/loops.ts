// Loop devices: an image file as a block device. Which one an image has is asked of the kernel each time, by the file's inode, so
// that those of an earlier process are found again and no image gets two: two caches would destroy its contents.
import { readFile } from 'node:fs/promises';
import type { Clock } from '../../kit/clock.ts';
import { GrpcError } from '../../kit/grpc/status.ts';
import { KeyedLocks } from '../../kit/locks/keyed-locks.ts';
import { quick, type Run } from './run.ts';

/** Of one image. */
const FIND = 'losetup --noheadings --raw --output NAME --associated "$1"';
const ATTACH = 'losetup --find --show --direct-io=on --sector-size 512 "$1"';
/** The device that it has, or a new one. */
const FIND_OR_ATTACH = `found=$(${FIND}) && if [ "$found" ]; then echo "$found"; else ${ATTACH}; fi`;
const DETACH = `losetup --detach "$2" && ${FIND}`;

const PATIENCE_MS = 3_000;
const PAUSE_MS = 20;

export class Loops {
  readonly #run: Run;
  readonly #clock: Pick<Clock, 'monotonic' | 'sleep'>;
  /** Two at once might choose the same free device. */
  readonly #turns = new KeyedLocks();

  constructor(run: Run, clock: Pick<Clock, 'monotonic' | 'sleep'>) {
    this.#run = quick(run);
    this.#clock = clock;
  }

  /** The image must exist. `likely` is the device that it seems to have: if that is right no program is needed. */
  async find(image: string, likely?: string): Promise<string | undefined> {
    if (likely !== undefined && (await isBackedBy(likely, image))) return likely;
    return deviceIn(await this.#script(FIND, image));
  }

  /**
   * Direct: what is written is in the memory of the file system on the device already. Small file systems have blocks that some disks
   * have no sectors for, so the size of sectors is not the disk's.
   */
  attach(image: string): Promise<string> {
    return this.#turns.run(['attach'], async () => {
      try {
        return deviceIn(await this.#script(FIND_OR_ATTACH, image))!;
      } catch (error) {
        // Where the disk's file system has no direct writes, the device is there without.
        const indirect = await this.find(image);
        if (indirect) return indirect;
        throw error;
      }
    });
  }

  /** Whoever looks at new devices, as udev does, may have it open for a moment: it goes when that is over. */
  async detach(image: string, likely?: string): Promise<void> {
    const start = this.#clock.monotonic();
    for (let device = await this.find(image, likely); device; ) {
      device = deviceIn(await this.#script(DETACH, image, device));
      if (!device) return;
      if (this.#clock.monotonic() - start > PATIENCE_MS)
        throw new GrpcError('failedPrecondition', `${device} is in use`);
      await this.#clock.sleep(PAUSE_MS);
    }
  }

  async detachDevice(device: string): Promise<void> {
    await this.#run(['losetup', '--detach', device]);
  }

  /** Makes the device as large as the image has become. */
  async refresh(device: string): Promise<void> {
    await this.#run(['losetup', '--set-capacity', device]);
  }

  #script(text: string, ...words: readonly string[]): Promise<string> {
    return this.#run(['sh', '-c', text, 'sh', ...words]);
  }
}

const deviceIn = (output: string): string | undefined =>
  output.split('\n').find((line) => line.startsWith('/dev/loop'));

/** True is certain: of a file that is gone the kernel says so. False is not: its text of the path may be another one. */
async function isBackedBy(device: string, image: string): Promise<boolean> {
  const number = /^\/dev\/(loop[0-9]+)$/.exec(device)?.[1];
  if (number === undefined) return false;
  const path = await readFile(`/sys/block/${number}/loop/backing_file`, 'utf8').catch(() => '');
  return path === `${image}\n`;
}
