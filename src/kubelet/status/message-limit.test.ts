import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aBoundPod, aContainer } from '../../sim/objects/pod.ts';
import { withLimitedMessages } from './message-limit.ts';

test('the containers of a pod share 12 KiB of messages, and no character is cut in two', () => {
  const pod = aBoundPod('p', { containers: [aContainer('a'), aContainer('b'), aContainer('c')] });
  const terminated = (message: string) => ({ terminated: { exitCode: 1, message } });
  const status = {
    ...{ name: 'a', image: 'i', imageID: '', ready: false, restartCount: 0 },
    state: terminated('x'.repeat(5000)),
    lastState: terminated('é'.repeat(4000)),
  };
  const [limited] = withLimitedMessages(pod, [status]);
  assert.equal(limited?.state?.terminated?.message, 'x'.repeat(4096));
  assert.equal(limited?.lastState?.terminated?.message, 'é'.repeat(2048));
  const short = { ...status, state: terminated('short'), lastState: {} };
  assert.deepEqual(withLimitedMessages(pod, [short]), [short]);
});
