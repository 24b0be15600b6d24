// Validates resizes of a pod: the cpu and memory of its containers may change, but neither be removed nor change the pod's QoS class.
// Paths and messages follow ValidatePodResize in k8s.io/kubernetes pkg/apis/core/validation. Called by the API server for the
// subresource. Pod-level resources cannot be resized here, because the kubelet would not do it.
import type { Container } from '../../../kinds/core/v1/container.ts';
import type { Pod } from '../../../kinds/core/v1/pod.ts';
import { isSidecar } from '../../../pods/containers.ts';
import { computeQosClass, qosClassOf } from '../../../pods/qos-class.ts';
import { checkItems, errorsOfItems, type FieldError, forbidden, invalid } from '../../field.ts';
import { semanticEqual } from '../../semantic.ts';
import { MIRROR } from '../annotations.ts';
import { NO_FIELD, ownerOf } from '../pod.ts';
import { validatePodSpec } from '../pod-spec.ts';
import { withAllowances } from './allowances.ts';

const lists = ['initContainers', 'containers'] as const;
type List = (typeof lists)[number];
const containersOf = (pod: Pod, list: List): readonly Container[] => pod.spec?.[list] ?? [];

export function validateResize(pod: Pod, old: Pod): FieldError[] {
  if (old.metadata.annotations?.[MIRROR] !== undefined)
    return [forbidden(NO_FIELD, 'static pods cannot be resized')];
  if (old.spec?.os?.name === 'windows') return [forbidden(NO_FIELD, 'windows pods cannot be resized')];
  const errors = withAllowances(resourceErrors(pod), () => resourceErrors(old));
  if (qosClassOf(old) !== computeQosClass(pod.spec))
    errors.push(
      invalid('spec', pod.status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing'),
    );
  const running = old.status?.containerStatuses?.find(({ state }) => state?.running);
  if (running && !running.resources)
    errors.push(forbidden('spec', 'Pod running on node without support for resize'));
  if (old.status?.nodeAllocatableResourceClaimStatuses?.length)
    errors.push(forbidden('spec', 'pods with node allocatable resource claims cannot be resized'));
  const order = lists.toReversed().flatMap((list) => orderErrors(pod, old, list));
  if (order.length > 0) return [...errors, ...order];
  return [
    ...errors,
    ...lists.flatMap((list) => removalErrors(pod, old, list)),
    ...otherChanges(pod, old),
    ...otherInitChanges(pod, old),
  ];
}

const resourceErrors = (pod: Pod): FieldError[] =>
  validatePodSpec(pod.spec ?? { containers: [] }, 'spec', ownerOf(pod)).filter(
    ({ field }) => field.includes('.resources') || field.includes('.resizePolicy'),
  );

function orderErrors(pod: Pod, old: Pod, list: List): FieldError[] {
  const [now, before] = [containersOf(pod, list), containersOf(old, list)];
  if (now.length !== before.length)
    return [forbidden(`spec.${list}`, `${list} may not be added or removed on resize`)];
  return errorsOfItems(before, ({ name }, i) =>
    now[i]?.name === name
      ? []
      : [forbidden(`spec.${list}[${i}].name`, `${list} may not be renamed or reordered on resize`)],
  );
}

function removalErrors(pod: Pod, old: Pod, list: List): FieldError[] {
  return errorsOfItems(containersOf(old, list), ({ resources }, i) => {
    const now = containersOf(pod, list)[i]?.resources;
    return (['requests', 'limits'] as const)
      .filter((of) => Object.keys(resources?.[of] ?? {}).some((name) => now?.[of]?.[name] === undefined))
      .map((of) => forbidden(`spec.${list}[${i}].resources.${of}`, `resource ${of} cannot be removed`));
  });
}

const otherChanges = (pod: Pod, old: Pod): FieldError[] =>
  errorsOfItems(containersOf(pod, 'containers'), (container, i) =>
    differsOtherwise(container, containersOf(old, 'containers')[i]!)
      ? [forbidden('spec', 'only cpu and memory resources are mutable')]
      : [],
  );

function otherInitChanges(pod: Pod, old: Pod): FieldError[] {
  return errorsOfItems(containersOf(pod, 'initContainers'), (container, i) => {
    const before = containersOf(old, 'initContainers')[i]!;
    const path = `spec.initContainers[${i}]`;
    const errors: FieldError[] = [];
    if (differsOtherwise(container, before))
      errors.push(
        forbidden(path, 'only cpu and memory resources for init or sidecar containers are mutable'),
      );
    if (isSidecar(container) || semanticEqual(container, before)) return errors;
    checkItems(errors, container.resizePolicy, ({ restartPolicy }) => {
      if (restartPolicy === 'RestartContainer')
        errors.push(
          forbidden(
            path,
            'non-sidecar init containers with a resize policy of RestartContainer cannot be resized',
          ),
        );
    });
    return errors;
  });
}

/** Apart from cpu and memory. As upstream, the claims of a container count as a change. */
function differsOtherwise(container: Container, old: Container): boolean {
  const { limits, requests } = container.resources ?? {};
  const resources = {
    limits: withOldAmounts(limits, old.resources?.limits),
    requests: withOldAmounts(requests, old.resources?.requests),
  };
  return !semanticEqual({ ...container, resources }, old);
}

type Amounts = Readonly<Record<string, string>>;

function withOldAmounts(now: Amounts = {}, old: Amounts = {}): Amounts {
  const { cpu: _, memory: __, ...others } = now;
  return {
    ...others,
    ...(old.cpu !== undefined && { cpu: old.cpu }),
    ...(old.memory !== undefined && { memory: old.memory }),
  };
}
