import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeBody } from '../codec/decode.ts';
import { ValidatingWebhookConfiguration } from '../kinds/admissionregistration/v1/validating-webhook-configuration.ts';
import { CustomResourceDefinition } from '../kinds/apiextensions/v1/custom-resource-definition.ts';
import { DaemonSet } from '../kinds/apps/v1/daemon-set.ts';
import { Deployment } from '../kinds/apps/v1/deployment.ts';
import { StatefulSet } from '../kinds/apps/v1/stateful-set.ts';
import { HorizontalPodAutoscaler } from '../kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { CronJob } from '../kinds/batch/v1/cron-job.ts';
import { Job } from '../kinds/batch/v1/job.ts';
import { LimitRange } from '../kinds/core/v1/limit-range.ts';
import { Namespace } from '../kinds/core/v1/namespace.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { Secret } from '../kinds/core/v1/secret.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { NetworkPolicy } from '../kinds/networking/v1/network-policy.ts';
import { RoleBinding } from '../kinds/rbac/v1/role-binding.ts';
import type { AnyResource } from '../meta/v1/resource.ts';
import { builtInKinds } from '../scheme/kinds.ts';
import { applyDefaults } from './apply-defaults.ts';
import { tagOf } from './image-tag.ts';

function defaulted<T>(kind: AnyResource, value: object): T {
  const { object } = decodeBody<T>(kind, JSON.stringify(value), { fieldValidation: 'Strict' });
  applyDefaults(kind, object as object);
  return object;
}

test('a minimal pod gets the defaults of the pod, its containers and volumes', () => {
  const pod = defaulted<Pod>(Pod, {
    metadata: { name: 'a' },
    spec: {
      containers: [
        {
          name: 'c',
          image: 'nginx',
          ports: [{ containerPort: 80 }],
          livenessProbe: { httpGet: { port: 80 } },
          resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } },
          env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
        },
      ],
      volumes: [
        { name: 'v' },
        { name: 's', secret: { secretName: 's' } },
        { name: 'h', hostPath: { path: '/' } },
      ],
    },
  });
  assert.deepEqual(pod.spec, {
    containers: [
      {
        name: 'c',
        image: 'nginx',
        imagePullPolicy: 'Always',
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
        ports: [{ containerPort: 80, protocol: 'TCP' }],
        livenessProbe: {
          httpGet: { port: 80, path: '/', scheme: 'HTTP' },
          timeoutSeconds: 1,
          periodSeconds: 10,
          successThreshold: 1,
          failureThreshold: 3,
        },
        resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m', memory: '1Gi' } },
        env: [{ name: 'IP', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'status.podIP' } } }],
      },
    ],
    volumes: [
      { name: 'v', emptyDir: {} },
      { name: 's', secret: { secretName: 's', defaultMode: 420 } },
      { name: 'h', hostPath: { path: '/', type: '' } },
    ],
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
    schedulerName: 'default-scheduler',
    enableServiceLinks: true,
  });
});

test('host network turns container ports into host ports in pods, not in templates', () => {
  const spec = {
    hostNetwork: true,
    containers: [{ name: 'c', image: 'a:1', ports: [{ containerPort: 80 }] }],
  };
  const pod = defaulted<Pod>(Pod, { spec });
  assert.equal(pod.spec?.containers[0]?.ports?.[0]?.hostPort, 80);
  const deployment = defaulted<Deployment>(Deployment, { spec: { template: { spec } } });
  const template = deployment.spec?.template.spec;
  assert.equal(template?.containers[0]?.ports?.[0]?.hostPort, undefined);
  assert.equal(template?.enableServiceLinks, undefined);
  assert.equal(template?.containers[0]?.imagePullPolicy, 'IfNotPresent');
});

test('pod-level requests default to those of the containers, then to the limits', () => {
  const pod = defaulted<Pod>(Pod, {
    spec: {
      resources: { limits: { cpu: '2', memory: '1Gi' } },
      initContainers: [
        { name: 'i', image: 'a:1', resources: { requests: { cpu: '900m' } } },
        { name: 's', image: 'a:1', restartPolicy: 'Always', resources: { requests: { cpu: '100m' } } },
      ],
      containers: [
        { name: 'a', image: 'a:1', resources: { requests: { cpu: '250m' } } },
        { name: 'b', image: 'a:1', resources: { requests: { cpu: '250m' } } },
      ],
    },
  });
  assert.deepEqual(pod.spec?.resources?.requests, { cpu: '900m', memory: '1Gi' });
});

