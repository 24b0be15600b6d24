import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Container } from '../../kinds/core/v1/container.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import type { PodSpec } from '../../kinds/core/v1/pod-spec.ts';
import type { KubeObject } from '../../meta/v1/resource.ts';
import { validateCreate, validateStatusUpdate, validateUpdate } from '../validate.ts';

const container = (changes: Partial<Container> = {}): Container => ({
  name: 'c',
  image: 'i',
  imagePullPolicy: 'Always',
  terminationMessagePolicy: 'File',
  ...changes,
});
const pod = (spec: Partial<PodSpec> = {}, rest: Record<string, unknown> = {}) =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'd', resourceVersion: '1' },
    spec: {
      containers: [container()],
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      terminationGracePeriodSeconds: 30,
      ...spec,
    },
    ...rest,
  }) as KubeObject & Pod;
const texts = (errors: { field: string; message: string }[]) => errors.map((e) => `${e.field}: ${e.message}`);
const create = (spec: Partial<PodSpec>) => texts(validateCreate(Pod, pod(spec)));
const withContainer = (changes: Partial<Container>) => create({ containers: [container(changes)] });
const update = (spec: Partial<PodSpec>, old: Partial<PodSpec> = {}) =>
  texts(validateUpdate(Pod, pod(spec), pod(old)));

test('a plain pod is valid', () => {
  assert.deepEqual(create({}), []);
});

test('missing required fields are reported', () => {
  assert.deepEqual(create({ containers: [] }), ['spec.containers: Required value']);
  assert.deepEqual(withContainer({ name: '', image: '' }), [
    'spec.containers[0].name: Required value',
    'spec.containers[0].image: Required value',
  ]);
  assert.deepEqual(create({ restartPolicy: 'Sometimes' as 'Always' }), [
    'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "OnFailure", "Never"',
  ]);
});

test('container names are DNS labels and unique', () => {
  const [complaint] = withContainer({ name: 'A' });
  assert.match(
    complaint!,
    /^spec.containers\[0\].name: Invalid value: "A": a lowercase RFC 1123 label must consist of/,
  );
  assert.deepEqual(create({ containers: [container(), container()] }), [
    'spec.containers[1].name: Duplicate value: "c"',
  ]);
});

test('ports must be in range and unique per host', () => {
  const ports = [
    { containerPort: 70000, protocol: 'TCP' as const },
    { containerPort: 80, hostPort: 80, protocol: 'TCP' as const },
    { containerPort: 81, hostPort: 80, protocol: 'TCP' as const },
  ];
  assert.deepEqual(withContainer({ ports }), [
    'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
    'spec.containers[0].ports[2].hostPort: Duplicate value: "TCP//80"',
  ]);
});

test('mounts must refer to volumes of the pod', () => {
  assert.deepEqual(withContainer({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }), [
    'spec.containers[0].volumeMounts[0].name: Not found: "v"',
  ]);
});

test('a volume has exactly one source', () => {
  assert.deepEqual(create({ volumes: [{ name: 'v' }] }), [
    'spec.volumes[0]: Required value: must specify a volume type',
  ]);
  assert.deepEqual(create({ volumes: [{ name: 'v', emptyDir: {}, hostPath: { path: '/x' } }] }), [
    'spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type',
  ]);
  assert.deepEqual(create({ volumes: [{ name: 'v', configMap: { items: [{ key: 'k', path: '../x' }] } }] }), [
    'spec.volumes[0].configMap.name: Required value',
    'spec.volumes[0].configMap.items[0].path: Invalid value: "../x": must not contain \'..\'',
  ]);
});

test('profiles of seccomp and AppArmor are named as paths that stay below their directories', () => {
  const seccomp = (localhostProfile: string) =>
    withContainer({ securityContext: { seccompProfile: { type: 'Localhost', localhostProfile } } });
  const at = 'spec.containers[0].securityContext';
  assert.deepEqual(seccomp('a/b.json'), []);
  assert.deepEqual(seccomp('/etc/x'), [
    `${at}.seccompProfile.localhostProfile: Invalid value: "/etc/x": must be a relative path`,
  ]);
  assert.deepEqual(seccomp('a/../../x'), [
    `${at}.seccompProfile.localhostProfile: Invalid value: "a/../../x": must not contain '..'`,
  ]);
  const appArmor = (type: 'Localhost' | 'Unconfined', localhostProfile?: string) =>
    withContainer({ securityContext: { appArmorProfile: { type, localhostProfile } } });
  assert.deepEqual(appArmor('Localhost', 'mine'), []);
  assert.deepEqual(appArmor('Localhost', ' mine'), [
    `${at}.appArmorProfile.localhostProfile: Invalid value: " mine": must not be padded with whitespace`,
  ]);
  assert.deepEqual(appArmor('Unconfined', 'mine'), [
    `${at}.appArmorProfile.localhostProfile: Invalid value: "mine": can only be set when AppArmor type is Localhost`,
  ]);
});

