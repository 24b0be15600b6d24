import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { it } from 'node:test';
import { SteppedClock, settle } from '../../kit/clock.fake.ts';
import { NodeInfo } from '../cache/node-info.ts';
import type { PodInfo } from '../cache/pod-info.ts';
import type { QueuedPodInfo } from '../framework/plugin.ts';
import { prioritySort } from '../plugins/priority-sort.ts';
import { SchedulingQueue } from './scheduling-queue.ts';

const info = (uid: string, priority = 0) => ({ uid, priority }) as PodInfo;
/** The queue does not look into it. */
const event = { type: 'NodeAdded', node: new NodeInfo('a') } as const;
const signal = new AbortController().signal;
const uid = async (queue: SchedulingQueue) => (await queue.next(signal))?.info.uid;

it('gives higher priority first, then who has waited longer', async () => {
  const clock = new SteppedClock();
  const queue = new SchedulingQueue(clock, prioritySort.less);
  queue.add(info('first'));
  await clock.step(5);
  queue.add(info('second'));
  queue.add(info('urgent', 10));
  assert.deepEqual([await uid(queue), await uid(queue), await uid(queue)], ['urgent', 'first', 'second']);
});

it('a pod that was tried comes after those that have been queued before it was', async () => {
  const clock = new SteppedClock();
  const queue = new SchedulingQueue(clock, prioritySort.less);
  queue.add(info('tried'));
  const tried = (await queue.next(signal))!;
  await clock.step(5);
  queue.add(info('waits'));
  await clock.step(5);
  queue.addUnschedulable(tried, queue.changes);
  await clock.step(20_000);
  queue.moveAll(event);
  const [first, second] = [(await queue.next(signal))!, (await queue.next(signal))!];
  assert.deepEqual([first.info.uid, second.info.uid], ['waits', 'tried']);
  assert.equal(second.since, tried.since);
});

it('keeps a refused pod back until something changes, and then until its back-off ends', async () => {
  const clock = new SteppedClock();
  const queue = new SchedulingQueue(clock, prioritySort.less);
  queue.add(info('a'));
  const pod = (await queue.next(signal))!;
  queue.addUnschedulable(pod, queue.changes);
  await clock.step(60_000);
  assert.equal(queue.sizes().unschedulable, 1);
  queue.moveAll(event);
  const again = (await queue.next(signal))!;
  assert.equal(again.attempts, 2);
  queue.addUnschedulable(again, queue.changes - 1);
  assert.equal(queue.sizes().backoff, 1, 'an event during the cycle counts');
  await clock.step(1_999);
  assert.equal(queue.sizes().active, 0);
  await clock.step(1);
  assert.equal(queue.sizes().active, 1);
});

it('wakes who waits, and leaves gated pods alone', async () => {
  const queue = new SchedulingQueue(new SteppedClock(), prioritySort.less, {
    mayEnter: (pod) => pod.uid !== 'gated',
  });
  const waiting = uid(queue);
  queue.add(info('gated'));
  await settle();
  queue.moveAll(event);
  queue.add(info('a'));
  assert.equal(await waiting, 'a');
  assert.equal(queue.sizes().gated, 1);
});

it('leaves nothing behind each time it has waited', async () => {
  const queue = new SchedulingQueue(new SteppedClock(), prioritySort.less);
  const { signal } = new AbortController();
  for (const name of ['a', 'b', 'c']) {
    const next = queue.next(signal);
    queue.add(info(name));
    await next;
  }
  assert.equal(getEventListeners(signal, 'abort').length, 0);
});

it('holds a pod back while PreEnqueue refuses it, and lets it go after its back-off once that is over', async () => {
  const clock = new SteppedClock();
  let open = true;
  const queue = new SchedulingQueue(clock, prioritySort.less, { mayEnter: () => open });
  queue.add(info('a'));
  const pod = (await queue.next(signal))!;
  open = false;
  queue.addUnschedulable(pod, queue.changes);
  queue.moveAll(event);
  assert.deepEqual(queue.sizes(), { active: 0, backoff: 0, unschedulable: 0, gated: 1 });
  await clock.step(500);
  queue.ungate('a');
  assert.equal(queue.sizes().gated, 1, 'it is still refused');
  open = true;
  queue.ungate('a');
  assert.equal(queue.sizes().backoff, 1);
  await clock.step(500);
  assert.equal((await queue.next(signal))?.attempts, 2);
});

it('ungating leaves a pod alone for which nothing has changed; retrying does not', async () => {
  const clock = new SteppedClock();
  const queue = new SchedulingQueue(clock, prioritySort.less);
  queue.add(info('a'));
  queue.addUnschedulable((await queue.next(signal))!, queue.changes);
  queue.ungate('a');
  assert.equal(queue.sizes().unschedulable, 1);
  queue.retry('a');
  assert.equal(queue.sizes().backoff, 1);
});

it('moves only the pods that a change concerns', async () => {
  const queue = new SchedulingQueue(new SteppedClock(), prioritySort.less);
  for (const [uid, priority] of [
    ['high', 2],
    ['low', 1],
  ] as const) {
    queue.add(info(uid, priority));
    queue.addUnschedulable((await queue.next(signal))!, queue.changes);
  }
  queue.moveAll(event, ({ priority }) => priority <= 1);
  assert.deepEqual([queue.sizes().unschedulable, queue.sizes().backoff], [1, 1]);
});

it('an update keeps a pod where it is', async () => {
  const queue = new SchedulingQueue(new SteppedClock(), prioritySort.less);
  queue.add(info('a'));
  queue.addUnschedulable((await queue.next(signal))!, queue.changes);
  queue.update(info('a', 7));
  assert.equal(queue.sizes().unschedulable, 1);
  queue.add(info('b'));
  queue.update(info('b', 9));
  assert.equal((await queue.next(signal))?.info.priority, 9);
});

it('moves only pods that the rules let fit after the event', async () => {
  const rules = { mayFitAfter: ({ info }: QueuedPodInfo) => info.uid === 'a' };
  const queue = new SchedulingQueue(new SteppedClock(), prioritySort.less, rules);
  for (const uid of ['a', 'b']) {
    queue.add(info(uid));
    queue.addUnschedulable((await queue.next(signal))!, queue.changes);
  }
  queue.moveAll(event);
  assert.deepEqual([queue.sizes().unschedulable, queue.sizes().backoff], [1, 1]);
});

it('gives a pod in back-off while no other is active, but not one whose attempt failed with an error', async () => {
  const clock = new SteppedClock();
  const queue = new SchedulingQueue(clock, prioritySort.less);
  queue.add(info('error'));
  queue.addBackoff((await queue.next(signal))!);
  queue.add(info('waits'));
  queue.addUnschedulable((await queue.next(signal))!, queue.changes);
  const next = uid(queue);
  await settle();
  queue.moveAll(event);
  assert.equal(await next, 'waits');
  let taken: string | undefined;
  const later = uid(queue).then((name) => {
    taken = name;
  });
  await clock.step(999);
  assert.equal(taken, undefined);
  await clock.step(1);
  await later;
  assert.equal(taken, 'error');
});
