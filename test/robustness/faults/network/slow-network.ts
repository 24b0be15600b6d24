import { between, type Fault } from '../fault.ts';

/** Every packet takes longer, in both directions. */
export const slowNetwork: Fault = {
  name: 'slow-network',
  cause: async (context) => {
    const { proxy, sleep } = context;
    proxy.delay(between(context, 20, 150));
    await sleep(1_500);
    proxy.delay(0);
  },
};
