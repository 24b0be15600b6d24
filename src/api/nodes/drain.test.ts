import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '../kinds/core/v1/pod.ts';
import { type DrainFlags, problemsOf, verdictOf, warningText } from './drain.ts';

const STRICT: DrainFlags = {
  force: false,
  ignoreDaemonSets: false,
  deleteEmptyDirData: false,
  skipWaitAfter: 0,
};
const NOW = Date.parse('2026-01-01T00:01:40Z');

const owner = (kind: string) => ({ apiVersion: 'apps/v1', kind, name: 'o', uid: 'u', controller: true });

function pod(
  name: string,
  more: Partial<Pod['metadata']> = {},
  spec: Partial<Pod['spec']> = {},
  phase?: 'Failed',
): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'n', ...more },
    spec: { containers: [], ...spec },
    ...(phase && { status: { phase } }),
  };
}

const bare = pod('bare');
const managed = pod('managed', { ownerReferences: [owner('ReplicaSet')] });
const daemon = pod('daemon', { ownerReferences: [owner('DaemonSet')] });
const local = pod(
  'local',
  { ownerReferences: [owner('ReplicaSet')] },
  { volumes: [{ name: 'v', emptyDir: {} }] },
);

test('pods with a controller are evicted, others only by force', () => {
  assert.deepEqual(verdictOf(managed, STRICT, NOW, undefined), { evict: true });
  assert.match(verdictOf(bare, STRICT, NOW, undefined).error ?? '', /declare no controller/);
  assert.deepEqual(verdictOf(bare, { ...STRICT, force: true }, NOW, undefined), {
    evict: true,
    warning: 'deleting Pods that declare no controller',
  });
});

test('pods of a DaemonSet stop the drain or stay; without their DaemonSet they go by force', () => {
  const gone = { message: 'daemonsets.apps "o" not found', isMissing: true };
  assert.match(verdictOf(daemon, STRICT, NOW, undefined).error ?? '', /--ignore-daemonsets/);
  assert.deepEqual(verdictOf(daemon, { ...STRICT, ignoreDaemonSets: true }, NOW, undefined), {
    evict: false,
    warning: 'ignoring DaemonSet-managed Pods',
  });
  assert.equal(verdictOf(daemon, STRICT, NOW, gone).error, gone.message);
  assert.deepEqual(verdictOf(daemon, { ...STRICT, force: true }, NOW, gone), { evict: true });
});

test('data of an emptyDir is not given up unless asked for, except by pods that have ended', () => {
  assert.match(verdictOf(local, STRICT, NOW, undefined).error ?? '', /--delete-emptydir-data/);
  assert.deepEqual(verdictOf(local, { ...STRICT, deleteEmptyDirData: true }, NOW, undefined), {
    evict: true,
  });
  const ended = { ...local, status: { phase: 'Failed' as const } };
  assert.deepEqual(verdictOf(ended, STRICT, NOW, undefined), { evict: true });
});

test('mirror pods and pods that were deleted long ago are left', () => {
  const mirror = pod('m', { annotations: { 'kubernetes.io/config.mirror': 'x' } });
  const old = pod('old', { deletionTimestamp: '2026-01-01T00:00:00Z' });
  assert.deepEqual(verdictOf(mirror, STRICT, NOW, undefined), { evict: false });
  assert.deepEqual(verdictOf(old, { ...STRICT, skipWaitAfter: 99 }, NOW, undefined), { evict: false });
  assert.ok(verdictOf(old, { ...STRICT, skipWaitAfter: 100 }, NOW, undefined).error);
});

test('pods with the same reason stand in one line', () => {
  const judged = [bare, pod('other')].map((one) => ({
    pod: one,
    verdict: verdictOf(one, STRICT, NOW, undefined),
  }));
  assert.deepEqual(
    problemsOf(judged).map(({ message }) => message),
    ['cannot delete Pods that declare no controller (use --force to override): n/bare, n/other'],
  );
  const forced = judged.map(({ pod: one }) => ({
    pod: one,
    verdict: verdictOf(one, { ...STRICT, force: true }, NOW, undefined),
  }));
  assert.equal(warningText(forced), 'deleting Pods that declare no controller: n/bare, n/other');
});
