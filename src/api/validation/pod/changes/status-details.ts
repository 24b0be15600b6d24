// Validates what a pod's status says about addresses, resource claims, and the users and devices of containers.
// Paths and messages follow ValidatePodStatusUpdate in k8s.io/kubernetes pkg/apis/core/validation. Called by status.ts.
import { compositeKey } from '../../../../kit/composite-key.ts';
import { addAll } from '../../../../kit/lists.ts';
import type { Container } from '../../../kinds/core/v1/container.ts';
import type { Pod } from '../../../kinds/core/v1/pod.ts';
import type { PodSpec } from '../../../kinds/core/v1/pod-spec.ts';
import type { ContainerStatus, PodStatus, ResourceStatus } from '../../../kinds/core/v1/pod-status.ts';
import { isNativeResource } from '../../../pods/resource-names.ts';
import { parseQuantity, signOf } from '../../../quantity/quantity.ts';
import { isIPv4, validateNewIP } from '../../addresses.ts';
import {
  checkItems,
  complaints,
  duplicate,
  errorsOfItems,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
} from '../../field.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../../names.ts';
import { validateId } from '../security.ts';

export function statusDetailErrors(pod: Pod, old: Pod): FieldError[] {
  const status = pod.status ?? {};
  const spec = pod.spec ?? ({} as PodSpec);
  return [
    ...claimErrors(status, spec, 'status.resourceClaimStatuses'),
    ...extendedErrors(status, spec, 'status.extendedResourceClaimStatus'),
    ...allocatableErrors(status, spec, 'status.nodeAllocatableResourceClaimStatuses'),
    ...addressErrors(status.podIPs, old.status?.podIPs, 'status.podIPs'),
    ...hostAddressErrors(status, old.status?.hostIPs),
    ...lists.flatMap((list) => userErrors(status[list], spec, `status.${list}`)),
    ...deviceErrors(status.containerStatuses, spec.containers, 'status.containerStatuses'),
    ...deviceErrors(status.initContainerStatuses, spec.initContainers, 'status.initContainerStatuses'),
    ...noDeviceErrors(status.ephemeralContainerStatuses, 'status.ephemeralContainerStatuses'),
  ];
}

const lists = ['containerStatuses', 'initContainerStatuses', 'ephemeralContainerStatuses'] as const;

function claimErrors({ resourceClaimStatuses }: PodStatus, spec: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const known = new Set((spec.resourceClaims ?? []).map(({ name }) => name));
  const seen = new Set<string>();
  checkItems(errors, resourceClaimStatuses, ({ name = '', resourceClaimName: claim }, i) => {
    const at = `${path}[${i}]`;
    if (!known.has(name))
      errors.push(invalid(`${at}.name`, name, 'must match the name of an entry in `spec.resourceClaims`'));
    if (seen.has(name)) errors.push(duplicate(`${at}.name`, name));
    seen.add(name);
    if (claim !== undefined)
      addAll(errors, complaints(`${at}.resourceClaimName`, claim, isDNS1123Subdomain(claim)));
  });
  return errors;
}

function extendedErrors(
  { extendedResourceClaimStatus: status }: PodStatus,
  spec: PodSpec,
  path: string,
): FieldError[] {
  if (!status) return [];
  const containers = new Map(
    [...(spec.initContainers ?? []), ...(spec.containers ?? [])].map((one) => [one.name, one]),
  );
  const { requestMappings = [], resourceClaimName: claim } = status;
  const errors: FieldError[] = [];
  if (requestMappings.length === 0)
    errors.push(required(`${path}.requestMappings`, 'at least one request mapping is required'));
  const seen = new Set<string>();
  checkItems(errors, requestMappings, ({ containerName = '', resourceName = '', requestName = '' }, i) => {
    const at = `${path}.requestMappings[${i}]`;
    const container = containers.get(containerName);
    if (!container)
      errors.push(
        invalid(
          `${at}.containerName`,
          containerName,
          'must match the name of an entry in spec.initContainers.name or spec.containers.name',
        ),
      );
    else if (!Object.hasOwn(container.resources?.requests ?? {}, resourceName))
      errors.push(
        invalid(
          `${at}.resourceName`,
          resourceName,
          'must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests',
        ),
      );
    addAll(errors, complaints(`${path}.requestName`, requestName, isDNS1123Label(requestName)));
    const key = compositeKey([containerName, resourceName, requestName]);
    if (seen.has(key))
      errors.push(
        duplicate(`${at}.containerName`, containerName),
        duplicate(`${at}.resourceName`, resourceName),
        duplicate(`${at}.requestName`, requestName),
      );
    seen.add(key);
  });
  const at = `${path}.resourceClaimName`;
  return [...errors, ...(claim ? complaints(at, claim, isDNS1123Subdomain(claim)) : [required(at)])];
}

