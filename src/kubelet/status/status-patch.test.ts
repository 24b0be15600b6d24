import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PodStatus } from '../../api/kinds/core/v1/pod-status.ts';
import { statusPatch } from './status-patch.ts';

test('equal statuses need no patch, whatever the order of keys and however emptiness is written', () => {
  const a: PodStatus = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
  // As the API's JSON has it.
  const b: PodStatus = JSON.parse(
    '{"conditions":[{"status":"True","type":"Ready","lastProbeTime":null}],"phase":"Running"}',
  );
  assert.equal(statusPatch(a, b), undefined);
});

test('only changed conditions are sent, with fields that are gone set to null', () => {
  const from: PodStatus = {
    conditions: [
      { type: 'Ready', status: 'False', reason: 'ContainersNotReady' },
      { type: 'example.com/up', status: 'True' },
    ],
  };
  const to: PodStatus = { conditions: [{ type: 'Ready', status: 'True' }] };
  assert.deepEqual(statusPatch(from, to), { conditions: [{ type: 'Ready', status: 'True', reason: null }] });
});

test('a condition of the kubelet’s own that has gone is deleted', () => {
  const from: PodStatus = { conditions: [{ type: 'PodResizePending', status: 'True' }] };
  assert.deepEqual(statusPatch(from, {}), { conditions: [{ $patch: 'delete', type: 'PodResizePending' }] });
});

test('an address that was replaced is deleted by name', () => {
  assert.deepEqual(statusPatch({ podIPs: [{ ip: '10.0.0.1' }] }, { podIPs: [{ ip: '10.0.0.2' }] }), {
    podIPs: [{ ip: '10.0.0.2' }, { $patch: 'delete', ip: '10.0.0.1' }],
  });
});

test('fields that others own are left alone', () => {
  assert.equal(statusPatch({ nominatedNodeName: 'x', qosClass: 'Burstable' }, {}), undefined);
});
