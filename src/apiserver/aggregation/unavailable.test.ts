// What happens when the server of an APIService cannot be reached, and when it can again.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Body } from '../../sim/api-calls.ts';
import { GROUP, ROOT, type Scene, SERVICES, startScene, until } from './remote-server.fake.ts';

let scene: Scene;
const WIDGETS = `${ROOT}/namespaces/default/widgets`;

before(async () => {
  scene = await startScene();
});
after(() => scene.stop());

const gauge = async () => {
  const { body } = await scene.ask('/metrics');
  return {
    remote: /aggregator_unavailable_apiservice\{name="v1\.remote\.io"\} (\d)/.exec(body)?.[1],
    local: /aggregator_unavailable_apiservice\{name="v1\.apps"\} (\d)/.exec(body)?.[1],
    total:
      /aggregator_unavailable_apiservice_total\{name="v1\.remote\.io",reason="MissingEndpoints"\} (\d)/.exec(
        body,
      )?.[1],
  };
};
const freshness = async () => {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const { items } = JSON.parse((await scene.ask('/apis', { headers: { accept } })).body);
  return items.find(({ metadata }: Body) => metadata.name === GROUP)?.versions[0].freshness;
};
const SLICE = '/apis/discovery.k8s.io/v1/namespaces/remote/endpointslices/web';
const setReady = async (ready: boolean) => {
  const { body } = await scene.call('GET', SLICE);
  body.endpoints[0].conditions = { ready };
  assert.equal((await scene.call('PUT', SLICE, body)).status, 200);
};

it('a server with another certificate is not available, and gets no requests', async () => {
  await scene.register({ service: { namespace: 'remote', name: 'other' } });
  await scene.available('False', 'ServiceNotFound');
  const { body } = await scene.call('GET', `${SERVICES}/v1.${GROUP}`);
  body.spec.service.name = 'web';
  body.spec.caBundle = Buffer.from(scene.server.certificates.ca.certificate).toString('base64');
  await scene.call('PUT', `${SERVICES}/v1.${GROUP}`, body);
  const condition = await scene.available('False', 'FailedDiscoveryCheck');
  const url = `https://127\\.0\\.0\\.1:\\d+${ROOT}`;
  assert.match(
    condition.message,
    new RegExp(
      `^failing or missing response from ${url}: Get "${url}": tls: failed to verify certificate: x509: `,
    ),
  );
  const { status, body: text, headers } = await scene.ask(WIDGETS);
  assert.deepEqual([status, text], [503, 'service unavailable\n']);
  assert.match(headers['content-type'] ?? '', /^text\/plain/);
  assert.equal(await freshness(), 'Stale');
  assert.deepEqual(await gauge(), { remote: '1', local: '0', total: undefined });
  await scene.call('DELETE', `${SERVICES}/v1.${GROUP}`);
  assert.equal((await scene.ask(WIDGETS)).status, 404);
  assert.equal(await freshness(), undefined);
});

it('a server without ready endpoints is not available until it has one again', async () => {
  await scene.register();
  await scene.available('True', 'Passed');
  await setReady(false);
  const { message } = await scene.available('False', 'MissingEndpoints');
  assert.equal(message, 'endpointslices for service/web in "remote" have no addresses with port name ""');
  assert.equal((await scene.ask(WIDGETS)).status, 503);
  assert.deepEqual(await gauge(), { remote: '1', local: '0', total: '1' });
  await setReady(true);
  await scene.available('True', 'Passed');
  assert.equal((await scene.ask(WIDGETS)).status, 404);
  await until(async () => (await freshness()) === 'Current');
  assert.equal((await gauge()).remote, '0');
});

it('an upgrade is refused with 503, too', async () => {
  await setReady(false);
  await scene.available('False');
  const { status, body } = await scene.ask(`${WIDGETS}/w/console`, {
    headers: { connection: 'Upgrade', upgrade: 'echo' },
  });
  assert.equal(status, 503);
  assert.match(body, /service unavailable/);
  await setReady(true);
  await scene.available('True');
});

it('a server that fails its check is asked again, sooner than every 30 seconds', async () => {
  const answer = scene.answers.get(ROOT)!;
  scene.answers.set(ROOT, (_, response) => void response.writeHead(500).end());
  // An endpoint that changes is a reason to look.
  await setReady(true);
  const { body } = await scene.call('GET', SLICE);
  body.endpoints[0].hostname = 'again';
  await scene.call('PUT', SLICE, body);
  const { message } = await scene.available('False', 'FailedDiscoveryCheck');
  assert.match(message, /^failing or missing response from (\S+): bad status from \1: 500$/);
  scene.answers.set(ROOT, answer);
  await scene.available('True', 'Passed');
});

it('an APIService whose authorities cannot be read is an error of its own', async () => {
  await scene.call('DELETE', `${SERVICES}/v1.${GROUP}`);
  await scene.register({ caBundle: Buffer.from('no certificate').toString('base64') });
  await scene.available('False', 'FailedDiscoveryCheck');
});

it('the core group and the aggregator’s own are never served elsewhere', async () => {
  const { body } = await scene.call('GET', `${SERVICES}/v1.`);
  body.spec.service = { namespace: 'remote', name: 'web', port: 443 };
  assert.equal((await scene.call('PUT', `${SERVICES}/v1.`, body)).status, 200);
  const { status } = await scene.call('GET', '/api/v1/namespaces/remote');
  assert.equal(status, 200);
});