test('amounts finer than a thousandth are rounded up', () => {
  const container = { name: 'c', image: 'a:1', resources: { requests: { cpu: '100100u' } } };
  const pod = defaulted<Pod>(Pod, { spec: { containers: [container] } });
  assert.deepEqual(pod.spec?.containers[0]?.resources?.requests, { cpu: '101m' });
});

test('workloads get their strategies, counts and limits', () => {
  const deployment = defaulted<Deployment>(Deployment, {
    spec: { strategy: { rollingUpdate: { maxSurge: 1 } } },
  });
  assert.equal(deployment.spec?.replicas, 1);
  assert.equal(deployment.spec?.revisionHistoryLimit, 10);
  assert.equal(deployment.spec?.progressDeadlineSeconds, 600);
  assert.deepEqual(deployment.spec?.strategy, {
    type: 'RollingUpdate',
    rollingUpdate: { maxUnavailable: '25%', maxSurge: 1 },
  });
  const recreate = defaulted<Deployment>(Deployment, {
    spec: { replicas: 0, strategy: { type: 'Recreate' } },
  });
  assert.deepEqual(recreate.spec?.strategy, { type: 'Recreate' });
  assert.equal(recreate.spec?.replicas, 0);
  assert.deepEqual(defaulted<DaemonSet>(DaemonSet, { spec: {} }).spec?.updateStrategy, {
    type: 'RollingUpdate',
    rollingUpdate: { maxUnavailable: 1, maxSurge: 0 },
  });
  const set = defaulted<StatefulSet>(StatefulSet, {
    spec: { volumeClaimTemplates: [{ metadata: { name: 'd' } }] },
  });
  assert.deepEqual(set.spec?.updateStrategy, { type: 'RollingUpdate', rollingUpdate: { partition: 0 } });
  assert.deepEqual(set.spec?.persistentVolumeClaimRetentionPolicy, {
    whenDeleted: 'Retain',
    whenScaled: 'Retain',
  });
  assert.deepEqual(set.spec?.volumeClaimTemplates, [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'd' },
      spec: { resources: {}, volumeMode: 'Filesystem' },
      status: { phase: 'Pending' },
    },
  ]);
});

test('a job is defaulted, a job template inside a cron job is not', () => {
  const job = defaulted<Job>(Job, { spec: { template: { metadata: { labels: { a: 'b' } } } } });
  const { template, ...rest } = job.spec as NonNullable<Job['spec']>;
  assert.deepEqual(rest, {
    completions: 1,
    parallelism: 1,
    backoffLimit: 6,
    completionMode: 'NonIndexed',
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: 'TerminatingOrFailed',
  });
  assert.deepEqual(job.metadata.labels, { a: 'b' });
  assert.equal(template.spec?.dnsPolicy, 'ClusterFirst');
  const cron = defaulted<CronJob>(CronJob, { spec: { schedule: '* * * * *' } });
  assert.equal(cron.spec?.concurrencyPolicy, 'Allow');
  assert.equal(cron.spec?.suspend, false);
  assert.equal(cron.spec?.jobTemplate.spec?.backoffLimit, undefined);
});

test('defaults of a service depend on its type', () => {
  const plain = defaulted<Service>(Service, { spec: { ports: [{ port: 80 }] } });
  assert.deepEqual(plain.spec, {
    ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    sessionAffinity: 'None',
    type: 'ClusterIP',
    internalTrafficPolicy: 'Cluster',
  });
  const balanced = defaulted<Service>(Service, {
    spec: { type: 'LoadBalancer', sessionAffinity: 'ClientIP' },
  });
  assert.equal(balanced.spec?.externalTrafficPolicy, 'Cluster');
  assert.equal(balanced.spec?.allocateLoadBalancerNodePorts, true);
  assert.deepEqual(balanced.spec?.sessionAffinityConfig, { clientIP: { timeoutSeconds: 10800 } });
  const external = defaulted<Service>(Service, { spec: { type: 'ExternalName', externalName: 'a.b' } });
  assert.equal(external.spec?.internalTrafficPolicy, undefined);
});

