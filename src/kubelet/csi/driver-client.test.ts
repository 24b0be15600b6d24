import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inProcess, served } from '../../csi/caller.ts';
import { nodeGetCapabilities, nodeGetInfo } from '../../csi/messages/node.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { GrpcError } from '../../kit/grpc/status.ts';
import { CsiMetrics } from './csi-metrics.ts';
import { DriverClient } from './driver-client.ts';

function clientOf(...methods: Parameters<typeof inProcess>[0]) {
  const clock = new SteppedClock();
  const metrics = new CsiMetrics();
  const caller = inProcess(methods);
  return { clock, metrics, client: new DriverClient({ name: 'd', endpoint: '', caller, clock, metrics }) };
}

test('what a driver can do is asked again after a minute, and at once after a failure', async () => {
  let asked = 0;
  const { client, clock } = clientOf(
    served(nodeGetCapabilities, async () => {
      if (++asked === 1) throw new GrpcError('unavailable', 'not yet');
      return { capabilities: asked > 2 ? [{ rpc: { type: 'EXPAND_VOLUME' as const } }] : [] };
    }),
  );
  await assert.rejects(client.has('EXPAND_VOLUME'), { code: 'unavailable' });
  for (let i = 0; i < 3; i++) assert.equal(await client.has('EXPAND_VOLUME'), false);
  assert.equal(asked, 2);
  await clock.step(60_000);
  assert.equal(await client.has('EXPAND_VOLUME'), true);
});

test('a call ends in time, and is measured', async () => {
  const { client, clock, metrics } = clientOf(served(nodeGetInfo, () => new Promise(() => {})));
  const call = client.call(nodeGetInfo, {});
  const failed = assert.rejects(call, { code: 'deadlineExceeded' });
  await clock.step(120_000);
  await failed;
  const labels = 'driver_name="d",method_name="/csi.v1.Node/NodeGetInfo",grpc_status_code="DeadlineExceeded"';
  assert.ok(metrics.render().includes(`csi_operations_seconds_count{${labels},migrated="false"} 1`));
});
