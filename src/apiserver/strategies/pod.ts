// Pods: their first status, their graceful end, and which parts each subresource may change.

import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { PodCondition } from '../../api/kinds/core/v1/pod-status.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import { computeQosClass } from '../../api/pods/qos-class.ts';
import type { AnyObject, Strategy } from '../registry/strategy.ts';

const pod = (object: AnyObject) => object as unknown as Pod;

export const podStrategy: Strategy = {
  prepareCreate(object, context) {
    const { spec } = pod(object);
    const gated: PodCondition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'SchedulingGated',
      message: 'Scheduling is blocked due to non-empty scheduling gates',
      lastTransitionTime: context.now,
    };
    pod(object).status = {
      phase: 'Pending',
      qosClass: computeQosClass(spec),
      ...(spec?.schedulingGates?.length && { conditions: [gated] }),
    };
  },
  prepareStatus(object, old) {
    const { ownerReferences } = old.metadata;
    if (ownerReferences) object.metadata.ownerReferences = ownerReferences;
    else delete object.metadata.ownerReferences;
    const before = pod(old).status?.qosClass;
    const { status } = pod(object);
    if (status && before && !status.qosClass) status.qosClass = before;
  },
  prepareSubresource: {
    binding() {},
    ephemeralcontainers(object, old) {
      const { ephemeralContainers } = pod(object).spec ?? {};
      pod(object).spec = { ...pod(old).spec!, ...(ephemeralContainers && { ephemeralContainers }) };
      object.status = old.status;
    },
    resize(object, old) {
      const wanted = pod(object).spec;
      const { spec } = pod(old);
      const resized = (list: readonly Named[] | undefined, from: readonly Named[] | undefined) =>
        list?.map((container) => withResources(container, from));
      const next = { ...spec!, containers: resized(spec?.containers, wanted?.containers) };
      if (spec?.initContainers)
        next.initContainers = resized(
          spec.initContainers,
          wanted?.initContainers,
        ) as typeof next.initContainers;
      object.spec = next;
      object.status = old.status;
    },
  },
  gracePeriod(object, options) {
    const { spec } = pod(object);
    if (!spec?.nodeName || isPodTerminal(pod(object))) return 0;
    const period = options.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 30;
    return period < 0 ? 1 : period;
  },
};

interface Named {
  readonly name: string;
  readonly resources?: unknown;
  readonly resizePolicy?: unknown;
}

function withResources(container: Named, wanted: readonly Named[] | undefined): Named {
  const other = wanted?.find(({ name }) => name === container.name);
  if (!other) return container;
  return {
    ...container,
    ...(other.resources !== undefined && { resources: other.resources }),
    ...(other.resizePolicy !== undefined && { resizePolicy: other.resizePolicy }),
  };
}
