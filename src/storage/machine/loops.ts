// Loop devices: an image file as a block device. Which one an image has is asked of the kernel each time, by the file's inode, so
// that those of an earlier process are found again and no image gets two: two caches would destroy its contents.
import type { Clock } from '../../kit/clock.ts';
import { GrpcError } from '../../kit/grpc/status.ts';
import { KeyedLocks } from '../../kit/locks/keyed-locks.ts';
import { quick, type Run } from './run.ts';

const ATTACH = ['losetup', '--find', '--show', '--direct-io=on', '--sector-size', '512'];

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

  /** The image must exist. */
  async find(image: string): Promise<string | undefined> {
    const columns = ['--noheadings', '--raw', '--output', 'NAME'];
    const output = await this.#run(['losetup', '--associated', image, ...columns]);
    return output.split('\n').find((line) => line.startsWith('/dev/loop'));
  }

  /**
   * Direct: what is written is in the memory of the file system on the device already. Small file systems have blocks that some disks
   * have no sectors for, so the size of sectors is not the disk's.
   */
  attach(image: string): Promise<string> {
    return this.#turns.run(['attach'], async () => {
      const found = await this.find(image);
      if (found) return found;
      try {
        return (await this.#run([...ATTACH, image])).trim();
      } catch (error) {
        // Where the disk's file system has no direct writes, the device is there without.
        const indirect = await this.find(image);
        if (indirect) return indirect;
        throw error;
      }
    });
  }

  /** Whoever looks at new devices, as udev does, may have it open for a moment: it goes when that is over. */
  async detach(image: string): Promise<void> {
    const start = this.#clock.monotonic();
    for (let device = await this.find(image); device; ) {
      await this.detachDevice(device);
      device = await this.find(image);
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
}
