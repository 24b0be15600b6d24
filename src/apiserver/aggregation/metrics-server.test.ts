import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Body } from '../../sim/api-calls.ts';
import { type Scene, SERVICES, startScene, until } from './remote-server.fake.ts';

const NAME = 'v1beta1.metrics.k8s.io';
const ROOT = '/apis/metrics.k8s.io/v1beta1';

describe('metrics.k8s.io', () => {
  let scene: Scene;
  before(async () => {
    scene = await startScene();
    scene.answers.set(ROOT, (_, response) => void response.end('{"kind":"APIResourceList","resources":[]}'));
    scene.answers.set(`${ROOT}/nodes`, (_, response) => void response.end('{"kind":"Theirs"}'));
  });
  after(() => scene.stop());

  /** The kind of the answer; undefined while the other server is not yet known to be available. */
  const nodes = async (): Promise<string | undefined> => {
    const { status, body } = await scene.ask(`${ROOT}/nodes`);
    return status === 200 ? JSON.parse(body).kind : undefined;
  };
  const resources = async () => JSON.parse((await scene.ask(ROOT)).body).resources as Body[];

  it('is served by this server, then by an installed metrics-server, then by this server again', async () => {
    assert.equal(await nodes(), 'NodeMetricsList');
    await scene.register({ groupPriorityMinimum: 100, versionPriority: 100 }, NAME);
    await until(async () => (await nodes()) === 'Theirs');
    await until(async () => (await resources()).length === 0);
    await scene.call('DELETE', `${SERVICES}/${NAME}`);
    await until(async () => (await nodes()) === 'NodeMetricsList');
    await until(async () => (await resources()).length === 2);
  });
});
