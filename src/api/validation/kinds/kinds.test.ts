import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CustomResourceDefinition } from '../../kinds/apiextensions/v1/custom-resource-definition.ts';
import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import { StatefulSet } from '../../kinds/apps/v1/stateful-set.ts';
import { CronJob } from '../../kinds/batch/v1/cron-job.ts';
import { Job } from '../../kinds/batch/v1/job.ts';
import { ConfigMap } from '../../kinds/core/v1/config-map.ts';
import { Namespace } from '../../kinds/core/v1/namespace.ts';
import { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import { ResourceQuota } from '../../kinds/core/v1/resource-quota.ts';
import { Secret } from '../../kinds/core/v1/secret.ts';
import { Service } from '../../kinds/core/v1/service.ts';
import { EndpointSlice } from '../../kinds/discovery/v1/endpoint-slice.ts';
import { Ingress } from '../../kinds/networking/v1/ingress.ts';
import { NetworkPolicy } from '../../kinds/networking/v1/network-policy.ts';
import { PodDisruptionBudget } from '../../kinds/policy/v1/pod-disruption-budget.ts';
import { ClusterRole } from '../../kinds/rbac/v1/cluster-role.ts';
import { RoleBinding } from '../../kinds/rbac/v1/role-binding.ts';
import { PriorityClass } from '../../kinds/scheduling/v1/priority-class.ts';
import type { AnyResource, KubeObject } from '../../meta/v1/resource.ts';
import { validateCreate, validateUpdate } from '../validate.ts';

const object = (kind: AnyResource, body: Record<string, unknown>): KubeObject => ({
  apiVersion: 'v1',
  kind: kind.resource.kind,
  ...body,
  metadata: {
    name: 'x',
    ...(kind.resource.namespaced && { namespace: 'd' }),
    resourceVersion: '1',
    ...(body.metadata as object),
  },
});
const texts = (errors: { field: string; message: string }[]) => errors.map((e) => `${e.field}: ${e.message}`);
const create = (kind: AnyResource, body: Record<string, unknown>) =>
  texts(validateCreate(kind, object(kind, body)));
const update = (kind: AnyResource, body: Record<string, unknown>, old: Record<string, unknown>) =>
  texts(validateUpdate(kind, object(kind, body), object(kind, old)));

const podSpec = {
  containers: [{ name: 'c', image: 'i', imagePullPolicy: 'Always', terminationMessagePolicy: 'File' }],
  restartPolicy: 'Always',
  dnsPolicy: 'ClusterFirst',
  terminationGracePeriodSeconds: 30,
};
const template = (labels: Record<string, string>, spec = {}) => ({
  metadata: { labels },
  spec: { ...podSpec, ...spec },
});

const deployment = (changes = {}) => ({
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: template({ app: 'web' }),
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    progressDeadlineSeconds: 600,
    ...changes,
  },
});

test('a deployment’s selector must match its template and never change', () => {
  assert.deepEqual(create(Deployment, deployment()), []);
  assert.deepEqual(create(Deployment, deployment({ template: template({ app: 'db' }) })), [
    'spec.template.metadata.labels: Invalid value: {"app":"db"}: `selector` does not match template `labels`',
  ]);
  const moved = deployment({ selector: { matchLabels: { app: 'db' } }, template: template({ app: 'db' }) });
  assert.deepEqual(update(Deployment, moved, deployment()), [
    'spec.selector: Invalid value: {"matchLabels":{"app":"db"}}: field is immutable',
  ]);
  assert.deepEqual(create(Deployment, deployment({ selector: undefined })), [
    'spec.selector: Required value',
  ]);
  assert.deepEqual(create(Deployment, deployment({ selector: {} })), [
    'spec.selector: Invalid value: {}: empty selector is invalid for deployment',
  ]);
});

