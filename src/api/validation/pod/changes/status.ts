// Validates changes of a pod's status: what has ended does not come back, and what is decided stays so.
// Paths and messages follow ValidatePodStatusUpdate in k8s.io/kubernetes pkg/apis/core/validation. Called by pod.ts.
import { addAll } from '../../../../kit/lists.ts';
import type { Container } from '../../../kinds/core/v1/container.ts';
import type { Pod } from '../../../kinds/core/v1/pod.ts';
import type { PodSpec } from '../../../kinds/core/v1/pod-spec.ts';
import type { ContainerStatus, PodStatus } from '../../../kinds/core/v1/pod-status.ts';
import { matchesRestartRule } from '../../../pods/restart-rules.ts';
import { checkItems, complaints, type FieldError, forbidden, immutable, invalid } from '../../field.ts';
import { isDNS1123Subdomain, isQualifiedName } from '../../names.ts';
import { annotationChangeErrors } from '../annotations.ts';
import { statusDetailErrors } from './status-details.ts';

export function podStatusErrors(pod: Pod, old: Pod): FieldError[] {
  const [now, before] = [pod.status ?? {}, old.status ?? {}];
  const errors = [...annotationChangeErrors(pod, old), ...conditionErrors(now, 'status.conditions')];
  if (pod.spec?.nodeName !== old.spec?.nodeName)
    errors.push(forbidden('status.nodeName', 'may not be changed directly'));
  addAll(errors, nominationErrors(now, before, old));
  if ((now.observedGeneration ?? 0) < 0)
    errors.push(
      invalid('status.observedGeneration', now.observedGeneration, 'must be a non-negative integer'),
    );
  if (before.qosClass && now.qosClass && now.qosClass !== before.qosClass)
    errors.push(immutable('status.qosClass', now.qosClass));
  return [...errors, ...comebackErrors(now, before, old.spec), ...statusDetailErrors(pod, old)];
}

const ofTheSystem = ['PodScheduled', 'Ready', 'Initialized'];

function conditionErrors({ conditions }: PodStatus, path: string): FieldError[] {
  const errors: FieldError[] = [];
  checkItems(errors, conditions, ({ type, observedGeneration = 0 }, i) => {
    const at = `${path}[${i}]`;
    if (observedGeneration < 0)
      errors.push(invalid(`${at}.observedGeneration`, observedGeneration, 'must be a non-negative integer'));
    if (!ofTheSystem.includes(type))
      addAll(errors, complaints(`${at}.Type`, type ?? '', isQualifiedName(type)));
  });
  return errors;
}

function nominationErrors(now: PodStatus, before: PodStatus, old: Pod): FieldError[] {
  const { nominatedNodeName: name } = now;
  const path = 'status.nominatedNodeName';
  if (!name || name === before.nominatedNodeName) return [];
  const errors = complaints(path, name, isDNS1123Subdomain(name));
  if (old.spec?.nodeName)
    errors.push(forbidden(path, 'may not be set on pods that are already bound to a node'));
  return errors;
}

function comebackErrors(now: PodStatus, before: PodStatus, spec: PodSpec | undefined): FieldError[] {
  const { containers = [], initContainers = [], restartPolicy: policy } = spec ?? {};
  const mayRestart = (list: readonly Container[]) => {
    const byName = new Map(list.map((container) => [container.name, container]));
    return (name: string, exitCode: number) => {
      const container = byName.get(name);
      return container !== undefined && restartsAfter(container, policy, exitCode);
    };
  };
  const errors: FieldError[] = [];
  if (![...initContainers, ...containers].some(restartsAll))
    addAll(
      errors,
      listErrors(now, before, 'containerStatuses', mayRestart(containers)),
      listErrors(now, before, 'initContainerStatuses', mayRestart(initContainers)),
    );
  return [...errors, ...listErrors(now, before, 'ephemeralContainerStatuses', () => false)];
}

const restartsAll = ({ restartPolicyRules }: Container): boolean =>
  restartPolicyRules?.some(({ action }) => action === 'RestartAllContainers') ?? false;

/** The container's own policy comes before the pod's, and its rules before both. */
function restartsAfter(container: Container, ofPod: string | undefined, exitCode: number): boolean {
  const policy = container.restartPolicy ?? ofPod;
  if (container.restartPolicy !== undefined && matchesRestartRule(container, exitCode)) return true;
  return policy === 'OnFailure' ? exitCode !== 0 : policy !== 'Never';
}

type Statuses = 'containerStatuses' | 'initContainerStatuses' | 'ephemeralContainerStatuses';

function listErrors(
  now: PodStatus,
  before: PodStatus,
  list: Statuses,
  mayRestart: (name: string, exitCode: number) => boolean,
): FieldError[] {
  const running = new Set((now[list] ?? []).flatMap(aliveName));
  const errors: FieldError[] = [];
  (before[list] ?? []).forEach(({ name, state }, i) => {
    if (!state?.terminated || !running.has(name) || mayRestart(name, state.terminated.exitCode ?? 0)) return;
    errors.push(forbidden(`status.${list}[${i}].state`, 'may not be transitioned to non-terminated state'));
  });
  return errors;
}

const aliveName = ({ name, state }: ContainerStatus): string[] => (state?.terminated ? [] : [name]);
