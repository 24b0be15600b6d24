// What a pod's spec must be like, rule by rule: containers, their surroundings and the pod as a whole. Other rules have tests of
// their own beside them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container, EphemeralContainer } from '../../kinds/core/v1/container.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodSpec } from '../../kinds/core/v1/pod-spec.ts';
import type { KubeObject } from '../../meta/v1/resource.ts';
import { validateCreate } from '../validate.ts';

const plain = { image: 'i', imagePullPolicy: 'Always', terminationMessagePolicy: 'File' } as const;
const main = (changes: Partial<Container> = {}): Partial<PodSpec> => ({
  containers: [{ name: 'c', ...plain, ...changes }],
});
const init = (changes: Partial<Container>): Partial<PodSpec> => ({
  initContainers: [{ name: 'i', ...plain, ...changes }],
});
const ephemeral = (changes: Partial<EphemeralContainer>): Partial<PodSpec> => ({
  ephemeralContainers: [{ name: 'e', ...plain, ...changes }],
});

function texts(spec: Partial<PodSpec>): string[] {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'd' },
    spec: {
      ...main(),
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      terminationGracePeriodSeconds: 30,
      serviceAccountName: 'default',
      ...spec,
    },
  } as KubeObject & Pod;
  return validateCreate(Pod, pod).map((e) => `${e.field}: ${e.message}`);
}

const block = { name: 'b', persistentVolumeClaim: { claimName: 'x' } };
const scratch = { name: 's', emptyDir: {} };
const fromFile = (volumeName: string) => ({
  name: 'A',
  valueFrom: { fileKeyRef: { volumeName, path: 'env', key: 'A' } },
});
const ofPod = (resources: PodSpec['resources'], ofContainer: Container['resources']): Partial<PodSpec> => ({
  ...main({ resources: ofContainer }),
  resources,
});

