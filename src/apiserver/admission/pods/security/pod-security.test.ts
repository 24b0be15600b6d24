import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Body, type Called, create } from '../../../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../../../sim/cluster.ts';
import { aContainer, aPod, aPodTemplate } from '../../../../sim/objects/pod.ts';

const LABEL = 'pod-security.kubernetes.io/';
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };
const PODS = '/api/v1/namespaces/safe/pods';
const labelled = (labels: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).map(([key, value]) => [LABEL + key, value]));
const namespace = (labels: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'safe', labels: labelled(labels) },
});
const inSafe = (name: string, spec: object = {}, more: object = {}) =>
  aPod(name, spec, { namespace: 'safe', ...more });
const root = { hostPID: true };

async function clusterWith(labels: Record<string, string>, options: object = {}): Promise<SimCluster> {
  const server = await simCluster(options);
  await create(server, '/api/v1/namespaces', namespace(labels));
  return server;
}

const warningsOf = ({ headers }: Called): string[] =>
  (headers.warning ?? '')
    .split(/,?299 - /)
    .filter((text) => text !== '')
    .map((text) => text.slice(1, -1).replaceAll('\\"', '"'));

describe('PodSecurity', () => {
  it('applies the version that the namespace names', async () => {
    const server = await clusterWith({ enforce: 'baseline', 'enforce-version': 'v1.33' });
    const probe = { httpGet: { host: 'a', port: 80 } };
    const containers = [aContainer('c', { livenessProbe: probe })];
    assert.equal((await server.call('POST', PODS, inSafe('old', { containers }))).status, 201);
    const relabelled = { metadata: { labels: labelled({ 'enforce-version': 'v1.34' }) } };
    await server.call('PATCH', '/api/v1/namespaces/safe', relabelled, MERGE);
    const refused = await server.call('POST', PODS, inSafe('new', { containers }));
    assert.equal(
      refused.body.message,
      'pods "new" is forbidden: violates PodSecurity "baseline:v1.34": probe or lifecycle host (container "c" uses probe or lifecycle host "a")',
    );
  });

  it('refuses invalid labels, and treats an unknown level as restricted', async () => {
    const server = await simCluster();
    const refused = await server.call(
      'POST',
      '/api/v1/namespaces',
      namespace({ enforce: 'strict', 'warn-version': '1.30' }),
    );
    assert.equal(refused.status, 422);
    assert.equal(
      refused.body.message,
      'Namespace "safe" is invalid: [metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted, metadata.labels[pod-security.kubernetes.io/warn-version]: Invalid value: "1.30": must be "latest" or "v1.x"]',
    );
  });

  it('warns about pods and templates at the warn level, which follows enforce without a label of its own', async () => {
    const server = await clusterWith({ enforce: 'baseline' });
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: { selector: { matchLabels: { a: 'b' } }, template: aPodTemplate({ a: 'b' }, root) },
    };
    const made = await server.call('POST', '/apis/apps/v1/namespaces/safe/deployments', deployment);
    assert.equal(made.status, 201);
    assert.deepEqual(warningsOf(made), [
      'would violate PodSecurity "baseline:latest": host namespaces (hostPID=true)',
    ]);
    const job = { apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'j' } };
    const template = aPodTemplate({ a: 'b' }, { ...root, restartPolicy: 'Never' });
    const cron = await server.call('POST', '/apis/batch/v1/namespaces/safe/cronjobs', {
      ...job,
      spec: { schedule: '* * * * *', jobTemplate: { spec: { template } } },
    });
    assert.equal(cron.status, 201, JSON.stringify(cron.body));
    assert.match(warningsOf(cron).join(), /would violate PodSecurity "baseline:latest"/);
  });

  it('annotates the audit event with the enforced policy and with violations of the audit level', async () => {
    const server = await clusterWith({ enforce: 'privileged', audit: 'baseline', warn: 'privileged' });
    const seen: Record<string, string> = {};
    await server.api.handle(
      {
        method: 'POST',
        path: PODS,
        query: new URLSearchParams(),
        headers: {},
        body: async () => Buffer.from(JSON.stringify(inSafe('p', root))),
        audit: {
          annotate(key: string, value: string) {
            seen[key] = value;
          },
          object() {},
          patch() {},
        } as never,
      },
      { name: 'eve', groups: ['system:masters'] },
    );
    assert.deepEqual(seen, {
      'pod-security.kubernetes.io/enforce-policy': 'privileged:latest',
      'pod-security.kubernetes.io/audit-violations':
        'would violate PodSecurity "baseline:latest": host namespaces (hostPID=true)',
    });
  });

  it('checks ephemeral containers and new images of a pod, but not its other updates', async () => {
    const server = await clusterWith({});
    const pod = await create(server, PODS, inSafe('p', root));
    await server.call(
      'PATCH',
      '/api/v1/namespaces/safe',
      { metadata: { labels: labelled({ enforce: 'baseline' }) } },
      MERGE,
    );
    const relabelled = await server.call('PATCH', `${PODS}/p`, { metadata: { labels: { a: 'b' } } }, MERGE);
    assert.equal(relabelled.status, 200);
    const image: Body = structuredClone(relabelled.body);
    image.spec.containers[0].image = 'other:1';
    assert.equal((await server.call('PUT', `${PODS}/p`, image)).status, 403);
    pod.spec.ephemeralContainers = [{ name: 'e', image: 'x' }];
    delete pod.metadata.resourceVersion;
    assert.equal((await server.call('PUT', `${PODS}/p/ephemeralcontainers`, pod)).status, 403);
  });

  it('warns which existing pods violate a stricter level of the namespace', async () => {
    const server = await clusterWith({});
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: 'u', controller: true };
    for (const name of ['b', 'a', 'c'])
      await create(server, PODS, inSafe(name, root, { ownerReferences: [owner] }));
    await create(server, PODS, inSafe('d', { hostNetwork: true, hostIPC: true }));
    await create(server, PODS, inSafe('fine'));
    const patch = (labels: Record<string, string>) =>
      server.call('PATCH', '/api/v1/namespaces/safe', { metadata: { labels: labelled(labels) } }, MERGE);
    assert.deepEqual(warningsOf(await patch({ enforce: 'baseline' })), [
      'existing pods in namespace "safe" violate the new PodSecurity enforce level "baseline:latest"',
      'a (and 3 other pods): host namespaces',
    ]);
    assert.deepEqual(warningsOf(await patch({ enforce: 'privileged' })), []);
  });

  it('exempts namespaces, users and runtime classes that are configured', async () => {
    const podSecurityExemptions = {
      namespaces: ['trusted'],
      usernames: ['alice'],
      runtimeClasses: ['vm'],
    };
    const apiServer = { podSecurityExemptions, disableAdmissionPlugins: ['ServiceAccount'] };
    const server = await clusterWith({ enforce: 'baseline' }, { apiServer });
    const warned = await server.call('POST', '/api/v1/namespaces', {
      ...namespace({ enforce: 'baseline' }),
      metadata: { name: 'trusted', labels: labelled({ enforce: 'baseline' }) },
    });
    assert.deepEqual(warningsOf(warned), [
      'namespace "trusted" is exempt from Pod Security, and the policy (enforce=baseline:latest) will be ignored',
    ]);
    const trusted = aPod('p', root, { namespace: 'trusted' });
    assert.equal((await server.call('POST', '/api/v1/namespaces/trusted/pods', trusted)).status, 201);
    const user = { name: 'alice', groups: ['system:masters'] };
    assert.equal((await server.call('POST', PODS, inSafe('a', root), { user })).status, 201);
    await create(server, '/apis/node.k8s.io/v1/runtimeclasses', {
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name: 'vm' },
      handler: 'vm',
    });
    assert.equal(
      (await server.call('POST', PODS, inSafe('b', { ...root, runtimeClassName: 'vm' }))).status,
      201,
    );
    assert.equal((await server.call('POST', PODS, inSafe('c', root))).status, 403);
  });
});
