// Loop devices: an image file as a block device. Which one an image has is asked of the kernel each time, by the file's inode, so
// that those of an earlier process are found again and no image gets two: two caches would destroy its contents.
import { GrpcError } from '../../kit/grpc/status.ts';
import { KeyedLocks } from '../../kit/locks/keyed-locks.ts';
import { quick, type Run } from './run.ts';

export class Loops {
  readonly #run: Run;
  /** Two at once might choose the same free device. */
  readonly #turns = new KeyedLocks();

  constructor(run: Run) {
    this.#run = quick(run);
  }

  /** The image must exist. */
  async find(image: string): Promise<string | undefined> {
    const columns = ['--noheadings', '--raw', '--output', 'NAME'];
    const output = await this.#run(['losetup', '--associated', image, ...columns]);
    return output.split('\n').find((line) => line.startsWith('/dev/loop'));
  }

  /** Direct: what is written is in the memory of the file system on the device already. */
  attach(image: string): Promise<string> {
    return this.#turns.run(['attach'], async () => {
      const found = await this.find(image);
      if (found) return found;
      try {
        return (await this.#run(['losetup', '--find', '--show', '--direct-io=on', image])).trim();
      } catch (error) {
        // Where the disk's file system has no direct writes, the device is there without.
        const indirect = await this.find(image);
        if (indirect) return indirect;
        throw error;
      }
    });
  }

  /** One that is in use stays until nobody uses it: then it is not detached yet. */
  async detach(image: string): Promise<void> {
    for (let device = await this.find(image); device; device = await this.#remaining(image, device))
      await this.detachDevice(device);
  }

  async detachDevice(device: string): Promise<void> {
    await this.#run(['losetup', '--detach', device]);
  }

  /** Makes the device as large as the image has become. */
  async refresh(device: string): Promise<void> {
    await this.#run(['losetup', '--set-capacity', device]);
  }

  async #remaining(image: string, before: string): Promise<string | undefined> {
    const device = await this.find(image);
    if (device === before) throw new GrpcError('failedPrecondition', `${device} is in use`);
    return device;
  }
}
