import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { SteppedClock } from '../kit/clock.fake.ts';
import { silentLogger } from '../kit/log.ts';
import { systemRandom } from '../kit/random.ts';
import { openMemoryStore } from '../store/memory/memory-store.ts';
import { createApiServer } from './api-server.ts';
import { serverLabel } from './configuration/reloaded-file.ts';

test('metrics of configuration files say which server they are of: the hash of the name of its Lease', async () => {
  const clock = new SteppedClock();
  const api = createApiServer({
    ...{ store: openMemoryStore({ clock }), clock, random: systemRandom, log: silentLogger },
    authorization: {
      authorizer: ({ RBAC }) => RBAC,
      metrics: (serverId) => `authorization ${serverLabel(serverId).apiserver_id_hash}\n`,
    },
  });
  await api.start();
  const user = { name: 'admin', groups: ['system:masters'] };
  const get = async (path: string) => {
    const { body } = await api.inProcess.request({ method: 'GET', path }, user);
    return body.toString();
  };
  const leases = JSON.parse(await get('/apis/coordination.k8s.io/v1/namespaces/kube-system/leases'));
  const [{ metadata } = assert.fail()] = leases.items;
  const hash = createHash('sha256').update(metadata.name).digest('hex');
  assert.match(metadata.name, /^apiserver-/);
  assert.ok((await get('/metrics')).includes(`authorization sha256:${hash}\n`));
  await api.stop();
});
