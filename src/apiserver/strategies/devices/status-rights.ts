// Who may write which part of a claim's status: allocating needs a right of its own, and so does reporting about the devices of a
// driver, which a driver's service account may have for claims on its own node only.
// Upstream: AuthorizedForBinding and AuthorizedForDeviceStatus in pkg/registry/resource/utils.go.
import { sharedDeviceKey } from '../../../api/devices/shared-device.ts';
import { MAX_REQUESTS } from '../../../api/kinds/resource/v1/limits.ts';
import type {
  AllocatedDeviceStatus,
  AllocationResult,
  ResourceClaim,
  ResourceClaimStatus,
} from '../../../api/kinds/resource/v1/resource-claim.ts';
import { type FieldError, forbidden } from '../../../api/validation/field.ts';
import { isDNS1123Subdomain } from '../../../api/validation/names.ts';
import { semanticEqual } from '../../../api/validation/semantic.ts';
import type { WriteContext } from '../../registry/write-context.ts';
import type { User } from '../../request.ts';

type Claim = Pick<ResourceClaim, 'status'>;

export async function statusRightsErrors(
  { status = {} }: Claim,
  { status: old = {} }: Claim,
  write: WriteContext,
): Promise<FieldError[]> {
  const errors = await bindingErrors(status, old, write);
  // Reports about devices that are no longer allocated are dropped, and about more than can be allocated refused.
  if (!status.allocation || (status.devices?.length ?? 0) > MAX_REQUESTS) return errors;
  const verbs = verbsFor(write, nodeOf(status.allocation));
  for (const driver of changedDrivers(status.devices, old.devices)) {
    const refusal = await refusalForAll(write, driver, verbs);
    if (refusal === undefined) continue;
    const needed = `resource="resourceclaims/driver", verb="[${verbs.join(' ')}]"`;
    errors.push(
      forbidden('status.devices', `changing status.devices requires ${needed} permission: ${refusal}`),
    );
  }
  return errors;
}

async function bindingErrors(
  status: ResourceClaimStatus,
  old: ResourceClaimStatus,
  { verb, refusalOf }: WriteContext,
): Promise<FieldError[]> {
  const isSame =
    semanticEqual(status.allocation, old.allocation) && semanticEqual(status.reservedFor, old.reservedFor);
  if (isSame) return [];
  const refusal = await refusalOf({ subresource: 'binding', namespace: '', name: '' });
  if (refusal === undefined) return [];
  const needed = `resource="resourceclaims/binding", verb="${verb}"`;
  return [
    forbidden(
      'status.allocation',
      `changing status.allocation or status.reservedFor requires ${needed} permission: ${refusal}`,
    ),
  ];
}

function verbsFor({ user, verb }: WriteContext, node: string): string[] {
  const anywhere = `arbitrary-node:${verb}`;
  return node !== '' && nodeOfAccount(user) === node ? [`associated-node:${verb}`, anywhere] : [anywhere];
}

/** One verb is enough; the refusal is that of the first. */
async function refusalForAll(
  { namespace, refusalOf }: WriteContext,
  driver: string,
  verbs: readonly string[],
): Promise<string | undefined> {
  let first: string | undefined;
  for (const verb of verbs) {
    const refusal = await refusalOf({ verb, subresource: 'driver', namespace, name: driver });
    if (refusal === undefined) return undefined;
    first ??= refusal;
  }
  return first;
}

/** Sorted: of what was added, changed or removed. */
function changedDrivers(
  devices: readonly AllocatedDeviceStatus[] = [],
  before: readonly AllocatedDeviceStatus[] = [],
): string[] {
  const left = new Map(before.map((one) => [sharedDeviceKey(one), one]));
  const drivers = new Set<string>();
  for (const one of devices) {
    const key = sharedDeviceKey(one);
    const old = left.get(key);
    left.delete(key);
    if (!old || !semanticEqual(one, old)) drivers.add(one.driver);
  }
  for (const { driver } of left.values()) drivers.add(driver);
  return [...drivers].sort();
}

/** The one node from which the devices are available; empty if there are others. */
function nodeOf({ nodeSelector }: AllocationResult): string {
  const [term, ...terms] = nodeSelector?.nodeSelectorTerms ?? [];
  if (!term || terms.length > 0 || term.matchExpressions?.length) return '';
  const [field, ...fields] = term.matchFields ?? [];
  if (field?.key !== 'metadata.name' || field.operator !== 'In' || fields.length > 0) return '';
  return field.values?.length === 1 ? field.values[0]! : '';
}

const NODE_NAME = 'authentication.kubernetes.io/node-name';

/** The node of the pod whose token the user has. */
function nodeOfAccount({ name, extra }: User): string | undefined {
  if (!/^system:serviceaccount:[^:]+:[^:]+$/.test(name)) return undefined;
  const [node, ...nodes] = extra?.[NODE_NAME] ?? [];
  return node !== undefined && nodes.length === 0 && isDNS1123Subdomain(node).length === 0 ? node : undefined;
}
