// Validates Pods: on create, and the changes that each endpoint allows.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called through kinds/rule-book.ts, and by the API server
// for the subresources of pods.

import { addAll } from '../../../kit/lists.ts';
import type { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodSpec } from '../../kinds/core/v1/pod-spec.ts';
import type { ContainerStatus } from '../../kinds/core/v1/pod-status.ts';
import { sidecarsOf } from '../../pods/containers.ts';
import { betweenComplaint, complaints, type FieldError, forbidden, immutable, invalid } from '../field.ts';
import { isDNS1123Subdomain } from '../names.ts';
import type { Rules } from '../rules.ts';
import { semanticEqual } from '../semantic.ts';
import { validatePodSpec } from './pod-spec.ts';

const mirror = 'kubernetes.io/config.mirror';
const largest = 2147483647;

function create(pod: Pod): FieldError[] {
  const spec = pod.spec ?? ({} as PodSpec);
  const errors: FieldError[] = [];
  const mirrored = pod.metadata.annotations?.[mirror];
  if (mirrored !== undefined && !spec.nodeName)
    errors.push(
      invalid(
        `metadata.annotations[${mirror}]`,
        mirrored,
        'must set spec.nodeName if mirror pod annotation is set',
      ),
    );
  addAll(errors, validatePodSpec(spec, 'spec', true));
  addAll(errors, imageSpaces(spec));
  if (spec.ephemeralContainers?.length)
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  if (spec.nodeName && spec.schedulingGates?.length)
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  return errors;
}

/** An empty image is allowed in templates but not in pods. */
const imageSpaces = (spec: PodSpec): FieldError[] =>
  (['containers', 'initContainers'] as const).flatMap((list) =>
    (spec[list] ?? []).flatMap(({ image = '' }, i) =>
      image.trim() === image
        ? []
        : [invalid(`spec.${list}[${i}].image`, image, 'must not have leading or trailing whitespace')],
    ),
  );

function update(pod: Pod, old: Pod): FieldError[] {
  const spec = pod.spec ?? ({} as PodSpec);
  const oldSpec = old.spec ?? ({} as PodSpec);
  if (semanticEqual(spec, oldSpec)) return mirrorErrors(pod, old);
  const errors = [...validatePodSpec(spec, 'spec', true), ...mirrorErrors(pod, old)];
  for (const list of ['containers', 'initContainers'] as const)
    if ((spec[list]?.length ?? 0) !== (oldSpec[list]?.length ?? 0))
      return [...errors, forbidden(`spec.${list}`, 'pod updates may not add or remove containers')];
  addAll(errors, imageSpaces(spec));
  addAll(errors, deadlineErrors(spec, oldSpec), tolerationErrors(spec, oldSpec));
  addAll(errors, gateErrors(spec, oldSpec));
  const munged = withChangeable(spec, oldSpec);
  if (!semanticEqual(munged, oldSpec))
    errors.push(forbidden('spec', changeable + difference(oldSpec, munged)));
  return errors;
}

const changeable =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n';

function mirrorErrors(pod: Pod, old: Pod): FieldError[] {
  const before = old.metadata.annotations?.[mirror];
  const after = pod.metadata.annotations?.[mirror];
  if (before === after) return [];
  const what = before === undefined ? 'may not add' : 'may not remove or update';
  return [forbidden(`metadata.annotations[${mirror}]`, `${what} mirror pod annotation`)];
}

function deadlineErrors(spec: PodSpec, old: PodSpec): FieldError[] {
  const path = 'spec.activeDeadlineSeconds';
  const now = spec.activeDeadlineSeconds;
  const before = old.activeDeadlineSeconds;
  if (now === undefined)
    return before === undefined
      ? []
      : [invalid(path, null, 'must not update from a positive integer to nil value')];
  if (now < 0 || now > largest) return [invalid(path, now, betweenComplaint(0, largest))];
  return before !== undefined && before < now
    ? [invalid(path, now, 'must be less than or equal to previous value')]
    : [];
}

