import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { SteppedClock, settle } from '../../../kit/clock.fake.ts';
import { requestInfo } from '../../request-info.ts';
import type { Queuing } from '../limits/limits.ts';
import type { WorkEstimate } from '../work-estimate.ts';
import { FlowCounts, type Rejection } from './counts.ts';
import { PriorityLevel, type Ticket } from './priority-level.ts';
import { Turns } from './turns.ts';

const QUEUING: Queuing = { queues: 8, handSize: 2, queueLengthLimit: 5 };
const INFO = requestInfo('GET', '/api/v1/pods', new URLSearchParams());
const seats = (n: number, lingerMs = 0): WorkEstimate => ({ seats: n, lingerMs, isWatch: false });

interface Client {
  readonly user: string;
  ticket?: Ticket;
  refused?: Rejection;
}

describe('a priority level', () => {
  let clock: SteppedClock;
  let counts: FlowCounts;
  let level: PriorityLevel;
  /** Users in the order in which their requests were served. */
  let served: string[];

  const make = (queuing: Queuing | undefined, limit: number, exempt = false) => {
    clock = new SteppedClock();
    counts = new FlowCounts('level', 'schema');
    served = [];
    const config = { name: 'level', uid: 'u', exempt, shares: 1, lendablePercent: 0, queuing };
    level = new PriorityLevel({ ...config, borrowingLimitPercent: undefined }, clock, new Turns(clock));
    level.limits = { nominal: limit, lower: limit, upper: limit, maxSeats: limit };
    level.setCurrent(limit);
  };
  const request = (user: string, work = seats(1), waitLimitMs = 15_000, abandoned = false): Client => {
    const client: Client = { user };
    const flow = { name: 'schema', counts, distinguisher: 'ByUser' as const };
    const asked = { flow, work, user: { name: user, groups: [] }, info: INFO };
    const begin = (ticket: Ticket) => {
      client.ticket = ticket;
      served.push(user);
    };
    const ticket = level.tryStart(asked, clock.monotonic());
    if (ticket) begin(ticket);
    else
      level.wait(
        {
          ...asked,
          distinguisher: user,
          waitLimitMs,
          laterMs: 0,
          abandoned: () => abandoned,
          start: begin,
          refuse: (reason) => {
            client.refused = reason;
          },
        },
        clock.monotonic(),
      );
    return client;
  };
  const finish = async ({ ticket }: Client) => {
    ticket!.release(clock.monotonic());
    await settle();
  };

  beforeEach(() => make(QUEUING, 2));

  it('serves at once while there are seats, then in order of arrival', async () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((user) => request(user)) as [
      Client,
      Client,
      Client,
      Client,
    ];
    assert.deepEqual([!!a.ticket, !!b.ticket, !!c.ticket, !!d.ticket], [true, true, false, false]);
    await finish(a);
    await finish(b);
    assert.deepEqual([served, level.seatsInUse], [['a', 'b', 'c', 'd'], 2]);
  });

  it('gives a flow with one request its turn before a flow with many', async () => {
    const clients = Array.from({ length: 10 }, () => request('hog'));
    request('victim');
    for (const client of clients.slice(0, 3)) await finish(client);
    // The hog has two queues, of which each may come first.
    assert.ok(served.slice(2, 5).includes('victim'), served.join(' '));
  });

  it('shares seats equally between two flows that always have requests waiting, whatever their number', async () => {
    make({ queues: 64, handSize: 1, queueLengthLimit: 1000 }, 1);
    let running = request('first');
    const clients = [...Array(300).fill('many'), ...Array(100).fill('few')].map((user) => request(user));
    for (let i = 0; i < 100; i++) {
      await clock.step(3);
      await finish(running);
      running = clients.find(({ ticket }) => ticket && level.executing > 0 && !done.has(ticket)) ?? running;
      if (running.ticket) done.add(running.ticket);
    }
    const few = served.filter((user) => user === 'few').length;
    assert.ok(few >= 45 && few <= 55, `${few} of 100`);
  });
  const done = new Set<Ticket>();

  it('counts a request for more seats as more work', async () => {
    make({ queues: 64, handSize: 1, queueLengthLimit: 1000 }, 4);
    const first = request('first', seats(4));
    const clients = Array.from({ length: 40 }, () => [request('wide', seats(4)), request('narrow')]).flat();
    let running: Client[] = [first];
    while (served.length < 50) {
      await clock.step(3);
      for (const client of running) client.ticket!.release(clock.monotonic());
      await settle();
      running = clients.filter(({ ticket }) => ticket && !done.has(ticket));
      for (const { ticket } of running) done.add(ticket!);
    }
    const count = (user: string) => served.filter((one) => one === user).length;
    assert.ok(count('narrow') > 2.5 * count('wide'), `${count('narrow')} ${count('wide')}`);
  });

  it('refuses a request when the queues of its flow are full', () => {
    request('x');
    request('x');
    const clients = Array.from({ length: 12 }, () => request('hog'));
    assert.deepEqual(clients.map(({ refused }) => refused).filter(Boolean), ['queue-full', 'queue-full']);
    assert.equal(counts.rejected['queue-full'], 2);
    assert.equal(counts.inQueue, 10);
  });

  it('keeps a burst of one client waiting when only the event loop is behind', async () => {
    make(QUEUING, 1000);
    let late = 0;
    // The clock moves with each request, so that the turn has no time left after a few of them.
    clock.monotonic = () => late++;
    const clients = Array.from({ length: 80 }, () => request('burst'));
    assert.ok(clients.every(({ refused }) => refused === undefined));
    for (let turn = 0; turn < 40; turn++) await settle();
    assert.ok(clients.every(({ ticket }) => ticket));
  });

  it('refuses at once when it has no queues', async () => {
    make(undefined, 1);
    const first = request('a');
    assert.equal(request('b').refused, 'concurrency-limit');
    await finish(first);
    assert.ok(request('b').ticket);
  });

  it('refuses a request that has waited for too long', async () => {
    const running = [request('a'), request('a')];
    const late = request('b', seats(1), 1000);
    await clock.step(999);
    assert.equal(late.refused, undefined);
    await clock.step(1);
    assert.equal(late.refused, 'time-out');
    await finish(running[0]!);
    assert.deepEqual([late.ticket, level.queues!.length, level.seatsInUse], [undefined, 0, 1]);
  });

  it('does not serve a client that has disconnected, and serves the next instead', async () => {
    const running = [request('a'), request('a')];
    const gone = request('b', seats(1), 1000, true);
    const next = request('c');
    await finish(running[0]!);
    assert.deepEqual([gone.ticket, gone.refused, !!next.ticket], [undefined, 'cancelled', true]);
  });

  it('holds the seats of a write for its watchers after the reply', async () => {
    make(QUEUING, 4);
    await finish(request('a', seats(4, 50)));
    const next = request('b');
    await clock.step(49);
    assert.equal(next.ticket, undefined);
    await clock.step(1);
    assert.ok(next.ticket);
  });

  it('serves a request for more seats than it has when nothing else runs', async () => {
    const running = request('a');
    const wide = request('b', seats(10));
    await settle();
    assert.equal(wide.ticket, undefined);
    await finish(running);
    assert.ok(wide.ticket);
  });

  it('serves waiting requests when its limit grows', async () => {
    const clients = Array.from({ length: 6 }, () => request('a'));
    level.setCurrent(5);
    await settle();
    assert.equal(clients.filter(({ ticket }) => ticket).length, 5);
  });

  it('that is exempt serves everything', () => {
    make(undefined, 0, true);
    const clients = Array.from({ length: 100 }, () => request('admin', seats(10)));
    assert.ok(clients.every(({ ticket }) => ticket));
  });

  it('a ticket released twice frees its seats once', async () => {
    const a = request('a');
    await finish(a);
    await finish(a);
    assert.deepEqual([level.seatsInUse, level.executing], [0, 0]);
  });

  it('measures its demand: average, highest value and deviation over time', async () => {
    request('a', seats(2));
    await clock.step(1000);
    request('b', seats(2));
    await clock.step(1000);
    const { average, highWatermark, deviation } = level.demand.collect(clock.monotonic());
    assert.deepEqual([average, highWatermark, deviation], [3, 4, 1]);
  });
});
