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
import { created, updated } from './checks.fake.ts';

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
  assert.deepEqual(created(Deployment, deployment()), []);
  assert.deepEqual(created(Deployment, deployment({ template: template({ app: 'db' }) })), [
    'spec.template.metadata.labels: Invalid value: {"app":"db"}: `selector` does not match template `labels`',
  ]);
  const moved = deployment({ selector: { matchLabels: { app: 'db' } }, template: template({ app: 'db' }) });
  assert.deepEqual(updated(Deployment, moved, deployment()), [
    'spec.selector: Invalid value: {"matchLabels":{"app":"db"}}: field is immutable',
  ]);
  assert.deepEqual(created(Deployment, deployment({ selector: undefined })), [
    'spec.selector: Required value',
  ]);
  assert.deepEqual(created(Deployment, deployment({ selector: {} })), [
    'spec.selector: Invalid value: {}: empty selector is invalid for deployment',
  ]);
});

test('maxSurge and maxUnavailable of a deployment cannot both be 0', () => {
  const strategy = (rollingUpdate: object) => ({ strategy: { type: 'RollingUpdate', rollingUpdate } });
  assert.deepEqual(created(Deployment, deployment(strategy({ maxSurge: 0, maxUnavailable: 0 }))), [
    'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0',
  ]);
  assert.deepEqual(created(Deployment, deployment({ replicas: -1 })), [
    'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  ]);
  assert.deepEqual(
    created(Deployment, deployment({ template: template({ app: 'web' }, { restartPolicy: 'Never' }) })),
    ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
  );
});

const statefulSet = (changes = {}) => ({
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

test('most of a stateful set’s spec is fixed', () => {
  assert.deepEqual(updated(StatefulSet, statefulSet({ replicas: 3 }), statefulSet()), []);
  assert.deepEqual(updated(StatefulSet, statefulSet({ serviceName: 't' }), statefulSet()), [
    "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden",
  ]);
});

test('the template of a stateful set is checked with what its controller adds: claims, host name and subdomain', () => {
  const [container] = podSpec.containers;
  const mounting = (name: string) => ({
    volumeClaimTemplates: [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ],
    template: template(
      { a: 'b' },
      {
        containers: [{ ...container, volumeMounts: [{ name, mountPath: '/data' }] }],
        volumes: [{ name: 'data' }],
        hostname: 'A_B',
        subdomain: 'A_B',
      },
    ),
  });
  assert.deepEqual(created(StatefulSet, statefulSet(mounting('data'))), []);
  assert.deepEqual(created(StatefulSet, statefulSet(mounting('other'))), [
    'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "other"',
  ]);
});

test('jobs and cron jobs are validated', () => {
  const job = { spec: { selector: { matchLabels: { a: 'b' } }, template: template({ a: 'b' }) } };
  assert.deepEqual(created(Job, job), [
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
    assert.deepEqual(created(CronJob, cron(good)), [], good);
  assert.deepEqual(created(CronJob, cron('* * *')), [
    'spec.schedule: Invalid value: "* * *": expected exactly 5 fields, found 3: [* * *]',
  ]);
  assert.deepEqual(created(CronJob, cron('61 * * * *')), [
    'spec.schedule: Invalid value: "61 * * * *": end of range (61) above maximum (59): 61',
  ]);
  for (const schedule of ['TZ=UTC * * * * *', 'CRON_TZ=Europe/Paris 0 0 * * *', 'TZ=UTC @daily'])
    assert.deepEqual(created(CronJob, cron(schedule)), [
      `spec.schedule: Invalid value: "${schedule}": cannot use TZ or CRON_TZ in schedule, use timeZone field instead`,
    ]);
  for (const timeZone of 'Mars/Olympus Europe/paris us/pacific utc -0300 +0300'.split(' '))
    assert.deepEqual(created(CronJob, cron('* * * * *', { timeZone })), [
      `spec.timeZone: Invalid value: "${timeZone}": unknown time zone ${timeZone}`,
    ]);
  for (const timeZone of 'UTC Factory Etc/GMT+1 US/Pacific America/Port-au-Prince EST5EDT W-SU'.split(' '))
    assert.deepEqual(created(CronJob, cron('* * * * *', { timeZone })), []);
});

const service = (changes = {}) => ({
  spec: {
    type: 'ClusterIP',
    sessionAffinity: 'None',
    internalTrafficPolicy: 'Cluster',
    ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    ...changes,
  },
});

test('services need ports, named when there are several, and their address is immutable', () => {
  assert.deepEqual(created(Service, service()), []);
  assert.deepEqual(created(Service, service({ ports: [] })), ['spec.ports: Required value']);
  const two = [
    { port: 80, protocol: 'TCP', targetPort: 80 },
    { port: 80, protocol: 'TCP', targetPort: 80, name: 'b' },
  ];
  assert.deepEqual(created(Service, service({ ports: two })), [
    'spec.ports[0].name: Required value',
    'spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"NodePort":0}',
  ]);
  assert.deepEqual(created(Service, service({ type: 'Weird' })), [
    'spec.type: Unsupported value: "Weird": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
  ]);
  const at = (ip: string) => service({ clusterIP: ip, clusterIPs: [ip] });
  assert.deepEqual(updated(Service, at('10.96.0.2'), at('10.96.0.1')), [
    'spec.clusterIPs[0]: Invalid value: ["10.96.0.2"]: may not change once set',
  ]);
});

test('config maps and secrets need valid keys, and cannot change once immutable', () => {
  assert.match(
    created(ConfigMap, { data: { 'a b': '' } })[0]!,
    /^data\[a b\]: Invalid value: "a b": a valid config key must consist/,
  );
  assert.deepEqual(created(ConfigMap, { data: { a: 'x'.repeat(1024 * 1024 + 1) } }), [
    '[]: Too long: may not be more than 1048576 bytes',
  ]);
  assert.deepEqual(updated(ConfigMap, { data: { a: '2' } }, { data: { a: '1' }, immutable: true }), [
    'immutable: Forbidden: field is immutable when `immutable` is set',
    'data: Forbidden: field is immutable when `immutable` is set',
  ]);
  assert.deepEqual(created(Secret, { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } }), [
    'data[tls.key]: Required value',
  ]);
  assert.deepEqual(updated(Secret, { type: 'a/b' }, { type: 'Opaque' }), [
    'type: Invalid value: "a/b": field is immutable',
  ]);
});

test('a docker configuration that is not a JSON object is refused in the words of Go, which do not quote it', () => {
  const complaints: [string, string | undefined][] = [
    ['{"auths":{"r":{"password":hunter2}}}', "invalid character 'h' looking for beginning of value"],
    ['{"auths":', 'unexpected end of JSON input'],
    ['', 'unexpected end of JSON input'],
    ['["hunter2"]', 'json: cannot unmarshal array into Go value of type map[string]interface {}'],
    ['"hunter2"', 'json: cannot unmarshal string into Go value of type map[string]interface {}'],
    ['true', 'json: cannot unmarshal bool into Go value of type map[string]interface {}'],
    ['{"a":71e999}', 'json: cannot unmarshal number into Go value of type float64'],
    ['null', undefined],
    ['{"auths":{}}', undefined],
  ];
  for (const [config, why] of complaints)
    for (const key of ['.dockercfg', '.dockerconfigjson']) {
      const data = { [key]: Buffer.from(config).toString('base64') };
      assert.deepEqual(
        created(Secret, { type: `kubernetes.io/${key.slice(1)}`, data }),
        why ? [`data[${key}]: Invalid value: "<secret contents redacted>": ${why}`] : [],
      );
    }
});

test('namespaces are DNS labels', () => {
  assert.match(
    created(Namespace, { metadata: { name: 'a.b' } })[0]!,
    /metadata.name: Invalid value: "a.b": must not contain dots/,
  );
});

test('claims must request storage', () => {
  const claim = (storage: string | undefined, changes = {}) => ({
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: storage ? { storage } : {} }, ...changes },
  });
  assert.deepEqual(created(PersistentVolumeClaim, claim('1Gi')), []);
  assert.deepEqual(created(PersistentVolumeClaim, claim(undefined, { accessModes: [] })), [
    'spec.accessModes: Required value: at least 1 access mode is required',
    'spec.resources[storage]: Required value',
  ]);
});

test('roles need rules with verbs, and the role of a binding is immutable', () => {
  assert.deepEqual(created(ClusterRole, { rules: [{ verbs: [], resources: ['pods'] }] }), [
    'rules[0].verbs: Required value: verbs must contain at least one value',
    'rules[0].apiGroups: Required value: resource rules must supply at least one api group',
  ]);
  assert.deepEqual(created(ClusterRole, { metadata: { name: 'system:x' }, rules: [] }), []);
  const binding = (name: string) => ({
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
    subjects: [{ kind: 'User', name: 'u', apiGroup: 'rbac.authorization.k8s.io' }],
  });
  assert.deepEqual(created(RoleBinding, binding('r')), []);
  assert.deepEqual(updated(RoleBinding, binding('q'), binding('r')), [
    'roleRef: Invalid value: {"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"q"}: cannot change roleRef',
  ]);
});

test('ingresses need a default backend or rules', () => {
  const ingress = (path: object) => ({ spec: { rules: [{ host: 'a.example', http: { paths: [path] } }] } });
  const backend = { service: { name: 's', port: { number: 80 } } };
  assert.deepEqual(created(Ingress, ingress({ path: '/', pathType: 'Prefix', backend })), []);
  assert.deepEqual(
    created(Ingress, ingress({ path: 'x', pathType: 'Prefix', backend: { service: { name: 's' } } })),
    [
      'spec.rules[0].http.paths[0].path: Invalid value: "x": must be an absolute path',
      'spec.rules[0].http.paths[0].backend: Required value: port name or number is required',
    ],
  );
});

test('network policies, budgets, slices, priorities and definitions are checked', () => {
  const policy = { spec: { podSelector: {}, ingress: [{ from: [{}] }], policyTypes: ['Both'] } };
  assert.deepEqual(created(NetworkPolicy, policy), [
    'spec.ingress[0].from[0]: Required value: must specify a peer',
    'spec.policyTypes[0]: Unsupported value: "Both": supported values: "Ingress", "Egress"',
  ]);
  assert.match(
    created(PodDisruptionBudget, { spec: { minAvailable: 1, maxUnavailable: 1 } })[0]!,
    /minAvailable and maxUnavailable cannot be both set$/,
  );
  const slice = {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'] }, { addresses: ['fd00::1'] }],
    ports: [],
  };
  assert.deepEqual(created(EndpointSlice, slice), [
    'endpoints[1].addresses: Invalid value: "fd00::1": must be an IPv4 address',
  ]);
  assert.deepEqual(created(PriorityClass, { value: 2_000_000_000 }), [
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
    status: { storedVersions: ['v1'] },
  };
  assert.deepEqual(created(CustomResourceDefinition, crd), []);
  assert.deepEqual(created(CustomResourceDefinition, { ...crd, metadata: { name: 'x' } }), [
    'metadata.name: Invalid value: "x": must be spec.names.plural+"."+spec.group',
  ]);
});

test('a definition’s columns, conversion, deprecation and paths are checked', () => {
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    schema: { openAPIV3Schema: { type: 'object' } },
    deprecationWarning: 'old',
    additionalPrinterColumns: [{ name: '', type: 'text', jsonPath: 'spec' }],
    subresources: { scale: { specReplicasPath: '.x', statusReplicasPath: '.status.x' } },
  };
  const crd = (spec: object) => ({
    metadata: { name: 'foos.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'foos', kind: 'Foo', singular: 'foo', listKind: 'FooList' },
      versions: [version],
      ...spec,
    },
    status: { storedVersions: ['v1'] },
  });
  assert.deepEqual(
    created(
      CustomResourceDefinition,
      crd({ preserveUnknownFields: true, conversion: { strategy: 'Webhook' } }),
    ),
    [
      'spec.versions[0].deprecationWarning: Invalid value: "old": can only be set for deprecated versions',
      'spec.additionalPrinterColumns[0].name: Required value',
      'spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
      'spec.additionalPrinterColumns[0].JSONPath: Invalid value: "spec": must be a simple json path starting with .',
      'spec.subresources.scale.specReplicasPath: Invalid value: ".x": should be a json path under .spec',
      'spec.conversion.webhookClientConfig: Required value: required when strategy is set to Webhook',
      'spec.conversion.conversionReviewVersions: Required value',
      'spec.preserveUnknownFields: Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
      'spec.conversion.strategy: Invalid value: "Webhook": must be None if spec.preserveUnknownFields is true',
    ],
  );
  const { deprecationWarning: _1, additionalPrinterColumns: _2, subresources: _3, ...plain } = version;
  const webhook = (clientConfig: object) =>
    created(
      CustomResourceDefinition,
      crd({
        versions: [plain],
        conversion: { strategy: 'Webhook', webhook: { clientConfig, conversionReviewVersions: ['v2'] } },
      }),
    );
  assert.deepEqual(webhook({ url: 'http://a.b/?q#f' }), [
    `spec.conversion.webhookClientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme; desired format: https://host[/path]`,
    'spec.conversion.webhookClientConfig.url: Invalid value: "f": fragments are not permitted in the URL',
    'spec.conversion.webhookClientConfig.url: Invalid value: "q": query parameters are not permitted in the URL',
    'spec.conversion.conversionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1',
  ]);
  assert.deepEqual(webhook({}).slice(0, 1), [
    'spec.conversion.webhookClientConfig: Required value: exactly one of url or service is required',
  ]);
  assert.match(
    webhook({ service: { name: 's', namespace: '', path: 'a//b' } }).join(),
    /service\.namespace: Required value.*segment\[/,
  );
});

test('a quota can limit only resources that its scopes allow', () => {
  const quota = (hard: object, ...scopes: string[]) => created(ResourceQuota, { spec: { hard, scopes } });
  assert.deepEqual(quota({ pods: '1', 'example.com/ships': '1' }, 'BestEffort'), []);
  assert.deepEqual(quota({ 'requests.cpu': '1', memory: '1Gi' }, 'NotTerminating', 'NotBestEffort'), []);
  assert.deepEqual(quota({ services: '1' }, 'BestEffort'), [
    'spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource',
  ]);
});
