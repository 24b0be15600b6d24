import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deployment } from '../kinds/apps/v1/deployment.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { Ingress } from '../kinds/networking/v1/ingress.ts';
import type { AnyResource, KubeObject } from '../meta/v1/resource.ts';
import { warningsOf } from './warnings.ts';

const warnings = (kind: AnyResource, object: object, old?: object) =>
  warningsOf(kind, { metadata: { name: 'x' }, ...object } as KubeObject, old as KubeObject | undefined);
const pod = (spec: object, container: object = {}) => ({
  spec: { containers: [{ name: 'c', image: 'i', ...container }], ...spec },
});

test('a plain pod gets no warnings', () => {
  const container = {
    env: [{ name: 'A', value: '1' }, { name: 'A', value: '$(A)2' }, { name: 'B' }],
    ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }],
    resources: { limits: { memory: '1Gi' }, requests: { memory: '1000m' } },
  };
  assert.deepEqual(warnings(Pod, pod({ nodeSelector: { 'kubernetes.io/os': 'linux' } }, container)), []);
});

test('deprecated labels, annotations and volumes get a warning', () => {
  const term = { matchExpressions: [{ key: 'failure-domain.beta.kubernetes.io/zone', operator: 'Exists' }] };
  const spec = {
    nodeSelector: { 'beta.kubernetes.io/os': 'linux' },
    affinity: {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } },
    },
    volumes: [{ name: 'g', gitRepo: { repository: 'r' } }],
  };
  const metadata = { name: 'x', annotations: { 'scheduler.alpha.kubernetes.io/critical-pod': '' } };
  assert.deepEqual(warnings(Pod, { ...pod(spec), metadata }), [
    'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
    'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
    'metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the "priorityClassName" field instead',
    'spec.volumes[0].gitRepo: deprecated in v1.11',
  ]);
});

test('duplicate and overlapping entries get a warning', () => {
  const container = {
    env: [
      { name: 'A', value: '1' },
      { name: 'A', value: '2' },
    ],
    ports: [{ containerPort: 80 }, { containerPort: 80, hostPort: 8080 }],
    resources: { limits: { memory: '100m' } },
  };
  const spec = { imagePullSecrets: [{ name: 's' }, { name: 's' }] };
  assert.deepEqual(warnings(Pod, pod(spec, container)), [
    'spec.imagePullSecrets[1].name: duplicate name "s"',
    'spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
    'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
    'spec.containers[0].ports[1]: overlapping port definition with spec.containers[0].ports[0]',
  ]);
});

test('a pod template is checked on create and when it changes', () => {
  const of = (generation: number) => ({
    metadata: { name: 'a.b', generation },
    spec: { template: pod({ nodeSelector: { 'beta.kubernetes.io/arch': 'x' } }) },
  });
  const template =
    'spec.template.spec.nodeSelector[beta.kubernetes.io/arch]: deprecated since v1.14; use "kubernetes.io/arch" instead';
  const [name, ...rest] = warnings(Deployment, of(1));
  assert.match(
    name!,
    /^metadata\.name: this is used in Pod names and hostnames, .*recommended: \[must not contain dots\]$/,
  );
  assert.deepEqual(rest, [template]);
  assert.deepEqual(warnings(Deployment, of(2), of(1)), [template]);
  assert.deepEqual(warnings(Deployment, of(2), of(2)), []);
});

test('the deprecated class annotation of an ingress gets a warning', () => {
  const metadata = { name: 'i', annotations: { 'kubernetes.io/ingress.class': 'nginx' } };
  assert.deepEqual(warnings(Ingress, { metadata }), [
    `annotation "kubernetes.io/ingress.class" is deprecated, please use 'spec.ingressClassName' instead`,
  ]);
});

test('of ports that all are the same, as many pairs are named as a reply can show', () => {
  const ports = Array.from({ length: 2_000 }, () => ({ containerPort: 80 }));
  const found = warnings(Pod, pod({}, { ports }));
  assert.equal(found.length, 4_096);
  assert.equal(
    found[4_095],
    'spec.containers[0].ports[91]: duplicate port definition with spec.containers[0].ports[0]',
  );
});

test('ports that share a port of the host are found among those that do not', () => {
  const ports = [
    { containerPort: 80, hostPort: 1 },
    { containerPort: 80 },
    { containerPort: 80, hostPort: 2 },
    { containerPort: 80, hostPort: 1 },
    { containerPort: 81, hostPort: 1 },
  ];
  const at = (i: number) => `spec.containers[0].ports[${i}]`;
  assert.deepEqual(warnings(Pod, pod({}, { ports })), [
    `${at(1)}: overlapping port definition with ${at(0)}`,
    `${at(2)}: overlapping port definition with ${at(1)}`,
    `${at(3)}: duplicate port definition with ${at(0)}`,
    `${at(3)}: overlapping port definition with ${at(1)}`,
  ]);
});

test('a Service is warned of what is deprecated, ignored, or an address in an unusual form', () => {
  const of = (spec: object, annotations: object = {}) =>
    warnings(Service, {
      metadata: { name: 'x', annotations },
      spec: { type: 'ClusterIP', sessionAffinity: 'None', ...spec },
    });
  assert.deepEqual(of({ clusterIPs: ['10.0.0.1', 'fd00::1'], trafficDistribution: 'PreferSameZone' }), []);
  assert.deepEqual(of({ externalIPs: ['192.0.2.1'], trafficDistribution: 'PreferClose' }), [
    'spec.externalIPs is deprecated and may no longer be implemented in some clusters',
    'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"',
  ]);
  const headless = {
    clusterIP: 'None',
    clusterIPs: ['None'],
    externalIPs: ['192.0.2.1'],
    sessionAffinity: 'ClientIP',
  };
  assert.deepEqual(of(headless, { 'service.kubernetes.io/topology-aware-hints': 'Auto' }), [
    'annotation service.kubernetes.io/topology-aware-hints is deprecated, please use service.kubernetes.io/topology-mode instead',
    'spec.externalIPs is ignored for headless services',
    'spec.SessionAffinity is ignored for headless services',
  ]);
  const balanced = { type: 'LoadBalancer', externalName: 'x', loadBalancerIP: '010.0.0.1' };
  const ranges = ['10.0.0.0/8', '10.0.0.1/8', 'FD00::/8', '::ffff:10.0.0.0/104'];
  assert.deepEqual(of({ ...balanced, loadBalancerSourceRanges: ranges, clusterIPs: ['FD00::0:1'] }), [
    'spec.clusterIPs[0]: IPv6 address "FD00::0:1" should be in RFC 5952 canonical format ("fd00::1")',
    'spec.loadBalancerIP: non-standard IP address "010.0.0.1" will be considered invalid in a future Kubernetes release: use "10.0.0.1"',
    'spec.loadBalancerSourceRanges[1]: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)',
    'spec.loadBalancerSourceRanges[2]: IPv6 CIDR value "FD00::/8" should be in RFC 5952 canonical format ("fd00::/8")',
    'spec.loadBalancerSourceRanges[3]: non-standard CIDR value "::ffff:10.0.0.0/104" will be considered invalid in a future Kubernetes release: use "10.0.0.0/8"',
    'spec.externalName is ignored when spec.type is not "ExternalName"',
  ]);
  assert.deepEqual(of({ type: 'ExternalName', externalName: 'x', externalIPs: ['::ffff:192.0.2.1'] }), [
    'spec.externalIPs[0]: non-standard IP address "::ffff:192.0.2.1" will be considered invalid in a future Kubernetes release: use "192.0.2.1"',
    'spec.externalIPs is ignored when spec.type is "ExternalName"',
  ]);
});
