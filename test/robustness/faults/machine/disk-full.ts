import type { Fault } from '../fault.ts';

/** No space left for the data; then there is space again. */
export const diskFull: Fault = {
  name: 'disk-full',
  disk: 'tmpfs',
  cause: async ({ disk, sleep }) => {
    await disk!.fill();
    await sleep(800);
    disk!.free();
  },
};
