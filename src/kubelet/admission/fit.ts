// Whether a pod fits on the node: operating system, room, labels, name, host ports, taints, in upstream's order; the first
// that does not hold is told. Pure; reasons and messages follow k8s.io/kubernetes pkg/kubelet/lifecycle. A pod is bound
// without this check when it names its node itself, or when the node changed after the scheduler looked.
// Deliberate difference: no pod is preempted for a critical one.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { matchesRequiredAffinity, selectableNode } from '../../api/nodes/affinity.ts';
import { tolerates } from '../../api/nodes/taints.ts';
import { inUnits, parseAmounts, type ResourceList } from '../../api/pods/amounts.ts';
import { hostPortsConflict, hostPortsOf } from '../../api/pods/host-ports.ts';
import { mayBeBackedByClass } from '../../api/pods/resource-names.ts';
import { podRequests } from '../../api/pods/resources.ts';
import { type Pod, type PodFailure, specOf } from '../pod.ts';

const OS = 'linux';
const OS_LABEL = 'kubernetes.io/os';

export interface FitContext {
  /** The other pods that use the node. */
  readonly others: readonly Pod[];
  /** undefined when the kubelet could not read it. */
  readonly node: Node | undefined;
  /** What the kubelet offers; extended resources are added by the Node. */
  readonly allocatable: ResourceList;
}

export function misfit(pod: Pod, { others, node, allocatable }: FitContext): PodFailure | undefined {
  if (!node) return { reason: 'InvalidNodeInfo', message: 'Kubelet cannot get node info.' };
  return (
    systemMisfit(pod, node) ??
    roomMisfit(pod, others, { ...node.status?.allocatable, ...allocatable }) ??
    placeMisfit(pod, node) ??
    portMisfit(pod, others) ??
    taintMisfit(pod, node)
  );
}

function systemMisfit(pod: Pod, node: Node): PodFailure | undefined {
  const { os, securityContext } = specOf(pod);
  // Upstream reads the pod's label here, not its nodeSelector.
  if ((pod.metadata.labels?.[OS_LABEL] ?? OS) !== OS)
    return {
      reason: 'PodOSSelectorNodeLabelDoesNotMatch',
      message: `Failed to admit pod as the \`${OS_LABEL}\` label doesn't match node label`,
    };
  if (os && os.name !== OS)
    return {
      reason: 'PodOSNotSupported',
      message: "Failed to admit pod as the OS field doesn't match node OS",
    };
  if (
    securityContext?.supplementalGroupsPolicy === 'Strict' &&
    !node.status?.features?.supplementalGroupsPolicy
  )
    return {
      reason: 'SupplementalGroupsPolicyNotSupported',
      message: 'SupplementalGroupsPolicy=Strict is not supported in this node',
    };
  return undefined;
}

function roomMisfit(pod: Pod, others: readonly Pod[], allocatable: ResourceList): PodFailure | undefined {
  const capacity = parseAmounts(allocatable, inUnits);
  if (others.length + 1 > (capacity.get('pods') ?? 0))
    return insufficient('pods', 1, others.length, capacity.get('pods') ?? 0);
  const requests = podRequests(pod, inUnits);
  const { requestMappings = [] } = pod.status?.extendedResourceClaimStatus ?? {};
  const fromDevices = new Set(requestMappings.map(({ resourceName }) => resourceName));
  for (const name of inOrder(requests.keys())) {
    const requested = requests.get(name)!;
    // An extended resource that the node does not have belongs to the cluster, or to devices.
    if (requested === 0 || fromDevices.has(name) || (mayBeBackedByClass(name) && !capacity.has(name)))
      continue;
    const used = others.reduce((sum, other) => sum + (requestsOf(other).get(name) ?? 0), 0);
    const there = capacity.get(name) ?? 0;
    if (requested > there - used) return insufficient(name, requested, used, there);
  }
  return undefined;
}

/** Of pods as they are now: each new pod of a burst is compared with all before it. */
const known = new WeakMap<Pod, ReadonlyMap<string, number>>();

/** With the status: a resize that cannot be granted takes nothing. */
function requestsOf(pod: Pod): ReadonlyMap<string, number> {
  const requests = known.get(pod) ?? podRequests(pod, inUnits, { withStatus: true });
  known.set(pod, requests);
  return requests;
}

const FIRST = ['cpu', 'memory', 'ephemeral-storage'];

function inOrder(names: Iterable<string>): string[] {
  const all = new Set(names);
  return [...FIRST.filter((name) => all.delete(name)), ...all];
}

const insufficient = (name: string, requested: number, used: number, capacity: number): PodFailure => ({
  reason: `OutOf${name}`,
  message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
});

function placeMisfit(pod: Pod, node: Node): PodFailure | undefined {
  const spec = specOf(pod);
  if (!matchesRequiredAffinity(spec, selectableNode(node)))
    return failed('NodeAffinity', "node(s) didn't match Pod's node affinity/selector");
  if (spec.nodeName && spec.nodeName !== nameOf(node))
    return failed('NodeName', "node(s) didn't match the requested node name");
  return undefined;
}

function portMisfit(pod: Pod, others: readonly Pod[]): PodFailure | undefined {
  const wanted = hostPortsOf(pod);
  if (wanted.length === 0 || !others.some((other) => hostPortsConflict(wanted, hostPortsOf(other))))
    return undefined;
  return failed('NodePorts', "node(s) didn't have free ports for the requested pod ports");
}

/** Only NoExecute: the other effects are the scheduler's. */
function taintMisfit(pod: Pod, node: Node): PodFailure | undefined {
  const { tolerations } = specOf(pod);
  const keepsOff = (node.spec?.taints ?? []).some(
    (taint) => taint.effect === 'NoExecute' && !tolerates(tolerations, taint),
  );
  return keepsOff ? failed('TaintToleration', "node(s) had taints that the pod didn't tolerate") : undefined;
}

const failed = (predicate: string, why: string): PodFailure => ({
  reason: predicate,
  message: `Predicate ${predicate} failed: ${why}`,
});