test('maxSurge and maxUnavailable of a deployment cannot both be 0', () => {
  const strategy = (rollingUpdate: object) => ({ strategy: { type: 'RollingUpdate', rollingUpdate } });
  assert.deepEqual(create(Deployment, deployment(strategy({ maxSurge: 0, maxUnavailable: 0 }))), [
    'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
  ]);
  assert.deepEqual(create(Deployment, deployment({ replicas: -1 })), [
    'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  ]);
  assert.deepEqual(
    create(Deployment, deployment({ template: template({ app: 'web' }, { restartPolicy: 'Never' }) })),
    ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
  );
});

test('most of a stateful set’s spec is fixed', () => {
  const set = (changes = {}) => ({
    spec: {
      replicas: 1,
      serviceName: 's',
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { type: 'RollingUpdate' },
      selector: { matchLabels: { a: 'b' } },
      template: template({ a: 'b' }),
      ...changes,
    },
  });
  assert.deepEqual(update(StatefulSet, set({ replicas: 3 }), set()), []);
  assert.deepEqual(update(StatefulSet, set({ serviceName: 't' }), set()), [
    "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
  ]);
});

test('jobs and cron jobs are validated', () => {
  const job = { spec: { selector: { matchLabels: { a: 'b' } }, template: template({ a: 'b' }) } };
  assert.deepEqual(create(Job, job), [
    'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
  ]);
  const cron = (schedule: string, changes = {}) => ({
    spec: {
      schedule,
      concurrencyPolicy: 'Allow',
      jobTemplate: { spec: { template: template({}, { restartPolicy: 'Never' }) } },
      ...changes,
    },
  });
  for (const good of ['*/5 * * * *', '0 0 1,15 * MON-FRI', '@hourly', '@every 1h30m'])
    assert.deepEqual(create(CronJob, cron(good)), [], good);
  assert.deepEqual(create(CronJob, cron('* * *')), [
    'spec.schedule: Invalid value: "* * *": expected exactly 5 fields, found 3: [* * *]',
  ]);
  assert.deepEqual(create(CronJob, cron('61 * * * *')), [
    'spec.schedule: Invalid value: "61 * * * *": end of range (61) above maximum (59): 61',
  ]);
  assert.deepEqual(create(CronJob, cron('* * * * *', { timeZone: 'Mars/Olympus' })), [
    'spec.timeZone: Invalid value: "Mars/Olympus": unknown time zone Mars/Olympus',
  ]);
});

const service = (changes = {}) => ({
  spec: {
    type: 'ClusterIP',
    sessionAffinity: 'None',
    ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    ...changes,
  },
});

test('services need ports, named when there are several, and their address is immutable', () => {
  assert.deepEqual(create(Service, service()), []);
  assert.deepEqual(create(Service, service({ ports: [] })), ['spec.ports: Required value']);
  const two = [
    { port: 80, protocol: 'TCP', targetPort: 80 },
    { port: 80, protocol: 'TCP', targetPort: 80, name: 'b' },
  ];
  assert.deepEqual(create(Service, service({ ports: two })), [
    'spec.ports[0].name: Required value',
    'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
  ]);
  assert.deepEqual(create(Service, service({ type: 'Weird' })), [
    'spec.type: Unsupported value: "Weird": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
  ]);
  const at = (ip: string) => service({ clusterIP: ip, clusterIPs: [ip] });
  assert.deepEqual(update(Service, at('10.96.0.2'), at('10.96.0.1')), [
    'spec.clusterIPs[0]: Invalid value: ["10.96.0.2"]: may not change once set',
  ]);
  assert.match(
    create(Service, { ...service(), metadata: { name: '1x' } })[0]!,
    /a DNS-1035 label must consist of/,
  );
});

test('config maps and secrets need valid keys, and cannot change once immutable', () => {
  assert.match(
    create(ConfigMap, { data: { 'a b': '' } })[0]!,
    /^data\[a b\]: Invalid value: "a b": a valid config key must consist/,
  );
  assert.deepEqual(create(ConfigMap, { data: { a: 'x'.repeat(1024 * 1024 + 1) } }), [
    ': Too long: may not be more than 1048576 bytes',
  ]);
  assert.deepEqual(update(ConfigMap, { data: { a: '2' } }, { data: { a: '1' }, immutable: true }), [
    'immutable: Forbidden: field is immutable when `immutable` is set',
    'data: Forbidden: field is immutable when `immutable` is set',
  ]);
  assert.deepEqual(create(Secret, { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } }), [
    'data[tls.key]: Required value',
  ]);
  assert.deepEqual(update(Secret, { type: 'a/b' }, { type: 'Opaque' }), [
    'type: Invalid value: "a/b": field is immutable',
  ]);
});

test('namespaces are DNS labels', () => {
  assert.match(
    create(Namespace, { metadata: { name: 'a.b' } })[0]!,
    /metadata.name: Invalid value: "a.b": must not contain dots/,
  );
});

test('claims must request storage and cannot shrink', () => {
  const claim = (storage: string | undefined, changes = {}) => ({
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: storage ? { storage } : {} }, ...changes },
  });
  assert.deepEqual(create(PersistentVolumeClaim, claim('1Gi')), []);
  assert.deepEqual(create(PersistentVolumeClaim, claim(undefined, { accessModes: [] })), [
    'spec.accessModes: Required value: at least 1 access mode is required',
    'spec.resources[storage]: Required value',
  ]);
  assert.deepEqual(update(PersistentVolumeClaim, claim('1Gi'), claim('2Gi')), [
    'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
  ]);
});

