import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, beforeEach, test } from 'node:test';
import { ensureCertificates } from '../../../cluster/pki/ensure-certificates.ts';
import { systemClock } from '../../../kit/clock.ts';
import type { Body } from '../../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';

const directory = mkdtempSync(join(tmpdir(), 'webhooks-'));
const maps = '/api/v1/namespaces/default/configmaps';
const configurations = '/apis/admissionregistration.k8s.io/v1';

let hook: Server;
let url = '';
let caBundle = '';
/** The responses of the webhook, and the reviews it received. */
let answer: (request: Body) => object;
let asked: Body[] = [];
let server: SimCluster;

before(async () => {
  const certificates = ensureCertificates({ directory, clock: systemClock, nodes: [] });
  caBundle = Buffer.from(certificates.ca.certificate).toString('base64');
  hook = createServer(
    { cert: certificates.apiserver.certificate, key: certificates.apiserver.key },
    async (request, response) => {
      const review = JSON.parse(await text(request));
      asked.push(review.request);
      const verdict = { uid: review.request.uid, ...answer(review.request) };
      response.end(
        JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: verdict }),
      );
    },
  );
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(hook.address() as AddressInfo).port}/check`;
});

after(() => {
  hook.close();
  rmSync(directory, { recursive: true });
});

beforeEach(async () => {
  asked = [];
  answer = () => ({ allowed: true });
  server = await simCluster();
});

async function configure(kind: 'Mutating' | 'Validating', more: object = {}): Promise<void> {
  const made = await server.call('POST', `${configurations}/${kind.toLowerCase()}webhookconfigurations`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${kind}WebhookConfiguration`,
    metadata: { name: 'hooks' },
    webhooks: [
      {
        name: 'hook.example.com',
        clientConfig: { url, caBundle },
        rules: [
          {
            operations: ['CREATE', 'UPDATE'],
            apiGroups: [''],
            apiVersions: ['v1'],
            resources: ['configmaps'],
          },
        ],
        sideEffects: 'None',
        admissionReviewVersions: ['v1'],
        ...more,
      },
    ],
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
}

const map = (name: string, labels: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, labels },
});

test('a mutating webhook changes what is stored', async () => {
  await configure('Mutating');
  const patch = [{ op: 'add', path: '/data', value: { added: 'yes' } }];
  answer = () => ({
    allowed: true,
    patchType: 'JSONPatch',
    patch: Buffer.from(JSON.stringify(patch)).toString('base64'),
  });
  const made = await server.call('POST', maps, map('a'));
  assert.deepEqual([made.status, made.body.data], [201, { added: 'yes' }], JSON.stringify(made.body));
  const [request] = asked;
  assert.deepEqual(
    [request.operation, request.resource.resource, request.object.metadata.name],
    ['CREATE', 'configmaps', 'a'],
  );
  assert.equal(request.userInfo.username, 'kubernetes-admin');
});

test('a validating webhook refuses and warns', async () => {
  await configure('Validating');
  answer = () => ({ allowed: false, status: { message: 'not today' }, warnings: ['mind the gap'] });
  const refused = await server.call('POST', maps, map('b'));
  assert.deepEqual(
    [refused.status, refused.body.message],
    [403, 'admission webhook "hook.example.com" denied the request: not today'],
  );
  assert.match(refused.headers.warning ?? '', /mind the gap/);
});

test('a webhook is called only if its rules and selectors match', async () => {
  await configure('Validating', { objectSelector: { matchLabels: { watched: 'yes' } } });
  await server.call('POST', maps, map('c'));
  await server.call('POST', '/api/v1/namespaces/default/secrets', {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 's', labels: { watched: 'yes' } },
  });
  assert.equal(asked.length, 0);
  await server.call('POST', maps, map('d', { watched: 'yes' }));
  await server.call('DELETE', `${maps}/d`);
  assert.deepEqual(
    asked.map(({ operation }) => operation),
    ['CREATE'],
  );
});

test('an unreachable webhook refuses the request, unless failurePolicy is Ignore', async () => {
  const nowhere = { clientConfig: { url: 'https://127.0.0.1:1/x', caBundle } };
  await configure('Validating', nowhere);
  const refused = await server.call('POST', maps, map('e'));
  assert.equal(refused.status, 500);
  assert.match(
    refused.body.message,
    /failed calling webhook "hook\.example\.com": failed to call webhook: Post "https:\/\/127\.0\.0\.1:1\/x\?timeout=10s": dial tcp 127\.0\.0\.1:1: connect: connection refused/,
  );
  await server.call('DELETE', `${configurations}/validatingwebhookconfigurations/hooks`);
  await configure('Validating', { ...nowhere, failurePolicy: 'Ignore' });
  assert.equal((await server.call('POST', maps, map('e'))).status, 201);
});

test('a dry run is refused if a matching webhook has side effects', async () => {
  await configure('Validating', { sideEffects: 'Some' });
  const refused = await server.call('POST', maps, map('f'), { query: { dryRun: 'All' } });
  assert.deepEqual(
    [refused.status, refused.body.message],
    [400, 'admission webhook "hook.example.com" does not support dry run'],
  );
});
