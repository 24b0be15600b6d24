import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Event } from '../../api/kinds/core/v1/event.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { silentLogger } from '../../kit/log.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { createEventRecorder, type EventRecorder, referenceTo } from './events.ts';

describe('the event recorder', () => {
  let cluster: SimCluster;
  let events: EventRecorder;
  const pod = { metadata: { name: 'web', namespace: 'default', uid: 'u1', resourceVersion: '7' } };
  beforeEach(async () => {
    cluster = await simCluster();
    const { client, clock } = cluster;
    events = createEventRecorder({ client, clock, log: silentLogger, component: 'kubelet', host: 'n1' });
  });
  afterEach(() => cluster.stop());
  const recorded = async () => {
    await events.flushed();
    return (await cluster.client.list(Event, { namespace: 'default' })).items;
  };

  it('writes events as components of Kubernetes write them', async () => {
    events.record(referenceTo(Pod, pod, 'spec.containers{c}'), 'Normal', 'Pulled', 'Image is here');
    const [event] = await recorded();
    assert.match(event!.metadata.name!, /^web\.[0-9a-f]+$/);
    assert.deepEqual(event?.involvedObject, {
      apiVersion: 'v1',
      kind: 'Pod',
      name: 'web',
      namespace: 'default',
      uid: 'u1',
      resourceVersion: '7',
      fieldPath: 'spec.containers{c}',
    });
    assert.deepEqual(event?.source, { component: 'kubelet', host: 'n1' });
    assert.deepEqual(
      [event?.type, event?.reason, event?.message, event?.count, event?.reportingComponent],
      ['Normal', 'Pulled', 'Image is here', 1, 'kubelet'],
    );
    assert.equal(event?.firstTimestamp, event?.lastTimestamp);
  });

  it('increments the count of an equal event instead of creating another', async () => {
    const say = () => events.record(referenceTo(Pod, pod), 'Warning', 'BackOff', 'Back-off restarting');
    say();
    await events.flushed();
    await cluster.step(5_000);
    say();
    const all = await recorded();
    assert.deepEqual(
      all.map((event) => event.count),
      [2],
    );
    assert.notEqual(all[0]?.firstTimestamp, all[0]?.lastTimestamp);
  });

  it('writes its event although another component names one of an equally named object alike', async () => {
    const { client, clock } = cluster;
    const other = createEventRecorder({ client, clock, log: silentLogger, component: 'other' });
    other.record(referenceTo(Pod, pod), 'Normal', 'First', 'of the other component');
    await other.flushed();
    events.record(
      { ...referenceTo(Pod, pod), kind: 'Service', uid: 'u2' },
      'Normal',
      'Second',
      'of this one',
    );
    assert.deepEqual((await recorded()).map(({ reason }) => reason).sort(), ['First', 'Second']);
  });

  it('writes events of cluster-scoped objects into the namespace default', async () => {
    const node = { kind: 'Node', apiVersion: 'v1', name: 'n1', uid: 'n1' };
    events.record(node, 'Normal', 'Starting', 'Starting kubelet.');
    assert.equal((await recorded())[0]?.involvedObject.kind, 'Node');
  });
});
