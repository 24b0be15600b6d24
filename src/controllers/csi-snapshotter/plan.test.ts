import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type {
  VolumeSnapshotContent,
  VolumeSnapshotContentStatus,
} from '../../api/kinds/snapshot/v1/volume-snapshot-content.ts';
import { BEING_CREATED, BEING_DELETED, CONTENT_PROTECTION } from '../../api/volumes/snapshots/names.ts';
import { aContent } from '../../sim/objects/snapshots.ts';
import { isNews, planContent } from './plan.ts';

type Metadata = VolumeSnapshotContent['metadata'];

const ref = { name: 's', namespace: 'default', uid: 'u' };
const content = (
  status?: VolumeSnapshotContentStatus,
  metadata: Metadata = {},
  spec: Partial<VolumeSnapshotContent['spec']> = {},
): VolumeSnapshotContent => {
  const made = aContent('c', { source: { volumeHandle: 'h' }, volumeSnapshotRef: ref, ...spec });
  return {
    ...made,
    metadata: { ...made.metadata, finalizers: [CONTENT_PROTECTION], ...metadata },
    ...(status && { status }),
  };
};
const deletionTimestamp = '2026-01-01T00:00:00Z';
const leaving = { [BEING_DELETED]: 'yes' };
const unsure = { [BEING_CREATED]: 'yes' };
const taken = { snapshotHandle: 'x', readyToUse: true };

describe('what is done about a content', () => {
  it('depends on how far its snapshot is', () => {
    assert.equal(planContent(content()), 'take');
    assert.equal(planContent(content({ readyToUse: false })), 'take');
    assert.equal(planContent(content(taken)), 'settle');
    const source = { snapshotHandle: 'x' };
    assert.equal(planContent(content(undefined, {}, { source })), 'look');
  });

  it('is nothing until the content cannot go without us', () => {
    assert.equal(planContent(content(undefined, { finalizers: [] })), 'nothing');
    assert.equal(planContent(content(undefined, { annotations: leaving })), 'nothing');
    assert.equal(planContent(content(undefined, { annotations: { ...leaving, ...unsure } })), 'take');
  });

  it('is deletion when its snapshot goes and the driver has answered', () => {
    const gone = { deletionTimestamp, annotations: leaving };
    assert.equal(planContent(content(taken, gone)), 'delete');
    assert.equal(planContent(content(taken, gone, { deletionPolicy: 'Retain' })), 'release');
    assert.equal(planContent(content({ readyToUse: false }, gone)), 'release');
    assert.equal(planContent(content(taken, { deletionTimestamp })), 'settle');
    const both = { deletionTimestamp, annotations: { ...leaving, ...unsure } };
    assert.equal(planContent(content(undefined, both)), 'take');
  });

  it('is nothing in the storage system if the content was never bound', () => {
    const volumeSnapshotRef = { name: 's', namespace: 'default' };
    const spec = { source: { snapshotHandle: 'x' }, volumeSnapshotRef };
    assert.equal(planContent(content(undefined, { deletionTimestamp }, spec)), 'release');
  });
});

describe('changes of a content', () => {
  it('count unless they are our own', () => {
    const before = content();
    assert.equal(isNews(content({ error: { message: 'failed' } }), before), false);
    assert.equal(isNews(content(undefined, { annotations: unsure }), before), false);
    assert.equal(isNews(content(taken), before), true);
    assert.equal(isNews(content(undefined, { annotations: leaving }), before), true);
    assert.equal(isNews(before, content(undefined, { finalizers: [] })), true);
  });
});
