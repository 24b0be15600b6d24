import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import type { OwnerReference } from '../../api/meta/v1/object-meta.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { OwnerGraph } from './graph.ts';

describe('an owner that is deleted in the foreground', () => {
  let asked: string[];
  let graph: OwnerGraph;
  const timesAsked = () => asked.filter((uid) => uid === 'owner').length;

  const object = (uid: string, metadata: KubeObject['metadata']): ConfigMap & KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: uid, namespace: 'default', uid, ...metadata },
  });
  const reference = (blockOwnerDeletion = true): OwnerReference => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    name: 'owner',
    uid: 'owner',
    blockOwnerDeletion,
  });
  const observe = (uid: string, ...ownerReferences: OwnerReference[]) =>
    graph.observe(ConfigMap, object(uid, { ownerReferences }));

  beforeEach(() => {
    asked = [];
    graph = new OwnerGraph({ toDelete: (uid) => void asked.push(uid), toOrphan: () => {} });
    observe('owner');
    for (let i = 0; i < 100; i++) observe(`child-${i}`, reference());
    observe('free', reference(false));
    graph.observe(
      ConfigMap,
      object('owner', { deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['foregroundDeletion'] }),
    );
    assert.equal(timesAsked(), 1);
  });

  it('is looked at again when the last dependent that blocks it is gone, not for each', () => {
    for (let i = 0; i < 99; i++) graph.forget(`child-${i}`);
    assert.equal(timesAsked(), 1);
    graph.forget('child-99');
    assert.equal(timesAsked(), 2);
    assert.equal(graph.node('owner')?.blocking, 0);
  });

  it('is looked at when the last one no longer refers to it, or no longer blocks it', () => {
    for (let i = 0; i < 98; i++) observe(`child-${i}`);
    observe('child-98', reference(), reference(false));
    assert.equal(timesAsked(), 1);
    observe('child-98', reference(false));
    assert.equal(timesAsked(), 1);
    observe('child-99', reference(false));
    assert.equal(timesAsked(), 2);
  });

  it('waits for one that begins to block it meanwhile', () => {
    observe('free', reference());
    for (let i = 0; i < 100; i++) graph.forget(`child-${i}`);
    assert.equal(timesAsked(), 1);
    graph.forget('free');
    assert.equal(timesAsked(), 2);
  });
});
