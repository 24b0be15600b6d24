import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testAuthority } from '../../../kit/x509/authority.fake.ts';
import { simCluster } from '../../../sim/cluster.ts';
import { startAdmissionWebhook } from './webhook.fake.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const CONFIGURATIONS = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';

test('calls share a connection; one with other authorities is never used for them', async (t) => {
  const webhook = await startAdmissionWebhook(t);
  const { clientConfig, asked } = webhook;
  const server = await simCluster();
  const rules = [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }];
  const name = 'hook.example.com';
  const one = { name, clientConfig, rules, sideEffects: 'None', admissionReviewVersions: ['v1'] };
  const made = { metadata: { name: 'hooks' }, webhooks: [one] };
  assert.equal((await server.call('POST', CONFIGURATIONS, made)).status, 201);
  const create = (map: string) => server.call('POST', MAPS, { metadata: { name: map } });
  for (const map of ['a', 'b', 'c']) assert.equal((await create(map)).status, 201);
  assert.deepEqual([asked.length, webhook.connections], [3, 1]);

  const trust = async (caBundle: string) => {
    const { body } = await server.call('GET', `${CONFIGURATIONS}/hooks`);
    body.webhooks[0].clientConfig.caBundle = caBundle;
    assert.equal((await server.call('PUT', `${CONFIGURATIONS}/hooks`, body)).status, 200);
  };
  await trust(Buffer.from(testAuthority().ca).toString('base64'));
  const refused = await create('d');
  assert.equal(refused.status, 500);
  assert.match(refused.body.message, /certificate signed by unknown authority$/);
  await trust(clientConfig.caBundle);
  assert.equal((await create('d')).status, 201);
  assert.equal(asked.length, 4);
});
