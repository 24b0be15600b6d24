// Whether taints keep a device from being allocated. Pure. Upstream: taintPreventsAllocation in allocator_incubating.go.
import type { DeviceToleration } from '../../../../api/kinds/resource/v1/device.ts';
import type { DeviceTaint } from '../../../../api/kinds/resource/v1/device-taint.ts';
import { toleratesTaint } from '../../../../api/nodes/taints.ts';

/** Taints of other effects say something about the device and keep nobody away. */
const EFFECTS: ReadonlySet<string> = new Set(['NoSchedule', 'NoExecute']);

export const preventsAllocation = (
  taints: readonly Readonly<DeviceTaint>[],
  tolerations: readonly Readonly<DeviceToleration>[],
): boolean =>
  taints.some((taint) => EFFECTS.has(taint.effect) && !tolerations.some((one) => toleratesTaint(one, taint)));
