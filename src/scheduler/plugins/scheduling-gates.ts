// A gated pod waits until its last gate is taken off.
import type { PreEnqueuePlugin } from '../framework/plugin.ts';

export const schedulingGates: PreEnqueuePlugin = {
  name: 'SchedulingGates',
  preEnqueue({ pod }) {
    const gates = (pod.spec?.schedulingGates ?? []).map((gate) => gate.name);
    if (gates.length === 0) return undefined;
    return { reasons: [`waiting for scheduling gates: [${gates.join(' ')}]`] };
  },
};