/** Tolerations may be added, and only tolerationSeconds of existing ones may change. */
function tolerationErrors(spec: PodSpec, old: PodSpec): FieldError[] {
  const { tolerations = [] } = spec;
  const same = (a: object, b: object) =>
    semanticEqual({ ...a, tolerationSeconds: null }, { ...b, tolerationSeconds: null });
  const missing = (old.tolerations ?? []).some((before) => !tolerations.some((now) => same(now, before)));
  return missing
    ? [forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')]
    : [];
}

function gateErrors(spec: PodSpec, old: PodSpec): FieldError[] {
  const added = (spec.schedulingGates ?? []).filter(
    ({ name }) => !old.schedulingGates?.some((gate) => gate.name === name),
  );
  if (added.length === 0) return [];
  return [
    forbidden(
      'spec.schedulingGates',
      `only deletion is allowed, but found new scheduling gates '${added.map(({ name }) => name).join(', ')}'`,
    ),
  ];
}

/** The new spec with all mutable fields reset to their old values: it must equal the old spec. */
function withChangeable(spec: PodSpec, old: PodSpec): PodSpec {
  const munged: PodSpec = { ...spec };
  const images = (list: 'containers' | 'initContainers') =>
    spec[list]?.map((container, i) => ({ ...container, image: old[list]?.[i]?.image }));
  munged.containers = images('containers') ?? [];
  if (spec.initContainers) munged.initContainers = images('initContainers');
  for (const key of ['activeDeadlineSeconds', 'tolerations', 'schedulingGates'] as const) {
    delete munged[key];
    if (old[key] !== undefined) Object.assign(munged, { [key]: old[key] });
  }
  if ((old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1)
    munged.terminationGracePeriodSeconds = old.terminationGracePeriodSeconds;
  if (old.schedulingGates?.length) {
    munged.nodeSelector = old.nodeSelector;
    munged.affinity = old.affinity;
    for (const key of ['nodeSelector', 'affinity'] as const)
      if (munged[key] === undefined) delete munged[key];
  }
  return munged;
}

const line = (sign: string, path: string, value: unknown): string =>
  value === undefined ? '' : `  ${sign} ${path}: ${JSON.stringify(value)}\n`;

/** The fields that differ, one per line, with the old value first. */
function difference(old: unknown, now: unknown, path = ''): string {
  if (semanticEqual(old, now)) return '';
  if (typeof old !== 'object' || typeof now !== 'object' || !old || !now)
    return line('-', path, old) + line('+', path, now);
  const a = old as Record<string, unknown>;
  const b = now as Record<string, unknown>;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .map((key) => difference(a[key], b[key], path ? `${path}.${key}` : key))
    .join('');
}

/** A terminated container stays terminated unless its restart policy allows a restart. */
function comeBack(
  now: readonly ContainerStatus[] = [],
  before: readonly ContainerStatus[] = [],
  policy: string | undefined,
  path: string,
): FieldError[] {
  if (policy === 'Always') return [];
  const alive = new Set(now.flatMap(({ name, state }) => (state?.terminated ? [] : [name])));
  return before.flatMap(({ name, state }, i) => {
    const ended = state?.terminated;
    if (!ended || ((ended.exitCode ?? 0) !== 0 && policy === 'OnFailure')) return [];
    return alive.has(name)
      ? [forbidden(`${path}[${i}].state`, 'may not be transitioned to non-terminated state')]
      : [];
  });
}

function status(pod: Pod, old: Pod): FieldError[] {
  const policy = old.spec?.restartPolicy;
  const sidecars = new Set(sidecarsOf(old.spec).map((c) => c.name));
  const lasting = old.status?.initContainerStatuses?.map((s) =>
    sidecars.has(s.name) ? { ...s, state: {} } : s,
  );
  const errors = mirrorErrors(pod, old);
  if (pod.spec?.nodeName !== old.spec?.nodeName)
    errors.push(forbidden('status.nodeName', 'may not be changed directly'));
  const nominated = pod.status?.nominatedNodeName;
  if (nominated && nominated !== old.status?.nominatedNodeName)
    addAll(errors, complaints('status.nominatedNodeName', nominated, isDNS1123Subdomain(nominated)));
  if (old.status?.qosClass && pod.status?.qosClass && pod.status.qosClass !== old.status.qosClass)
    errors.push(immutable('status.qosClass', pod.status.qosClass));
  return [
    ...errors,
    ...comeBack(
      pod.status?.containerStatuses,
      old.status?.containerStatuses,
      policy,
      'status.containerStatuses',
    ),
    ...comeBack(pod.status?.initContainerStatuses, lasting, policy, 'status.initContainerStatuses'),
    ...comeBack(
      pod.status?.ephemeralContainerStatuses,
      old.status?.ephemeralContainerStatuses,
      'Never',
      'status.ephemeralContainerStatuses',
    ),
  ];
}

export const podRules: Rules<Pod> = { create, update, status };

/** For the ephemeralcontainers subresource: containers may be added, but not changed or removed. */
export function validateEphemeralContainersUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors = validatePodSpec(pod.spec ?? ({} as PodSpec), 'spec').filter((e) =>
    e.field.startsWith('spec.ephemeralContainers'),
  );
  const now = pod.spec?.ephemeralContainers ?? [];
  for (const before of old.spec?.ephemeralContainers ?? []) {
    const at = now.findIndex(({ name }) => name === before.name);
    if (at < 0)
      errors.push(
        forbidden(
          'spec.ephemeralContainers',
          `existing ephemeral containers "${before.name}" may not be removed\n`,
        ),
      );
    else if (!semanticEqual(now[at], before))
      errors.push(
        forbidden(
          'spec.ephemeralContainers',
          `existing ephemeral containers "${before.name}" may not be changed\n${difference(before, now[at])}`,
        ),
      );
  }
  return errors;
}

/** For the resize subresource, which changes resources only. */
export function validateResize(pod: Pod): FieldError[] {
  return validatePodSpec(pod.spec ?? ({} as PodSpec), 'spec').filter((e) => e.field.includes('.resources'));
}
