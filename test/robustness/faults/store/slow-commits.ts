import { between, type Fault } from '../fault.ts';

/** A slow disk: each commit takes up to half a second. */
export const slowCommits: Fault = {
  name: 'slow-commits',
  cause: async (context) => {
    const { failpoints, sleep } = context;
    failpoints.failCommits(`slow ${between(context, 50, 500)}`);
    await sleep(1_500);
    failpoints.clear();
  },
};