function allocatableErrors(status: PodStatus, spec: PodSpec, path: string): FieldError[] {
  const claims = new Set(
    [...(spec.resourceClaims ?? []), ...(status.resourceClaimStatuses ?? [])].map(
      ({ resourceClaimName }) => resourceClaimName,
    ),
  );
  const errors: FieldError[] = [];
  checkItems(errors, status.nodeAllocatableResourceClaimStatuses, (one, i) => {
    const { resourceClaimName: claim = '', containers, resources = {} } = one;
    const at = `${path}[${i}]`;
    if (!claim) errors.push(required(`${at}.resourceClaimName`, 'must not be empty'));
    if (!claims.has(claim))
      errors.push(invalid(`${at}.resourceClaimName`, claim, 'no mapping found in pod reference'));
    if (!containers?.length) errors.push(required(`${at}.containers`, 'must not be empty'));
    const amounts = Object.entries(resources);
    if (amounts.length === 0) errors.push(required(`${at}.resources`, 'must not be empty'));
    checkItems(errors, amounts, ([name, amount]) => {
      const field = `${at}.resources[${name}]`;
      if (!isNativeResource(name))
        errors.push(invalid(field, name, 'must be a node allocatable resource name'));
      if (signOf(parseQuantity(amount)) < 0) errors.push(invalid(field, amount, 'must be non-negative'));
    });
  });
  return errors;
}

type Addresses = readonly { readonly ip: string }[] | undefined;

/** What was there before may stay. One address of each family. */
function addressErrors(addresses: Addresses, old: Addresses, path: string): FieldError[] {
  const before = new Set((old ?? []).map(({ ip }) => ip));
  const errors: FieldError[] = [];
  checkItems(errors, addresses, ({ ip }, i) => {
    if (!before.has(ip)) addAll(errors, validateNewIP(`${path}[${i}]`, ip));
  });
  const families = new Set((addresses ?? []).map(({ ip }) => isIPv4(ip)));
  if ((addresses?.length ?? 0) > families.size)
    errors.push(
      invalid(
        path,
        // As upstream shows them, whose internal types have no JSON names.
        addresses?.map(({ ip }) => ({ IP: ip })),
        'may specify no more than one IP for each IP family',
      ),
    );
  return errors;
}

function hostAddressErrors({ hostIP = '', hostIPs }: PodStatus, old: Addresses): FieldError[] {
  const [first] = hostIPs ?? [];
  if (!first) return [];
  return [
    ...(first.ip === hostIP
      ? []
      : [invalid('status.hostIPs[0].ip', first.ip ?? '', 'must be equal to `hostIP`')]),
    ...addressErrors(hostIPs, old, 'status.hostIPs'),
  ];
}

type Statuses = readonly ContainerStatus[] | undefined;

function userErrors(statuses: Statuses, { os }: PodSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  checkItems(errors, statuses, ({ user }, i) => {
    const at = `${path}[${i}].user.linux`;
    const { linux } = user ?? {};
    if (!linux) return;
    if (os?.name === 'windows') {
      errors.push(forbidden(at, 'cannot be set for a windows pod'));
      return;
    }
    addAll(errors, validateId(`${at}.uid`, linux.uid), validateId(`${at}.gid`, linux.gid));
    checkItems(errors, linux.supplementalGroups, (id, g) => {
      addAll(errors, validateId(`${at}.supplementalGroups[${g}]`, id));
    });
  });
  return errors;
}

const noDeviceErrors = (statuses: Statuses, path: string): FieldError[] =>
  errorsOfItems(statuses, ({ allocatedResourcesStatus }, i) =>
    allocatedResourcesStatus?.length
      ? [forbidden(`${path}[${i}].allocatedResourcesStatus`, 'must not be specified in container status')]
      : [],
  );

/** Resources are those of the container: its claims, by a name of their own, or its requests. */
function deviceErrors(
  statuses: Statuses,
  containers: readonly Container[] | undefined,
  path: string,
): FieldError[] {
  const byName = new Map((containers ?? []).map((container) => [container.name, container]));
  const errors: FieldError[] = [];
  checkItems(errors, statuses, ({ name, allocatedResourcesStatus }, i) => {
    if (!allocatedResourcesStatus) return;
    const container = byName.get(name);
    const claims = new Set((container?.resources?.claims ?? []).map(claimResource));
    checkItems(errors, allocatedResourcesStatus, (resource, j) => {
      const at = `${path}[${i}].allocatedResourcesStatus[${j}]`;
      const { name: resourceName = '' } = resource;
      const isClaim = resourceName.startsWith('claim:');
      const isKnown = isClaim
        ? claims.has(resourceName)
        : Object.hasOwn(container?.resources?.requests ?? {}, resourceName);
      if (container && !isKnown)
        errors.push(invalid(`${at}.name`, resourceName, isClaim ? noClaim : noRequest));
      addAll(errors, healthErrors(resource, `${at}.resources`));
    });
  });
  return errors;
}

const claimResource = ({ name, request }: { readonly name: string; readonly request?: string }): string =>
  request ? `claim:${name}/${request}` : `claim:${name}`;
const noRequest = "must match one of the container's resource requests";
const noClaim =
  "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty";

const healths = ['Healthy', 'Unhealthy', 'Unknown'];
const LONGEST_MESSAGE = 1024;

function healthErrors({ resources }: ResourceStatus, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  checkItems(errors, resources, ({ health = '', message, resourceID = '' }, k) => {
    const at = `${path}[${k}]`;
    if (!healths.includes(health)) errors.push(notSupported(`${at}.health`, health, healths));
    if (message === '') errors.push(required(`${at}.message`, 'must be non-empty if specified'));
    if (message !== undefined && Buffer.byteLength(message) > LONGEST_MESSAGE)
      errors.push(tooLong(`${at}.message`, LONGEST_MESSAGE));
    if (seen.has(resourceID)) errors.push(duplicate(`${at}.resourceID`, resourceID));
    seen.add(resourceID);
  });
  return errors;
}
