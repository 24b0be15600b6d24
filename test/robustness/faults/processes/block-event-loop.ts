import { between, type Fault } from '../fault.ts';

/** The control plane's event loop stands still for a while; its other threads work on. */
export const blockEventLoop: Fault = {
  name: 'block-event-loop',
  cause: async (context) => {
    const ms = between(context, 200, 2_000);
    context.failpoints.block(context.cluster.controlPlane, ms);
    await context.sleep(ms + 100);
  },
};
