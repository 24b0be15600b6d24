// Pods: their initial status, their grace period, and the fields that each subresource may change.
// Upstream: pkg/registry/core/pod/strategy.go.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { PodCondition } from '../../api/kinds/core/v1/pod-status.ts';
import { mergeLabelKeys } from '../../api/pods/label-keys.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import { computeQosClass } from '../../api/pods/qos-class.ts';
import { validateResize } from '../../api/validation/pod/changes/resize.ts';
import { validateEphemeralContainersUpdate } from '../../api/validation/pod/pod.ts';
import type { Strategy } from '../registry/strategy.ts';

export const podStrategy: Strategy<Pod> = {
  generation: true,
  returnsDeleted: true,
  prepareCreate(pod, { now }) {
    const { spec } = pod;
    mergeLabelKeys(pod);
    const gated: PodCondition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'SchedulingGated',
      message: 'Scheduling is blocked due to non-empty scheduling gates',
      lastTransitionTime: now,
    };
    pod.status = {
      phase: 'Pending',
      qosClass: computeQosClass(spec),
      ...(spec?.schedulingGates?.length && { conditions: [gated] }),
    };
  },
  // Owner references cannot be changed through /status, and a kubelet that sends no QoS class does not remove it.
  prepareStatus(pod, old) {
    const { ownerReferences } = old.metadata;
    if (ownerReferences) pod.metadata.ownerReferences = ownerReferences;
    else delete pod.metadata.ownerReferences;
    const before = old.status?.qosClass;
    if (pod.status && before && !pod.status.qosClass) pod.status.qosClass = before;
  },
  subresources: {
    // registry/bind-pod.ts has checked the binding.
    binding: { prepare() {}, validate: () => [] },
    ephemeralcontainers: {
      prepare: keepOnlyEphemeralContainers,
      validate: validateEphemeralContainersUpdate,
    },
    resize: { prepare: keepOnlyResources, validate: validateResize },
  },
  // No kubelet has to stop an unscheduled or terminal pod: it is removed at once. A negative period means one second.
  gracePeriod(pod, options) {
    const { spec } = pod;
    if (!spec?.nodeName || isPodTerminal(pod)) return 0;
    const period = options.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
    return period < 0 ? 1 : period;
  },
};

function keepOnlyEphemeralContainers(pod: Pod, old: Pod): void {
  const { ephemeralContainers } = pod.spec ?? {};
  pod.spec = { ...old.spec!, ...(ephemeralContainers && { ephemeralContainers }) };
  pod.status = old.status;
}

/** Where containers are added, removed or reordered, the change is left for validation to refuse. */
function keepOnlyResources(pod: Pod, old: Pod): void {
  const { containers = [], initContainers = [] } = pod.spec ?? {};
  const spec = old.spec!;
  const before = spec.initContainers ?? [];
  if (containers.length !== spec.containers.length || initContainers.length !== before.length) return;
  pod.spec = {
    ...spec,
    containers: resized(spec.containers, containers),
    ...(spec.initContainers && { initContainers: resized(before, initContainers) }),
  };
  pod.status = old.status;
}

type Containers = NonNullable<Pod['spec']>['containers'];

/** The old containers with the resources and resize policies wanted for them. */
function resized(old: Containers, wanted: Containers): Containers {
  if (wanted.some(({ name }, i) => name !== old[i]?.name)) return wanted;
  return old.map(({ resources: _, resizePolicy: __, ...rest }, i) => {
    const { resources, resizePolicy } = wanted[i]!;
    return { ...rest, ...(resources && { resources }), ...(resizePolicy && { resizePolicy }) };
  });
}
