import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textAnswer } from '../handlers/answers/answers.ts';
import type { Reply, UpgradeReply } from '../request.ts';
import type { ProxyCaller } from '../tunnel/caller.ts';
import { serveElsewhere } from './serve-fairly.ts';

/** A control with one seat, which is free at once or after `free()`. */
function oneSeat(isFree: boolean) {
  let held = 0;
  let free = () => {};
  const control = {
    tryStart: () => (isFree ? { n: ++held } : undefined),
    wait: (_: unknown, start: (ticket: object) => void) => {
      free = () => start({ n: ++held });
    },
    release: () => {
      held = 0;
    },
  };
  return { control: control as never, held: () => held > 0, free: () => free() };
}

const request = {} as never;
const caller = { answer: () => undefined } as never as ProxyCaller;

test('seats are held until the other server begins to answer', async () => {
  const { control, held } = oneSeat(true);
  let begin = () => {};
  let end = () => {};
  const proxied: UpgradeReply = {
    proxy: (heard) =>
      new Promise((resolve) => {
        begin = () => void heard.answer(200, {});
        end = resolve;
      }),
    tunnel: async () => {},
  };
  const reply = serveElsewhere(control, request, () => proxied) as UpgradeReply;
  const over = reply.proxy(caller);
  assert.equal(held(), true);
  begin();
  assert.equal(held(), false);
  end();
  await over;
});

test('seats are given back when there is no answer, or a refusal, or an upgrade', async () => {
  const { control, held } = oneSeat(true);
  const failing: UpgradeReply = { proxy: () => Promise.reject(new Error('gone')), tunnel: async () => {} };
  const reply = serveElsewhere(control, request, () => failing) as UpgradeReply;
  await assert.rejects(reply.proxy(caller), /gone/);
  assert.equal(held(), false);
  serveElsewhere(control, request, () => textAnswer(503, 'no'));
  assert.equal(held(), false);
  const refuse = () => {
    throw new Error('forbidden');
  };
  assert.throws(() => serveElsewhere(control, request, refuse), /forbidden/);
  assert.equal(held(), false);
  await (serveElsewhere(control, request, () => failing) as UpgradeReply).tunnel({} as never);
  assert.equal(held(), false);
});

test('without a free seat a request waits', async () => {
  const { control, free } = oneSeat(false);
  let runs = 0;
  const reply = serveElsewhere(control, request, (): Reply => {
    runs++;
    return textAnswer(200, '');
  });
  assert.equal(runs, 0);
  free();
  await reply;
  assert.equal(runs, 1);
});