test('other kinds are defaulted', () => {
  assert.equal(defaulted<Secret>(Secret, {}).type, 'Opaque');
  const namespace = defaulted<Namespace>(Namespace, { metadata: { name: 'n' } });
  assert.deepEqual(namespace.metadata.labels, { 'kubernetes.io/metadata.name': 'n' });
  assert.equal(namespace.status?.phase, 'Active');
  assert.deepEqual(defaulted<NetworkPolicy>(NetworkPolicy, { spec: { egress: [{}] } }).spec?.policyTypes, [
    'Ingress',
    'Egress',
  ]);
  const binding = defaulted<RoleBinding>(RoleBinding, {
    roleRef: { kind: 'Role', name: 'r' },
    subjects: [
      { kind: 'User', name: 'u' },
      { kind: 'ServiceAccount', name: 's', namespace: 'n' },
    ],
  });
  assert.equal(binding.roleRef?.apiGroup, 'rbac.authorization.k8s.io');
  assert.deepEqual(
    binding.subjects?.map((subject) => subject.apiGroup),
    ['rbac.authorization.k8s.io', undefined],
  );
  const item = { type: 'Container', max: { cpu: '2' }, min: { memory: '1Mi' } };
  assert.deepEqual(defaulted<LimitRange>(LimitRange, { spec: { limits: [item] } }).spec?.limits[0], {
    ...item,
    default: { cpu: '2' },
    defaultRequest: { cpu: '2', memory: '1Mi' },
  });
  const autoscaler = defaulted<HorizontalPodAutoscaler>(HorizontalPodAutoscaler, {
    spec: { maxReplicas: 3 },
  });
  assert.equal(autoscaler.spec?.minReplicas, 1);
  assert.equal(autoscaler.spec?.metrics?.[0]?.resource?.target.averageUtilization, 80);
  const definition = defaulted<CustomResourceDefinition>(CustomResourceDefinition, {
    spec: { names: { kind: 'Foo', plural: 'foos' }, versions: [{ name: 'v1', served: true, storage: true }] },
  });
  assert.deepEqual(definition.spec.names, {
    kind: 'Foo',
    plural: 'foos',
    singular: 'foo',
    listKind: 'FooList',
  });
  assert.deepEqual(definition.spec.conversion, { strategy: 'None' });
  assert.deepEqual(definition.status?.storedVersions, ['v1']);
});

test('defaulting twice changes nothing, for every kind', () => {
  for (const kind of builtInKinds) {
    const once = defaulted<object>(kind, { metadata: { name: 'x' } });
    const twice = structuredClone(once);
    applyDefaults(kind, twice);
    assert.deepEqual(twice, once, kind.name);
  }
});

test('the tag of an image reference is found', () => {
  const cases: Record<string, string> = {
    nginx: 'latest',
    'nginx:1': '1',
    'nginx:latest': 'latest',
    'host:5000/a/b': 'latest',
    'host:5000/a/b:v2': 'v2',
    'a@sha256:abc': '',
    'a:t@sha256:abc': 't',
    '': '',
    'a b': '',
  };
  for (const [image, tag] of Object.entries(cases)) assert.equal(tagOf(image), tag, image);
});

test('every object gets an empty default of its own', () => {
  const object = { webhooks: [{}, {}] as { namespaceSelector?: object; objectSelector?: object }[] };
  applyDefaults(ValidatingWebhookConfiguration, object);
  const [a, b] = object.webhooks;
  assert.deepEqual([a?.namespaceSelector, a?.objectSelector], [{}, {}]);
  assert.equal(new Set([a, b].flatMap((one) => [one?.namespaceSelector, one?.objectSelector])).size, 4);
});

test('an address and the list of all addresses say the same, and what old clients write counts', () => {
  const status = (value: object) => defaulted<Pod>(Pod, { metadata: { name: 'a' }, status: value }).status!;
  const both = [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }];
  assert.deepEqual(status({ podIP: '10.0.0.1' }).podIPs, [{ ip: '10.0.0.1' }]);
  assert.equal(status({ podIPs: both }).podIP, '10.0.0.1');
  assert.deepEqual(status({ podIP: '10.0.0.1', podIPs: both }).podIPs, both);
  assert.deepEqual(status({ podIP: '10.0.0.2', podIPs: both }).podIPs, [{ ip: '10.0.0.2' }]);
  const spec = (value: object) => defaulted<Node>(Node, { metadata: { name: 'a' }, spec: value }).spec!;
  assert.deepEqual(spec({ podCIDR: '10.0.0.0/24' }).podCIDRs, ['10.0.0.0/24']);
  assert.equal(spec({ podCIDRs: ['fd00::/64', '10.0.0.0/24'] }).podCIDR, 'fd00::/64');
});
