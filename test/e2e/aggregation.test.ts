// Aggregated API servers with an unmodified kubectl: a pod serves flunders, and figures for `kubectl top`.
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { packagedTool } from '../../src/cluster/kubectl-binary.ts';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { testAuthority } from '../../src/kit/x509/authority.fake.ts';
import { background, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { speakerImage } from '../support/speaker-image.ts';

const NAME = 'tph-e2e-aggregation';
let cluster: TestCluster;
const kubectl = (...words: string[]) => cluster.kubectl(...words);
const apply = (...items: object[]) =>
  cluster.kubectlWith(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), 'apply', '-f', '-');

const authority = testAuthority();
const inWardle = (name: string) => ({ name, namespace: 'wardle' });

function backend(): object[] {
  const { cert, key } = authority.server(['api.wardle.svc']);
  const role = {
    apiGroup: 'rbac.authorization.k8s.io',
    kind: 'Role',
    name: 'extension-apiserver-authentication-reader',
  };
  const container = {
    name: 'api',
    image: 'speaker:1',
    command: ['node', '/aggregated.js'],
    env: [{ name: 'NODE', value: cluster.nodes[0] }],
    readinessProbe: { tcpSocket: { port: 8443 }, periodSeconds: 1 },
    volumeMounts: [{ name: 'serving', mountPath: '/serving' }],
  };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: inWardle('api') },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata: { name: 'wardle-reads-authorities', namespace: 'kube-system' },
      roleRef: role,
      subjects: [{ kind: 'ServiceAccount', ...inWardle('api') }],
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: inWardle('serving'),
      type: 'kubernetes.io/tls',
      stringData: { 'tls.crt': cert, 'tls.key': key },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: inWardle('api'),
      spec: {
        selector: { matchLabels: { app: 'api' } },
        template: {
          metadata: { labels: { app: 'api' } },
          spec: {
            serviceAccountName: 'api',
            terminationGracePeriodSeconds: 0,
            containers: [container],
            volumes: [{ name: 'serving', secret: { secretName: 'serving' } }],
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: inWardle('api'),
      spec: { selector: { app: 'api' }, ports: [{ port: 443, targetPort: 8443 }] },
    },
  ];
}

const registration = (version: string, group: string) => ({
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name: `${version}.${group}` },
  spec: {
    ...{ group, version, groupPriorityMinimum: 2000, versionPriority: 200 },
    service: inWardle('api'),
    caBundle: Buffer.from(authority.ca).toString('base64'),
  },
});
const FLUNDERS = 'apiservice/v1alpha1.wardle.example.com';
const METRICS = 'apiservice/v1beta1.metrics.k8s.io';
const flunder = (name: string, namespace = 'default', metadata: object = {}) => ({
  apiVersion: 'wardle.example.com/v1alpha1',
  kind: 'Flunder',
  metadata: { name, namespace, ...metadata },
});
const create = (object: object, ...flags: string[]) =>
  cluster.kubectlWith(JSON.stringify(object), 'create', '-f', '-', ...flags);
const available = (status: string, ...services: string[]) =>
  kubectl('wait', `--for=condition=Available=${status}`, ...services, '--timeout=60s');

