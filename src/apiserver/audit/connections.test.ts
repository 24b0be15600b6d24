import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serviceUnavailable } from '../../api/status/status-error.ts';
import type { UpgradeReply } from '../request.ts';
import type { Facts } from './event.ts';
import { Trail } from './trail.ts';

async function stagesOf(proxy: UpgradeReply['proxy']): Promise<(string | number | undefined)[][]> {
  const stages: (string | number | undefined)[][] = [];
  const facts = { annotations: {} } as Facts;
  const trail = new Trail(
    facts,
    { level: 'Metadata', omitStages: new Set(), omitManagedFields: false },
    (now, stage) => stages.push([stage, now.responseStatus?.code]),
  );
  const reply = trail.replied({ proxy, tunnel: async () => {} }) as UpgradeReply;
  await reply.proxy({ answer: () => undefined } as never).catch(() => {});
  return stages;
}

test('a request that another server answers is recorded with that answer’s code', async () => {
  const refused = await stagesOf(async (caller) => void caller.answer(403, {}));
  assert.deepEqual(refused, [
    ['ResponseStarted', 403],
    ['ResponseComplete', 403],
  ]);
});

test('a request that no other server answers is recorded with the code of the failure', async () => {
  const failed = await stagesOf(() => Promise.reject(serviceUnavailable('gone')));
  assert.deepEqual(failed, [['ResponseComplete', 503]]);
});