test('roles need rules with verbs, and the role of a binding is immutable', () => {
  assert.deepEqual(create(ClusterRole, { rules: [{ verbs: [], resources: ['pods'] }] }), [
    'rules[0].verbs: Required value: verbs must contain at least one value',
    'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
  ]);
  assert.deepEqual(create(ClusterRole, { metadata: { name: 'system:x' }, rules: [] }), []);
  const binding = (name: string) => ({
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'User', name: 'u', apiGroup: 'rbac.authorization.k8s.io' }],
  });
  assert.deepEqual(create(RoleBinding, binding('r')), []);
  assert.deepEqual(update(RoleBinding, binding('q'), binding('r')), [
    'roleRef: Invalid value: {"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"q"}: cannot change roleRef',
  ]);
});

test('ingresses need a default backend or rules', () => {
  const ingress = (path: object) => ({ spec: { rules: [{ host: 'a.example', http: { paths: [path] } }] } });
  const backend = { service: { name: 's', port: { number: 80 } } };
  assert.deepEqual(create(Ingress, ingress({ path: '/', pathType: 'Prefix', backend })), []);
  assert.deepEqual(
    create(Ingress, ingress({ path: 'x', pathType: 'Prefix', backend: { service: { name: 's' } } })),
    [
      'spec.rules[0].http.paths[0].path: Invalid value: "x": must be an absolute path',
      'spec.rules[0].http.paths[0].backend: Required value: port name or number is required',
    ],
  );
});

test('network policies, budgets, slices, priorities and definitions are checked', () => {
  const policy = { spec: { podSelector: {}, ingress: [{ from: [{}] }], policyTypes: ['Both'] } };
  assert.deepEqual(create(NetworkPolicy, policy), [
    'spec.ingress[0].from[0]: Required value: must specify a peer',
    'spec.policyTypes[0]: Unsupported value: "Both": supported values: "Egress", "Ingress"',
  ]);
  assert.match(
    create(PodDisruptionBudget, { spec: { minAvailable: 1, maxUnavailable: 1 } })[0]!,
    /minAvailable and maxUnavailable cannot be both set$/,
  );
  const slice = {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'] }, { addresses: ['::1'] }],
    ports: [],
  };
  assert.deepEqual(create(EndpointSlice, slice), [
    'endpoints[1].addresses[0]: Invalid value: "::1": must be an IPv4 address',
  ]);
  assert.deepEqual(create(PriorityClass, { value: 2_000_000_000 }), [
    'value: Forbidden: maximum allowed value of a user defined priority is 1000000000',
  ]);
  const crd = {
    metadata: { name: 'foos.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'foos', kind: 'Foo', singular: 'foo', listKind: 'FooList' },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } },
      ],
    },
  };
  assert.deepEqual(create(CustomResourceDefinition, crd), []);
  assert.deepEqual(create(CustomResourceDefinition, { ...crd, metadata: { name: 'x' } }), [
    'metadata.name: Invalid value: "x": must be spec.names.plural+"."+spec.group',
  ]);
});

test('a quota can limit only resources that its scopes allow', () => {
  const quota = (hard: object, ...scopes: string[]) => create(ResourceQuota, { spec: { hard, scopes } });
  assert.deepEqual(quota({ pods: '1', 'example.com/ships': '1' }, 'BestEffort'), []);
  assert.deepEqual(quota({ 'requests.cpu': '1', memory: '1Gi' }, 'NotTerminating', 'NotBestEffort'), []);
  assert.deepEqual(quota({ services: '1' }, 'BestEffort'), [
    'spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource',
  ]);
});