describe('an aggregated API server', () => {
  before(async () => {
    cluster = await startTestCluster({ name: NAME });
    const archive = join(cluster.directory, 'speaker.tar');
    await writeFile(archive, await writeArchive(speakerImage()));
    await cluster.tiphys('image', 'load', '--name', NAME, archive);
    await rm(archive);
    await kubectl('create', 'namespace', 'wardle');
    await apply(registration('v1alpha1', 'wardle.example.com'), registration('v1beta1', 'metrics.k8s.io'));
    await apply(...backend());
    await available('True', FLUNDERS, METRICS);
  });
  after(() => cluster?.down());

  it('is listed beside the local ones', async () => {
    const rows = (await kubectl('get', 'apiservices')).split('\n').map((row) => row.split(/ {2,}/));
    const row = (name: string) => rows.find(([first]) => first === name)?.slice(1, 3);
    assert.deepEqual(row('v1alpha1.wardle.example.com'), ['wardle/api', 'True']);
    assert.deepEqual(row('v1.apps'), ['Local', 'True']);
    assert.deepEqual(row('v1.'), ['Local', 'True']);
  });

  it('has its resources in discovery', async () => {
    await eventually('discovery', async () =>
      /^flunders +wardle\.example\.com\/v1alpha1 +true +Flunder/m.test(
        await kubectl('api-resources', '--api-group=wardle.example.com'),
      ),
    );
    assert.match(await kubectl('api-versions'), /^wardle\.example\.com\/v1alpha1$/m);
  });

  it('serves objects to kubectl, which are created by who they are created by', async () => {
    const rules = ['--verb=create,get', '--resource=flunders.wardle.example.com'];
    await kubectl('create', 'clusterrole', 'angler', ...rules);
    await kubectl('create', 'clusterrolebinding', 'angler', '--clusterrole=angler', '--group=anglers');
    await assert.rejects(
      create(flunder('f'), '--as=jane'),
      /forbidden: User "jane" cannot create resource "flunders"/,
    );
    await create(flunder('f'), '--as=jane', '--as-group=anglers');
    assert.match(await kubectl('get', 'flunders'), /^f +\d+s?/m);
    const owner = JSON.parse(await kubectl('get', 'flunder', 'f', '-o', 'jsonpath={.owner}'));
    assert.deepEqual(owner, { user: 'jane', groups: ['anglers', 'system:authenticated'] });
    assert.match(await kubectl('explain', 'flunders'), /A fish of the tests\./);
  });

  it('lets kubectl watch its objects', async () => {
    const words = ['get', 'flunders', '--watch-only', '--output-watch-events', '--no-headers'];
    const watch = background([packagedTool('kubectl'), ...words], cluster.env);
    try {
      await eventually('the watch', async () => {
        await create(flunder('w'));
        await kubectl('delete', 'flunder', 'w');
        return /ADDED +w[\s\S]*DELETED +w/.test(watch.output());
      });
    } finally {
      await watch.stop();
    }
  });

  it('gives figures to kubectl top', async () => {
    const node = cluster.nodes[0]!;
    assert.match(await kubectl('top', 'nodes'), new RegExp(`^${node} +123m .* 456Mi`, 'm'));
    await kubectl('run', 'p', '--image=speaker:1', '--restart=Never');
    assert.match(await kubectl('top', 'pods'), /^p +123m +456Mi/m);
  });

  it('has its objects collected with their owners', async () => {
    await kubectl('create', 'configmap', 'owner');
    const uid = await kubectl('get', 'configmap', 'owner', '-o', 'jsonpath={.metadata.uid}');
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }];
    await create(flunder('owned', 'default', { ownerReferences }));
    await kubectl('delete', 'configmap', 'owner');
    await eventually('the flunder is collected', async () => !/owned/.test(await kubectl('get', 'flunders')));
  });

  it('that is away is told so, delays the end of namespaces, and is back when its pod is', async () => {
    await kubectl('create', 'namespace', 'pond');
    await kubectl('-n', 'wardle', 'scale', 'deployment', 'api', '--replicas=0');
    await available('False', FLUNDERS, METRICS);
    const reason = ['-o', 'jsonpath={.status.conditions[?(@.type=="Available")].reason}'];
    assert.equal(await kubectl('get', FLUNDERS, ...reason), 'MissingEndpoints');
    const unable = /the server is currently unable to handle the request/;
    await assert.rejects(kubectl('get', 'flunders.v1alpha1.wardle.example.com'), unable);
    await assert.rejects(kubectl('top', 'nodes'), /Metrics API not available/);
    assert.match(await kubectl('get', 'pods'), /^p /m);
    await kubectl('delete', 'namespace', 'pond', '--wait=false');
    await eventually('the namespace waits', async () => {
      const { stdout } = await cluster.tryKubectl('get', 'namespace', 'pond', '-o', 'json');
      const { conditions = [] } = JSON.parse(stdout).status;
      const found = conditions.find(
        (one: { type: string }) => one.type === 'NamespaceDeletionDiscoveryFailure',
      );
      return found?.status === 'True' && found.reason === 'DiscoveryFailed';
    });
    await kubectl('-n', 'wardle', 'scale', 'deployment', 'api', '--replicas=1');
    await available('True', FLUNDERS, METRICS);
    await create(flunder('f', 'pond')).catch(() => {});
    await kubectl('wait', '--for=delete', 'namespace/pond', '--timeout=90s');
    assert.doesNotMatch(await kubectl('get', 'flunders', '-A'), /pond/);
  });

  it('is gone with its APIService', async () => {
    await kubectl('delete', FLUNDERS, METRICS);
    await assert.rejects(
      kubectl('get', 'flunders'),
      /could not find the requested resource|doesn't have a resource type/,
    );
  });
});