const groups: Readonly<Record<string, readonly [title: string, Partial<PodSpec>, string[]][]>> = {
  mounts: [
    [
      'a volume is mounted or mapped, not both',
      {
        volumes: [block],
        ...main({
          volumeMounts: [{ name: 'b', mountPath: '/b' }],
          volumeDevices: [{ name: 'b', devicePath: '/b' }],
        }),
      },
      [
        'spec.containers[0].volumeMounts[0].name: Invalid value: "b": must not already exist in volumeDevices',
        'spec.containers[0].volumeMounts[0].mountPath: Invalid value: "/b": must not already exist as a path in volumeDevices',
        'spec.containers[0].volumeDevices[0].name: Invalid value: "b": must not already exist in volumeMounts',
        'spec.containers[0].volumeDevices[0].devicePath: Invalid value: "/b": must not already exist as a path in volumeMounts',
      ],
    ],
    [
      'devices are claims',
      { volumes: [scratch], ...main({ volumeDevices: [{ name: 's', devicePath: '/../s' }] }) },
      [
        'spec.containers[0].volumeDevices[0].name: Invalid value: "s": can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
        'spec.containers[0].volumeDevices[0].devicePath: Invalid value: "/../s": can not contain backsteps (\'..\')',
      ],
    ],
    [
      'what is read-only all the way down is read-only',
      {
        volumes: [scratch],
        ...main({
          volumeMounts: [
            {
              name: 's',
              mountPath: '/s',
              recursiveReadOnly: 'Enabled',
              mountPropagation: 'HostToContainer',
            },
          ],
        }),
      },
      [
        'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true',
        'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified',
      ],
    ],
    [
      'a volume with errors is not there',
      {
        volumes: [{ name: 'v', configMap: {} }],
        ...main({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
      },
      [
        'spec.volumes[0].configMap.name: Required value',
        'spec.containers[0].volumeMounts[0].name: Not found: "v"',
      ],
    ],
  ],
  environment: [
    [
      'names of sources are names',
      main({ envFrom: [{ configMapRef: { name: 'a-' } }, { secretRef: { name: '_' } }] }),
      [
        "spec.containers[0].envFrom[1].secretRef.name: Invalid value: \"_\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      ],
    ],
    [
      'files with variables are in emptyDir volumes',
      { volumes: [scratch, block], ...main({ env: [fromFile('s'), fromFile('b'), fromFile('x')] }) },
      [
        'spec.containers[0].env[1].valueFrom.fileKeyRef.volumeName: Invalid value: "b": referenced volume must be of type emptyDir',
        'spec.containers[0].env[2].valueFrom.fileKeyRef.volumeName: Not found: "x"',
      ],
    ],
    [
      'fields are those of pods of v1',
      main({
        env: [
          { name: 'A', valueFrom: { fieldRef: { apiVersion: 'v2', fieldPath: 'metadata.name' } } },
          { name: 'B', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: "spec.x['y']" } } },
          { name: 'C', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.host' } } },
        ],
      }),
      [
        'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "metadata.name": error converting fieldPath: unsupported pod version: v2',
        "spec.containers[0].env[1].valueFrom.fieldRef.fieldPath: Invalid value: \"spec.x['y']\": error converting fieldPath: field label does not support subscript: spec.x['y']",
      ],
    ],
  ],
  restarts: [
    [
      'rules need a policy',
      main({ restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }] }),
      [
        'spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used',
      ],
    ],
    [
      'policies, actions and operators are known',
      main({
        restartPolicy: 'Sometimes',
        restartPolicyRules: [{ action: 'Stop', exitCodes: { operator: 'Is' } }, { action: 'Restart' }],
      }),
      [
        'spec.containers[0].restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"',
        'spec.containers[0].restartPolicyRules[0].action: Unsupported value: "Stop": supported values: "Restart", "RestartAllContainers"',
        'spec.containers[0].restartPolicyRules[0].exitCodes.operator: Unsupported value: "Is": supported values: "In", "NotIn"',
        'spec.containers[0].restartPolicyRules[1].exitCodes: Required value: must be specified',
      ],
    ],
    [
      'at most 20 rules of 255 exit codes',
      main({
        restartPolicy: 'Never',
        restartPolicyRules: Array.from({ length: 21 }, (_, i) => ({
          action: 'Restart',
          exitCodes: { operator: 'In', values: Array.from({ length: i === 0 ? 256 : 1 }, (__, j) => j) },
        })),
      }),
      [
        'spec.containers[0].restartPolicyRules: Too many: 21: must have at most 20 items',
        'spec.containers[0].restartPolicyRules[0].exitCodes.values: Too many: 256: must have at most 255 items',
      ],
    ],
    [
      'pods that never restart do not restart for a resize',
      {
        restartPolicy: 'Never',
        ...main({
          resizePolicy: [
            { resourceName: 'cpu', restartPolicy: 'RestartContainer' },
            { resourceName: 'cpu', restartPolicy: 'NotRequired' },
          ],
        }),
      },
      [
        "spec.containers[0].resizePolicy: Invalid value: \"RestartContainer\": must be 'NotRequired' when pod `restartPolicy` is 'Never'",
        'spec.containers[0].resizePolicy[1]: Duplicate value: "cpu"',
      ],
    ],
    [
      'init containers that end do not restart for a resize',
      init({ resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] }),
      [
        'spec.initContainers[0].resizePolicy[0].restartPolicy: Invalid value: "RestartContainer": must not be set to \'RestartContainer\' for non-sidecar initContainers',
      ],
    ],
  ],
  'ephemeral containers': [
    [
      'have no resources, restart policy or parts of volumes',
      {
        volumes: [scratch],
        ...ephemeral({
          image: ' i',
          resources: { limits: { cpu: '1' } },
          restartPolicy: 'Never',
          volumeMounts: [{ name: 's', mountPath: '/s', subPath: 'a' }],
        }),
      },
      [
        'spec.ephemeralContainers[0].image: Invalid value: " i": must not have leading or trailing whitespace',
        'spec.ephemeralContainers[0].resources: Forbidden: cannot be set for an Ephemeral Container',
        'spec.ephemeralContainers[0].restartPolicy: Forbidden: cannot be set for an Ephemeral Container',
        'spec.ephemeralContainers[0].volumeMounts[0].subPath: Forbidden: cannot be set for an Ephemeral Container',
        'spec.ephemeralContainers: Forbidden: cannot be set on create',
      ],
    ],
  ],
  resources: [
    [
      'claims are those of the pod, each used as a whole or in parts',
      {
        resourceClaims: [{ name: 'a', resourceClaimName: 'x' }, { name: 'b' }],
        ...main({
          resources: {
            claims: [{ name: 'a', request: 'r' }, { name: 'a' }, { name: 'a' }, { name: 'z' }],
          },
        }),
      },
      [
        'spec.resourceClaims[1]: Invalid value: {"Name":"b","ResourceClaimName":null,"ResourceClaimTemplateName":null}: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`',
        'spec.containers[0].resources.claims[1]: Duplicate value: "a"',
        'spec.containers[0].resources.claims[2]: Duplicate value: "a"',
        'spec.containers[0].resources.claims[3]: Not found: "z": must be one of the names in pod.spec.resourceClaims: a, b',
      ],
    ],
    [
      'huge pages are whole',
      main({ resources: { limits: { cpu: '1', 'hugepages-2Mi': '3Mi' } } }),
      [
        'spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: "3Mi": 3Mi is not positive integer multiple of hugepages-2Mi',
      ],
    ],
    [
      'the pod has what its containers have',
      ofPod(
        { requests: { cpu: '1' }, limits: { cpu: '1' } },
        { requests: { cpu: '2' }, limits: { cpu: '2' } },
      ),
      [
        'spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 2',
        'spec.resources.containers[0][cpu].limits: Invalid value: "2": must be less than or equal to pod limits of 1',
      ],
    ],
    [
      'some resources are only those of containers',
      ofPod({ limits: { 'example.com/gpu': '1' } }, {}),
      [
        'spec.resources.limits[example.com/gpu]: Unsupported value: "example.com/gpu": supported values: "cpu", "hugepages-", "memory"',
      ],
    ],
    [
      'overhead has the names of resources',
      { overhead: { storage: '1' } },
      ['spec.overhead.limits[storage]: Invalid value: "storage": must be a standard resource for containers'],
    ],
  ],
  security: [
    [
      'policies are known',
      {
        securityContext: {
          supplementalGroupsPolicy: 'Some' as 'Merge',
          seLinuxChangePolicy: 'Some' as 'Recursive',
          seccompProfile: { type: 'Unconfined', localhostProfile: 'x' },
          sysctls: [{ name: 'a\\b', value: '' }],
        },
      },
      [
        'spec.securityContext.sysctls[0].name: Invalid value: "a\\\\b": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
        'spec.securityContext.seccompProfile.localhostProfile: Invalid value: {"Type":"Unconfined","LocalhostProfile":"x"}: can only be set when seccomp type is Localhost',
        'spec.securityContext.supplementalGroupsPolicy: Unsupported value: "Some": supported values: "Merge", "Strict"',
        'spec.securityContext.seLinuxChangePolicy: Unsupported value: "Some": supported values: "MountOption", "Recursive"',
      ],
    ],
    [
      'sysctls of shared namespaces, with either separator',
      {
        hostNetwork: true,
        hostIPC: true,
        securityContext: {
          sysctls: ['net/x', 'kernel.shmmax', 'kernel.shmx'].map((name) => ({ name, value: '1' })),
        },
      },
      [
        'spec.securityContext.sysctls[0].name: Invalid value: "net/x": may not be specified when \'hostNetwork\' is true',
        'spec.securityContext.sysctls[1].name: Invalid value: "kernel.shmmax": may not be specified when \'hostIPC\' is true',
      ],
    ],
    [
      'a pod with users of its own shares no namespaces and maps no devices',
      {
        hostUsers: false,
        hostPID: true,
        volumes: [block],
        ...main({ volumeDevices: [{ name: 'b', devicePath: '/b' }] }),
      },
      [
        'spec.HostPID: Forbidden: when `hostUsers` is false',
        'spec.containers[0].volumeDevices: Forbidden: when `hostUsers` is false',
      ],
    ],
  ],
  names: [
    [
      'aliases of hosts',
      { hostAliases: [{ ip: '010.0.0.1', hostnames: ['a', 'B'] }] },
      [
        'spec.hostAliases[0].ip: Invalid value: "010.0.0.1": must not have leading 0s',
        "spec.hostAliases[0].hostnames[1]: Invalid value: \"B\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      ],
    ],
    [
      'domains in which names are looked up',
      { dnsConfig: { searches: ['_tcp.a.b.', '.', 'A'], nameservers: ['::ffff:1.2.3.4'] } },
      [
        'spec.dnsConfig.nameservers[0]: Invalid value: "::ffff:1.2.3.4": must not be an IPv4-mapped IPv6 address',
        "spec.dnsConfig.searches[2]: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')",
      ],
    ],
    [
      'a group of pods',
      { schedulingGroup: {} },
      ['spec.schedulingGroup.podGroupName: Invalid value: null: must specify one of: `podGroupName`'],
    ],
    [
      'tokens are of an account',
      {
        serviceAccountName: '',
        volumes: [
          {
            name: 't',
            projected: { sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 3600 } }] },
          },
        ],
      },
      [
        'spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set',
      ],
    ],
  ],
  lifecycle: [
    [
      'a pause ends within the grace period',
      main({ lifecycle: { preStop: { sleep: { seconds: 31 } } } }),
      [
        'spec.containers[0].lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)',
      ],
    ],
  ],
};

for (const [group, cases] of Object.entries(groups))
  for (const [title, spec, expected] of cases)
    test(`pods: ${group}: ${title}`, () => assert.deepEqual(texts(spec), expected));
