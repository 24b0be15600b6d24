import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CsiCaller } from '../../csi/caller.ts';
import { SteppedClock, settle } from '../../kit/clock.fake.ts';
import { GrpcError } from '../../kit/grpc/status.ts';
import { CapabilityCache } from './capabilities.ts';
import { FakeDriver } from './driver.fake.ts';

const failing = (error: Error): CsiCaller => ({ unary: () => Promise.reject(error) });

describe('what a driver can do', () => {
  it('is asked once, again when it registers anew, and after a while', async () => {
    const clock = new SteppedClock();
    const cache = new CapabilityCache(clock);
    const driver = new FakeDriver({ capabilities: ['CLONE_VOLUME'], hasTopology: true });
    const ask = () => cache.of('d', driver.on('n'));
    const [found] = await Promise.all([ask(), ask()]);
    assert.deepEqual(
      [found.hasController, found.hasTopology, [...found.controller]],
      [true, true, ['CLONE_VOLUME']],
    );
    assert.equal(driver.calls.length, 2);
    cache.forget('d');
    await ask();
    assert.equal(driver.calls.length, 4);
    await clock.step(301_000);
    await ask();
    assert.equal(driver.calls.length, 6);
  });

  it('is not known while the driver cannot be asked', async () => {
    const cache = new CapabilityCache(new SteppedClock());
    await assert.rejects(cache.of('d', failing(new GrpcError('unavailable', 'away'))));
    await settle();
    assert.equal((await cache.of('d', new FakeDriver().on('n'))).hasController, true);
  });
});
