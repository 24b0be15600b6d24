import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FeatureGates } from '../api/features/feature-gates.ts';
import { discoverKinds } from '../client/rest/discovery.ts';
import { servedApis } from '../cluster/runtime-config.ts';
import { silentLogger } from '../kit/log.ts';
import { testAuthority } from '../kit/x509/authority.fake.ts';
import { pemBlocks } from '../kit/x509/pem.ts';
import { EC_REQUEST } from '../kit/x509/requests.fake.ts';
import { create } from '../sim/api-calls.ts';
import { simCluster } from '../sim/cluster.ts';
import { aPod } from '../sim/objects/pod.ts';
import { startControllers } from './all.ts';

const PUBLISHER = 'kube-apiserver-serving-clustertrustbundle-publisher-controller';
const CLEANER = 'podcertificaterequest-cleaner-controller';
const PROTECTION = 'podgroup-protection-controller';
const CERTIFICATES = '/apis/certificates.k8s.io/v1beta1';

const started = async (gates: string, config: string, controllers: string[], rootCa = 'x') => {
  const features = new FeatureGates(gates);
  const apis = await servedApis(config, features);
  return simCluster({
    controllers,
    settings: { features, rootCa },
    apiServer: { features, ...(apis && { apis }), disableAdmissionPlugins: ['ServiceAccount'] },
  });
};

test('a controller does not run without its gate or without its kind', async () => {
  const off = await started('', '', [PUBLISHER, CLEANER, PROTECTION]);
  const unserved = await started('ClusterTrustBundle=true', '', [PUBLISHER]);
  for (const cluster of [off, unserved]) {
    await cluster.clock.step(60_000);
    await cluster.stop();
  }
});

test('what is served is asked again until there is an answer', async (t) => {
  const cluster = await simCluster({}, t);
  const { clock, random, informers, transport } = cluster;
  let asked = 0;
  const running = startControllers({
    client: cluster.client,
    ...{ clock, random, informers, log: silentLogger },
    discover: async () => {
      asked++;
      if (asked < 3) throw new Error('connection refused');
      return discoverKinds(transport);
    },
    openApi: async () => undefined,
    groupVersions: async () => [],
    settings: { rootCa: '', features: new FeatureGates() },
    only: ['device-taint-eviction-controller'],
  });
  let hasStarted = false;
  void running.started.then(() => {
    hasStarted = true;
  });
  await cluster.until('the controller runs', () => hasStarted, 500);
  assert.equal(asked, 3);
  await running.stop();
});

test('the certificate authority of the API server is in one ClusterTrustBundle', async () => {
  const { ca } = testAuthority();
  const cluster = await started(
    'ClusterTrustBundle=true',
    'certificates.k8s.io/v1beta1=true',
    [PUBLISHER],
    ca,
  );
  const names = async () => {
    const { body } = await cluster.call('GET', `${CERTIFICATES}/clustertrustbundles`);
    return body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
  };
  await cluster.until('the bundle is there', async () => (await names()).length === 1);
  const [name] = await names();
  assert.match(name, /^kubernetes\.io:kube-apiserver-serving:[0-9a-f]{24}$/);
  const path = `${CERTIFICATES}/clustertrustbundles/${name}`;
  const { body: made } = await cluster.call('GET', path);
  assert.deepEqual(made.spec, { signerName: 'kubernetes.io/kube-apiserver-serving', trustBundle: ca });
  await create(cluster, `${CERTIFICATES}/clustertrustbundles`, {
    ...{ apiVersion: made.apiVersion, kind: made.kind, spec: { trustBundle: ca } },
    metadata: { name: 'another' },
  });
  await create(cluster, `${CERTIFICATES}/clustertrustbundles`, {
    ...{ apiVersion: made.apiVersion, kind: made.kind, spec: made.spec },
    metadata: { name: 'kubernetes.io:kube-apiserver-serving:old' },
  });
  await cluster.call('DELETE', path);
  await cluster.until('there is one bundle of the signer again', async () => {
    const now = await names();
    return now.length === 2 && now.includes(name) && now.includes('another');
  });
  await cluster.stop();
});

test('a PodCertificateRequest is deleted 15 minutes after its creation', async () => {
  const gate = 'PodCertificateRequest=true';
  const cluster = await started(gate, 'certificates.k8s.io/v1beta1=true', [CLEANER]);
  const path = `${CERTIFICATES}/namespaces/default/podcertificaterequests`;
  await create(cluster, path, {
    apiVersion: 'certificates.k8s.io/v1beta1',
    kind: 'PodCertificateRequest',
    metadata: { name: 'r' },
    spec: {
      ...{ signerName: 'example.com/foo', podName: 'p', podUID: 'pu', nodeName: 'n1', nodeUID: 'nu' },
      ...{ serviceAccountName: 's', serviceAccountUID: 'su' },
      stubPKCS10Request: pemBlocks(EC_REQUEST).next().value!.bytes.toString('base64'),
    },
  });
  await cluster.clock.step(14 * 60_000);
  const { body } = await cluster.call('GET', path);
  assert.equal(body.items.length, 1);
  await cluster.clock.step(60_000);
  await cluster.until('it is gone', async () => (await cluster.call('GET', `${path}/r`)).status === 404);
  await cluster.stop();
});

test('a PodGroup is there until its last pod has ended', async () => {
  const cluster = await started('GenericWorkload=true', 'scheduling.k8s.io/v1alpha2=true', [PROTECTION]);
  const path = '/apis/scheduling.k8s.io/v1alpha2/namespaces/default/podgroups';
  const pods = '/api/v1/namespaces/default/pods';
  for (const name of ['empty', 'used']) {
    const spec = { schedulingPolicy: { basic: {} } };
    await create(cluster, path, {
      ...{ apiVersion: 'scheduling.k8s.io/v1alpha2', kind: 'PodGroup', metadata: { name }, spec },
    });
  }
  await create(cluster, pods, aPod('p', { nodeName: 'n1', schedulingGroup: { podGroupName: 'used' } }));
  await cluster.settle();
  for (const name of ['empty', 'used']) await cluster.call('DELETE', `${path}/${name}`);
  const isGone = async (name: string) => (await cluster.call('GET', `${path}/${name}`)).status === 404;
  await cluster.until('the empty group is gone', () => isGone('empty'));
  assert.equal(await isGone('used'), false);
  const headers = { 'content-type': 'application/merge-patch+json' };
  await cluster.call('PATCH', `${pods}/p/status`, { status: { phase: 'Succeeded' } }, { headers });
  await cluster.until('the used group is gone', () => isGone('used'));
  await cluster.stop();
});
