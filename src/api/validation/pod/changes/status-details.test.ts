import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PodSpec } from '../../../kinds/core/v1/pod-spec.ts';
import type { ContainerStatus, PodStatus } from '../../../kinds/core/v1/pod-status.ts';
import { statusDetailErrors } from './status-details.ts';

const spec: PodSpec = {
  containers: [
    {
      name: 'c',
      resources: { requests: { 'example.com/gpu': '1' }, claims: [{ name: 'a', request: 'r' }] },
    },
  ],
  resourceClaims: [{ name: 'a', resourceClaimName: 'claim' }],
};
const container = (more: Partial<ContainerStatus>): ContainerStatus => ({
  name: 'c',
  image: 'i',
  imageID: 'i',
  ready: true,
  restartCount: 0,
  ...more,
});
const podOf = (status: PodStatus) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec,
  status,
});

const cases: readonly [title: string, status: PodStatus, expected: string[], old?: PodStatus][] = [
  [
    'addresses of both families',
    {
      podIPs: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }],
      hostIP: '10.0.0.2',
      hostIPs: [{ ip: '10.0.0.2' }],
    },
    [],
  ],
  [
    'one address of each family',
    { podIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }] },
    [
      'status.podIPs: Invalid value: [{"IP":"10.0.0.1"},{"IP":"10.0.0.2"}]: may specify no more than one IP for each IP family',
    ],
  ],
  [
    'addresses that were there may stay',
    { podIPs: [{ ip: '010.0.0.1' }] },
    [],
    { podIPs: [{ ip: '010.0.0.1' }] },
  ],
  [
    'the first address of the node is its address',
    { hostIP: '10.0.0.1', hostIPs: [{ ip: '010.0.0.1' }] },
    [
      'status.hostIPs[0].ip: Invalid value: "010.0.0.1": must be equal to `hostIP`',
      'status.hostIPs[0]: Invalid value: "010.0.0.1": must not have leading 0s',
    ],
  ],
  [
    'claims are those of the spec',
    { resourceClaimStatuses: [{ name: 'a', resourceClaimName: 'x' }, { name: 'a' }, { name: 'b' }] },
    [
      'status.resourceClaimStatuses[1].name: Duplicate value: "a"',
      'status.resourceClaimStatuses[2].name: Invalid value: "b": must match the name of an entry in `spec.resourceClaims`',
    ],
  ],
  [
    'extended resources are requests of containers',
    {
      extendedResourceClaimStatus: {
        resourceClaimName: '',
        requestMappings: [
          { containerName: 'c', resourceName: 'example.com/gpu', requestName: 'r' },
          { containerName: 'c', resourceName: 'cpu', requestName: 'r' },
          { containerName: 'd', resourceName: 'cpu', requestName: 'r' },
        ],
      },
    },
    [
      'status.extendedResourceClaimStatus.requestMappings[1].resourceName: Invalid value: "cpu": must match the extended resource name of an entry in spec.initContainers.resources.requests or spec.containers.resources.requests',
      'status.extendedResourceClaimStatus.requestMappings[2].containerName: Invalid value: "d": must match the name of an entry in spec.initContainers.name or spec.containers.name',
      'status.extendedResourceClaimStatus.resourceClaimName: Required value',
    ],
  ],
  [
    'what claims take from a node',
    {
      nodeAllocatableResourceClaimStatuses: [
        { resourceClaimName: 'claim', containers: ['c'], resources: { cpu: '1' } },
        { resourceClaimName: 'x', resources: { 'example.com/gpu': '-1' } },
      ],
    },
    [
      'status.nodeAllocatableResourceClaimStatuses[1].resourceClaimName: Invalid value: "x": no mapping found in pod reference',
      'status.nodeAllocatableResourceClaimStatuses[1].containers: Required value: must not be empty',
      'status.nodeAllocatableResourceClaimStatuses[1].resources[example.com/gpu]: Invalid value: "example.com/gpu": must be a node allocatable resource name',
      'status.nodeAllocatableResourceClaimStatuses[1].resources[example.com/gpu]: Invalid value: "-1": must be non-negative',
    ],
  ],
  [
    'users of containers are numbers of 31 bits',
    {
      containerStatuses: [container({ user: { linux: { uid: -1, gid: 2 ** 31, supplementalGroups: [0] } } })],
    },
    [
      'status.containerStatuses[0].user.linux.uid: Invalid value: -1: must be between 0 and 2147483647, inclusive',
      'status.containerStatuses[0].user.linux.gid: Invalid value: 2147483648: must be between 0 and 2147483647, inclusive',
    ],
  ],
  [
    'devices are those of the container',
    {
      containerStatuses: [
        container({
          allocatedResourcesStatus: [
            {
              name: 'claim:a/r',
              resources: [
                { resourceID: '1', health: 'Fine', message: '' },
                { resourceID: '1', health: 'Healthy' },
              ],
            },
            { name: 'claim:a' },
            { name: 'example.com/nic' },
          ],
        }),
      ],
    },
    [
      'status.containerStatuses[0].allocatedResourcesStatus[0].resources[0].health: Unsupported value: "Fine": supported values: "Healthy", "Unhealthy", "Unknown"',
      'status.containerStatuses[0].allocatedResourcesStatus[0].resources[0].message: Required value: must be non-empty if specified',
      'status.containerStatuses[0].allocatedResourcesStatus[0].resources[1].resourceID: Duplicate value: "1"',
      "status.containerStatuses[0].allocatedResourcesStatus[1].name: Invalid value: \"claim:a\": must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty",
      'status.containerStatuses[0].allocatedResourcesStatus[2].name: Invalid value: "example.com/nic": must match one of the container\'s resource requests',
    ],
  ],
  [
    'ephemeral containers have no devices',
    { ephemeralContainerStatuses: [container({ allocatedResourcesStatus: [{ name: 'x' }] })] },
    [
      'status.ephemeralContainerStatuses[0].allocatedResourcesStatus: Forbidden: must not be specified in container status',
    ],
  ],
];

for (const [title, status, expected, old = {}] of cases)
  test(`the status of a pod: ${title}`, () =>
    assert.deepEqual(
      statusDetailErrors(podOf(status), podOf(old)).map((e) => `${e.field}: ${e.message}`),
      expected,
    ));