test('all of /proc is shown only in a user namespace of the pod', () => {
  const unmasked = container({ securityContext: { procMount: 'Unmasked' } });
  assert.deepEqual(create({ containers: [unmasked] }), [
    'spec.containers[0].securityContext.procMount: Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`',
  ]);
  assert.deepEqual(create({ containers: [unmasked], hostUsers: false }), []);
});

test('a host name in place of the pod’s name is a name of at most 64 characters', () => {
  assert.deepEqual(create({ hostnameOverride: 'a.b' }), []);
  assert.match(create({ hostnameOverride: `${'a'.repeat(33)}.${'b'.repeat(33)}` })[0] ?? '', /Too long/);
  assert.match(create({ hostnameOverride: 'a\nb' })[0] ?? '', /a lowercase RFC 1123 subdomain/);
  assert.deepEqual(create({ hostnameOverride: 'a', setHostnameAsFQDN: true }), [
    'spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true',
  ]);
});

test('requests stay within limits', () => {
  assert.deepEqual(withContainer({ resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }), [
    'spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
  ]);
  assert.deepEqual(withContainer({ resources: { limits: { memory: '-1' } } }), [
    'spec.containers[0].resources.limits[memory]: Invalid value: "-1": must be greater than or equal to 0',
  ]);
  assert.deepEqual(withContainer({ resources: { limits: { gpu: '1' } } }), [
    'spec.containers[0].resources.limits[gpu]: Invalid value: "gpu": must be a standard resource type or fully qualified',
    'spec.containers[0].resources.limits[gpu]: Invalid value: "gpu": must be a standard resource for containers',
  ]);
});

test('environment variables need a name and at most one source', () => {
  const env = [
    { name: '' },
    { name: 'A', valueFrom: {} },
    { name: 'B', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'spec.foo' } } },
    { name: 'C', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.labels' } } },
  ];
  assert.deepEqual(withContainer({ env }), [
    'spec.containers[0].env[0].name: Required value',
    'spec.containers[0].env[1].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
    'spec.containers[0].env[2].valueFrom.fieldRef.fieldPath: Invalid value: "spec.foo": error converting fieldPath: field label not supported: spec.foo',
    'spec.containers[0].env[3].valueFrom.fieldRef.fieldPath: Unsupported value: "metadata.labels": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
  ]);
});

test('a probe has one handler', () => {
  assert.deepEqual(withContainer({ readinessProbe: { successThreshold: 1 } }), [
    'spec.containers[0].readinessProbe: Required value: must specify a handler type',
  ]);
  const probe = {
    httpGet: { path: '/', port: 0, scheme: 'HTTP' as const },
    tcpSocket: { port: 1 },
    successThreshold: 2,
  };
  assert.deepEqual(withContainer({ livenessProbe: probe }), [
    'spec.containers[0].livenessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive',
    'spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type',
    'spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1',
  ]);
});

test('init containers may have probes only as sidecars', () => {
  const startupProbe = { tcpSocket: { port: 1 }, successThreshold: 1 };
  const init = container({ name: 'i', startupProbe });
  assert.deepEqual(create({ initContainers: [init] }), [
    'spec.initContainers[0].startupProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
  ]);
  assert.deepEqual(create({ initContainers: [{ ...init, restartPolicy: 'Always' }] }), []);
});

test('tolerations and affinities are well formed', () => {
  assert.deepEqual(
    create({ tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 1 }] }),
    [
      'spec.tolerations[0].effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set',
    ],
  );
  const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } };
  assert.deepEqual(create({ affinity: { nodeAffinity } }), [
    'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
  ]);
});

test('only images, deadline, tolerations and scheduling gates of a pod spec may change', () => {
  assert.deepEqual(update({ containers: [container({ image: 'j' })] }), []);
  assert.deepEqual(update({ tolerations: [{ key: 'a', operator: 'Exists' }] }), []);
  const [complaint] = update({ hostname: 'h' });
  assert.match(
    complaint!,
    /^spec: Forbidden: pod updates may not change fields other than `spec.containers\[\*\].image`,/,
  );
  assert.match(complaint!, /\+ hostname: "h"/);
  assert.deepEqual(update({ containers: [container(), container({ name: 'd' })] }), [
    'spec.containers: Forbidden: pod updates may not add or remove containers',
  ]);
  assert.deepEqual(update({}, { tolerations: [{ key: 'a', operator: 'Exists' }] }), [
    'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
  ]);
});

test('a container that terminated for good cannot run again', () => {
  const ended = { status: { containerStatuses: [{ name: 'c', state: { terminated: { exitCode: 0 } } }] } };
  const back = { status: { containerStatuses: [{ name: 'c', state: { running: {} } }] } };
  const errors = validateStatusUpdate(
    Pod,
    pod({ restartPolicy: 'Never' }, back),
    pod({ restartPolicy: 'Never' }, ended),
  );
  assert.deepEqual(texts(errors), [
    'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state',
  ]);
});
