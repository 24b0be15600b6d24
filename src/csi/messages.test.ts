// Field numbers as csi.proto has them: what a driver written against the specification would send and read.
import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { GrpcError } from '../kit/grpc/status.ts';
import { inProcess, served } from './caller.ts';
import { isFinal } from './errors.ts';
import { controllerGetCapabilities, createVolume } from './messages/controller.ts';
import { getPluginCapabilities, getPluginInfo } from './messages/identity.ts';
import { nodeGetInfo } from './messages/node.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('messages of CSI', () => {
  it('writes a volume capability with the access type as a choice', () => {
    const request = createVolume.request.encode({
      name: 'v',
      capacityRange: { requiredBytes: 1, limitBytes: 0 },
      volumeCapabilities: [
        { block: {}, mount: undefined, accessMode: { mode: 'SINGLE_NODE_SINGLE_WRITER' } },
      ],
      parameters: {},
      secrets: {},
      volumeContentSource: undefined,
      accessibilityRequirements: undefined,
      mutableParameters: { a: 'b' },
    });
    assert.equal(
      request.toString('hex'),
      hex('0a0176 12020801 1a06 0a00 1a020806 4206 0a0161 120162').toString('hex'),
    );
  });

  it('reads capabilities, those of later versions as unrecognized', () => {
    const answer = controllerGetCapabilities.response.decode(hex('0a04 0a02 0801 0a04 0a02 0863'));
    assert.deepEqual(
      answer.capabilities.map(({ rpc }) => rpc?.type),
      ['CREATE_DELETE_VOLUME', 'UNRECOGNIZED'],
    );
    const plugin = getPluginCapabilities.response.decode(hex('0a04 0a02 0801 0a04 1202 0801'));
    assert.equal(plugin.capabilities[0]?.service?.type, 'CONTROLLER_SERVICE');
    assert.equal(plugin.capabilities[1]?.volumeExpansion?.type, 'ONLINE');
  });

  it('reads what a node says of itself', () => {
    const info = nodeGetInfo.response.decode(hex('0a016e 1005 1a08 0a06 0a017a 120161'));
    assert.deepEqual(info, {
      nodeId: 'n',
      maxVolumesPerNode: 5,
      accessibleTopology: { segments: { z: 'a' } },
    });
  });
});

describe('a driver of this process', () => {
  const driver = inProcess([
    served(getPluginInfo, async () => ({ name: 'd.example.com', vendorVersion: '1', manifest: {} })),
  ]);

  it('is called like one behind a socket', async () => {
    assert.equal((await driver.unary(getPluginInfo, {})).name, 'd.example.com');
  });

  it('refuses methods that it does not have', async () => {
    await assert.rejects(driver.unary(nodeGetInfo, {}), { code: 'unimplemented' });
  });
});

describe('failed calls', () => {
  it('leave the volume open unless the driver answered for good', () => {
    assert.equal(isFinal(new GrpcError('invalidArgument', '')), true);
    assert.equal(isFinal(new GrpcError('deadlineExceeded', '')), false);
    assert.equal(isFinal(new GrpcError('unavailable', '')), false);
    assert.equal(isFinal(new Error('connection lost')), false);
  });
});
