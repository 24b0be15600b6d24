// What is written into claims: the chosen devices, the configuration that applies to them, and the nodes from which they can be used.
// Pure. Upstream: the second half of Allocate in allocator_incubating.go.
import type { NodeSelector, NodeSelectorRequirement } from '../../../../api/kinds/core/v1/node-affinity.ts';
import type {
  AllocationResult,
  DeviceAllocationConfiguration,
  DeviceRequestAllocationResult,
} from '../../../../api/kinds/resource/v1/resource-claim.ts';
import { nameOf } from '../../../../api/meta/v1/object.ts';
import { textOf } from './capacity.ts';
import type { AllocatorFeatures } from './features.ts';
import type { Choice, ClaimToAllocate } from './search.ts';

export function resultOf(
  { claim }: ClaimToAllocate,
  choices: readonly Choice[],
  node: string,
  features: AllocatorFeatures,
  shareId: () => string,
): AllocationResult {
  const results = choices.map((choice) => deviceResult(choice, features, shareId));
  const config = [...classConfig(choices), ...claimConfig(claim.spec.devices?.config ?? [], choices)];
  const nodeSelector = nodesOf(choices, node);
  return {
    devices: { results, ...(config.length > 0 && { config }) },
    ...(nodeSelector && { nodeSelector }),
  };
}

function deviceResult(
  { wanted, candidate, consumed }: Choice,
  features: AllocatorFeatures,
  shareId: () => string,
): DeviceRequestAllocationResult {
  const { device, pool } = candidate;
  const { bindingConditions, bindingFailureConditions } = device;
  return {
    ...{ request: wanted.fullName, driver: pool.driver, pool: pool.name, device: device.name },
    ...(wanted.adminAccess && { adminAccess: true }),
    ...(wanted.tolerations.length > 0 && { tolerations: [...wanted.tolerations] }),
    ...(consumed && { shareID: shareId() }),
    ...(consumed && consumed.size > 0 && { consumedCapacity: textOf(consumed) }),
    ...(features.bindingConditions && bindingConditions && { bindingConditions }),
    ...(features.bindingConditions && bindingFailureConditions && { bindingFailureConditions }),
  };
}

/** That of each class once, for all requests that use it. A request for no device counts for nothing. */
function classConfig(choices: readonly Choice[]): DeviceAllocationConfiguration[] {
  const byClass = new Map<
    string,
    { readonly of: Choice['wanted']['class']; readonly requests: Set<string> }
  >();
  for (const { wanted } of choices) {
    const known = byClass.get(nameOf(wanted.class));
    if (known) known.requests.add(wanted.fullName);
    else byClass.set(nameOf(wanted.class), { of: wanted.class, requests: new Set([wanted.fullName]) });
  }
  return [...byClass.values()].flatMap(({ of, requests }) =>
    (of.spec.config ?? []).map((one) => ({ source: 'FromClass', requests: [...requests], ...one })),
  );
}

type ClaimConfig = NonNullable<NonNullable<ClaimToAllocate['claim']['spec']['devices']>['config']>;

/** That for an alternative applies only if it was the one that was chosen. */
function claimConfig(config: ClaimConfig, choices: readonly Choice[]): DeviceAllocationConfiguration[] {
  const applies = ({ requests = [] }: ClaimConfig[number]): boolean =>
    requests.length === 0 ||
    choices.some(({ wanted }) => requests.includes(wanted.base) || requests.includes(wanted.fullName));
  return config.filter(applies).map((one) => ({ source: 'FromClaim', ...one }));
}

/** Undefined: all nodes. */
function nodesOf(choices: readonly Choice[], node: string): NodeSelector | undefined {
  const matchFields: NodeSelectorRequirement[] = [];
  const matchExpressions: NodeSelectorRequirement[] = [];
  for (const { candidate } of choices) {
    const { device, slice } = candidate;
    const { nodeName, nodeSelector } = slice.spec.perDeviceNodeSelection ? device : slice.spec;
    if (nodeName !== undefined || device.bindsToNode)
      return {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
      };
    // Validation lets slices have selectors of one term only.
    const [term] = nodeSelector?.nodeSelectorTerms ?? [];
    addMissing(matchFields, term?.matchFields ?? []);
    addMissing(matchExpressions, term?.matchExpressions ?? []);
  }
  if (matchFields.length + matchExpressions.length === 0) return undefined;
  const fields = { ...(matchFields.length > 0 && { matchFields }) };
  return {
    nodeSelectorTerms: [{ ...fields, ...(matchExpressions.length > 0 && { matchExpressions }) }],
  };
}

function addMissing(known: NodeSelectorRequirement[], more: readonly NodeSelectorRequirement[]): void {
  const textOfRequirement = ({ key, operator, values = [] }: NodeSelectorRequirement) =>
    JSON.stringify([key, operator, values.toSorted()]);
  const texts = new Set(known.map(textOfRequirement));
  for (const one of more) if (!texts.has(textOfRequirement(one))) known.push(one);
}
