// What CSI drivers answer and are asked, as messages and over HTTP.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createVolume, getCapacity } from '../../../src/csi/messages/controller.ts';
import { getPluginInfo } from '../../../src/csi/messages/identity.ts';
import { nodeGetInfo, nodeGetVolumeStats, nodeStageVolume } from '../../../src/csi/messages/node.ts';
import { createSnapshot, listSnapshots } from '../../../src/csi/messages/snapshots.ts';
import {
  answerOf,
  callOf,
  callPath,
  callQuery,
  resultOf,
  STATUS_TYPE,
  timeoutOf,
} from '../../../src/csi/over-http.ts';
import { isGrpcError } from '../../../src/kit/grpc/status.ts';
import type { Message } from '../../../src/kit/protobuf/message.ts';
import { ProtobufError } from '../../../src/kit/protobuf/wire.ts';
import { nearMissBytes, nearMisses, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const topology = { segments: { 'topology.example.com/zone': 'a' } };
const capability = {
  block: undefined,
  mount: { fsType: 'ext4', mountFlags: ['ro'], volumeMountGroup: '5' },
  accessMode: { mode: 'SINGLE_NODE_WRITER' },
} as const;
const source = { snapshot: { snapshotId: 's' }, volume: undefined };
const snapshot = {
  ...{ sizeBytes: 2 ** 40, snapshotId: 's', sourceVolumeId: 'h', readyToUse: true, groupSnapshotId: '' },
  creationTime: { seconds: 1_800_000_000, nanos: 5 },
};
const volume = {
  ...{ capacityBytes: 1 << 30, volumeId: 'h', volumeContext: { a: 'b' }, contentSource: source },
  accessibleTopology: [topology],
};
const range = { requiredBytes: 1 << 30, limitBytes: 0 };

const sample = <T>(message: Message<T>, value: T) => ({
  bytes: message.encode(value),
  again: (bytes: Buffer) => message.encode(message.decode(bytes)),
});
const samples = [
  sample(createVolume.request, {
    ...{ name: 'pvc-1', capacityRange: range, volumeCapabilities: [capability], parameters: { p: 'v' } },
    ...{ secrets: { s: 'x' }, volumeContentSource: source, mutableParameters: {} },
    accessibilityRequirements: { requisite: [topology], preferred: [topology] },
  }),
  sample(createVolume.response, { volume }),
  sample(getCapacity.response, { availableCapacity: 5, maximumVolumeSize: 3, minimumVolumeSize: undefined }),
  sample(nodeStageVolume.request, {
    ...{ volumeId: 'h', publishContext: {}, stagingTargetPath: '/p', secrets: {}, volumeContext: {} },
    volumeCapability: capability,
  }),
  sample(nodeGetInfo.response, { nodeId: 'n', maxVolumesPerNode: 8, accessibleTopology: topology }),
  sample(nodeGetVolumeStats.response, {
    usage: [{ available: 1, total: 3, used: 2, unit: 'BYTES' }],
    volumeCondition: { abnormal: true, message: 'm' },
  }),
  sample(createSnapshot.response, { snapshot }),
  sample(listSnapshots.response, { entries: [{ snapshot }], nextToken: 't' }),
];

const status = (text: string) => ({ contentType: STATUS_TYPE, body: Buffer.from(text) });
const answer = fc.oneof(
  nearMissBytes(samples.map(({ bytes }) => bytes)).map((bytes) => answerOf(Buffer.from(bytes))),
  nearMisses(['{"code":8,"message":"full"}', '{"code":1e9}', 'null', '{"code":{},"message":[]}']).map(status),
);

export const targets = [
  fuzzTarget({
    name: 'csi/messages',
    input: fc
      .constantFrom(...samples)
      .chain((one) => nearMissBytes([one.bytes]).map((bytes) => ({ one, bytes: Buffer.from(bytes) }))),
    run: ({ one, bytes }) => {
      const again = one.again(bytes);
      assert.deepEqual(one.again(again), again);
    },
    refuses: (error) => error instanceof ProtobufError,
  }),
  fuzzTarget({
    name: 'csi/call-path',
    input: fc.oneof(
      nearMisses([callPath('disk.example.com', createVolume), callPath('d', getPluginInfo)]),
      piecesOf(['/csi/', '/', 'csi.v1.Controller', 'csi.v1.Node', '..', '%2f', '?']),
    ),
    run: (path) => {
      const call = callOf(path);
      if (call) assert.match(call.path, /^\/csi\.v1\.(Identity|Controller)\/[^/]+$/);
    },
    refuses: () => false,
  }),
  fuzzTarget({
    name: 'csi/call-timeout',
    input: nearMisses([callQuery({}).timeout!, '1e99', '-5', 'Infinity', '0x10']),
    run: (text) => assert.ok(timeoutOf(text) > 0 && timeoutOf(text) <= 300_000),
    refuses: () => false,
  }),
  fuzzTarget({
    name: 'csi/answers',
    input: answer,
    run: (given) => resultOf(createVolume, given),
    refuses: (error) => isGrpcError(error) && typeof error.message === 'string',
  }),
];
