import { between, type Fault } from '../fault.ts';

/** A partition that heals: what was sent before arrives late, when clients have given up on it and written something else. */
export const stalledNetwork: Fault = {
  name: 'stalled-network',
  cause: async (context) => {
    const { proxy, sleep } = context;
    proxy.freeze();
    await sleep(between(context, 500, 3_500));
    proxy.thaw({ revive: true });
  },
};
