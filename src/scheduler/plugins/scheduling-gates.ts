// A pod with scheduling gates stays out of the queue until its last gate is removed.
import type { PreEnqueuePlugin } from '../framework/plugin.ts';
import { SUCCESS, unresolvable } from '../framework/status.ts';

export const schedulingGates: PreEnqueuePlugin = {
  name: 'SchedulingGates',
  preEnqueue({ pod }) {
    const gates = (pod.spec?.schedulingGates ?? []).map((gate) => gate.name);
    return gates.length === 0 ? SUCCESS : unresolvable(`waiting for scheduling gates: [${gates.join(' ')}]`);
  },
};
