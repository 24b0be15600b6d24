import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import type { Clock } from '../../kit/clock.ts';
import { silentLogger } from '../../kit/log.ts';
import { MetricsRegistry } from '../../kit/metrics.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import type { EventRecorder } from '../events/events.ts';
import { RestClient } from '../rest/rest-client.ts';
import type { Transport, TransportRequest } from '../transport/transport.ts';
import { candidateIdentity, type LeaderElectionOptions, runAsLeader } from './leader-election.ts';

/** A line to the API server that can be cut, so that requests are lost, and whose answers can be held up. */
class Line implements Transport {
  readonly #transport: Transport;
  cut = false;
  held: Promise<void> | undefined;
  readonly sent: string[] = [];

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async request(request: TransportRequest) {
    this.sent.push(request.method);
    if (this.cut) return new Promise<never>(() => {});
    const response = await this.#transport.request(request);
    await this.held;
    return response;
  }

  watch(request: TransportRequest) {
    return this.#transport.watch(request);
  }
}

describe('leader election', () => {
  let cluster: SimCluster;
  let leading: string[];
  beforeEach(async () => {
    cluster = await simCluster();
    leading = [];
  });
  afterEach(() => cluster.stop());

  const candidate = (identity: string, options: Partial<LeaderElectionOptions> = {}) => {
    const stop = new AbortController();
    const { clock, random } = cluster;
    const line = new Line(cluster.transport);
    const client = new RestClient({ transport: line });
    const lease = { namespace: 'kube-system', name: 'manager' };
    const finish = Promise.withResolvers<void>();
    const over = runAsLeader(
      { client, clock, random, log: silentLogger, ...lease, identity, ...options },
      async (signal) => {
        leading.push(identity);
        signal.addEventListener('abort', () => finish.resolve());
        await finish.promise.finally(() => leading.splice(leading.indexOf(identity), 1));
      },
      stop.signal,
    );
    over.catch(() => {});
    return { stop: () => stop.abort(), over, line, fail: finish.reject };
  };
  const lease = async () => (await cluster.client.get(Lease, 'manager', 'kube-system')).spec!;
  /** Steps in small steps and makes sure that there is never more than one leader. */
  const stepWithOneLeader = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 250) {
      await cluster.step(250);
      assert.ok(leading.length <= 1, `${leading.join(' and ')} lead at once after ${passed} ms`);
    }
  };

  it('gives the lead to one of those who ask at once, and keeps it there', async () => {
    const candidates = ['a', 'b', 'c'].map((name) => candidate(name));
    await stepWithOneLeader(60_000);
    assert.equal(leading.length, 1);
    const { holderIdentity, leaseDurationSeconds, leaseTransitions } = await lease();
    assert.deepEqual([holderIdentity, leaseDurationSeconds, leaseTransitions], [leading[0], 15, 0]);
    for (const one of candidates) one.stop();
    await Promise.all(candidates.map((one) => one.over));
  });

  it('renews every two seconds without reading, and keeps the time of acquiring', async () => {
    const a = candidate('a');
    await cluster.settle();
    const before = await lease();
    a.line.sent.length = 0;
    await cluster.step(10_000);
    const after = await lease();
    assert.deepEqual(a.line.sent, Array(5).fill('PUT'));
    assert.equal(after.acquireTime, before.acquireTime);
    assert.equal(Date.parse(after.renewTime!) - Date.parse(before.renewTime!), 10_000);
    a.stop();
    await a.over;
  });

  it('reads again when another candidate has changed the lease', async () => {
    const a = candidate('a');
    await cluster.settle();
    const labels = { seen: 'yes' };
    await cluster.client.patch(Lease, 'manager', 'kube-system', 'merge', { metadata: { labels } });
    a.line.sent.length = 0;
    await cluster.step(2_000);
    assert.deepEqual(a.line.sent, ['PUT', 'GET', 'PUT']);
    assert.deepEqual(leading, ['a']);
    a.stop();
    await a.over;
  });

  it('passes the lead on at once when the leader gives the lease back', async () => {
    const a = candidate('a');
    await cluster.settle();
    const b = candidate('b');
    await cluster.settle();
    a.stop();
    await a.over;
    const { holderIdentity, leaseDurationSeconds, leaseTransitions } = await lease();
    assert.deepEqual([holderIdentity, leaseDurationSeconds, leaseTransitions], [undefined, 1, 0]);
    await stepWithOneLeader(6_000);
    assert.deepEqual(leading, ['b']);
    assert.equal((await lease()).leaseTransitions, 1);
    b.stop();
    await b.over;
  });

  it('passes the lead on when the leader has not renewed for the length of the lease, whatever the clocks say', async () => {
    const spec = {
      holderIdentity: 'dead',
      leaseDurationSeconds: 15,
      leaseTransitions: 3,
      renewTime: '2031-01-01T00:00:00.000000Z',
    };
    const metadata = { name: 'manager', namespace: 'kube-system' };
    await cluster.client.create(Lease, {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata,
      spec,
    });
    const { clock } = cluster;
    const ahead: Clock = {
      now: () => clock.now() + 3_600_000,
      monotonic: () => clock.monotonic(),
      after: (ms, fn) => clock.after(ms, fn),
      every: (ms, fn) => clock.every(ms, fn),
      sleep: (ms, signal) => clock.sleep(ms, signal),
      turn: () => clock.turn(),
    };
    const b = candidate('b', { clock: ahead });
    await cluster.step(14_900);
    assert.deepEqual(leading, []);
    await cluster.step(4_600);
    assert.deepEqual(leading, ['b']);
    assert.equal((await lease()).leaseTransitions, 4);
    b.stop();
    await b.over;
  });

  it('never has two leaders when the leader loses its line, nor when it comes back', async () => {
    const a = candidate('a');
    await cluster.settle();
    const b = candidate('b');
    await stepWithOneLeader(10_000);
    a.line.cut = true;
    await stepWithOneLeader(11_750);
    assert.deepEqual(leading, ['a']);
    await stepWithOneLeader(750);
    assert.deepEqual(leading, []);
    await stepWithOneLeader(10_000);
    assert.deepEqual(leading, ['b']);
    a.line.cut = false;
    await a.over;
    assert.equal((await lease()).holderIdentity, 'b');
    b.stop();
    await b.over;
  });

  it('counts a renewal from when it was sent, not from when its answer came', async () => {
    const a = candidate('a');
    await cluster.settle();
    const b = candidate('b');
    // The renewal after two seconds is written at once, but its answer takes nine.
    const answer = Promise.withResolvers<void>();
    a.line.held = answer.promise;
    await stepWithOneLeader(11_000);
    answer.resolve();
    a.line.cut = true;
    await stepWithOneLeader(5_750);
    assert.deepEqual(leading, ['a']);
    await stepWithOneLeader(250);
    assert.deepEqual(leading, []);
    await stepWithOneLeader(10_000);
    assert.deepEqual(leading, ['b']);
    b.stop();
    await b.over;
  });

  it('stops leading at the next renewal when another candidate has taken the lease', async () => {
    const a = candidate('a');
    await cluster.settle();
    const holderIdentity = 'usurper';
    await cluster.client.patch(Lease, 'manager', 'kube-system', 'merge', { spec: { holderIdentity } });
    await cluster.step(2_000);
    assert.deepEqual(leading, []);
    await a.over;
    assert.equal((await lease()).holderIdentity, holderIdentity);
  });

  it('gives the lease back and fails when the work fails', async () => {
    const a = candidate('a');
    await cluster.settle();
    a.fail(new Error('the work failed'));
    await assert.rejects(a.over, /the work failed/);
    assert.equal((await lease()).holderIdentity, undefined);
  });

  it('records who became and who stopped being the leader', async () => {
    const recorded: string[] = [];
    const events: EventRecorder = {
      record: (object, type, reason, message) =>
        recorded.push(`${object.kind}/${object.name} ${type} ${reason}: ${message}`),
      flushed: async () => {},
    };
    const a = candidate('a', { events });
    await cluster.settle();
    a.stop();
    await a.over;
    assert.deepEqual(recorded, [
      'Lease/manager Normal LeaderElection: a became leader',
      'Lease/manager Normal LeaderElection: a stopped leading',
    ]);
  });

  it('shows in a metric whether it leads', async () => {
    const metrics = new MetricsRegistry();
    const shown = () => /^leader_election_master_status\{name="manager"\} (.)$/m.exec(metrics.render())?.[1];
    const a = candidate('a');
    await cluster.settle();
    const b = candidate('b', { metrics });
    await cluster.step(4_000);
    assert.equal(shown(), '0');
    a.stop();
    await a.over;
    await cluster.step(6_000);
    assert.equal(shown(), '1');
    b.stop();
    await b.over;
    assert.equal(shown(), '0');
  });

  it('refuses timings that could make two leaders', async () => {
    await assert.rejects(candidate('a', { renewDeadlineMs: 15_000 }).over, /leaseDuration must be greater/);
    await assert.rejects(candidate('a', { retryPeriodMs: 9_000 }).over, /renewDeadline must be greater/);
  });

  it('names candidates by host and UUID', () => {
    assert.match(candidateIdentity('host-1', cluster.random), /^host-1_[0-9a-f]{8}-[0-9a-f-]{27}$/);
  });
});
