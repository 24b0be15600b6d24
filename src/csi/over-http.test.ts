// Both ends of the form that calls have over HTTP.
import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { GrpcError } from '../kit/grpc/status.ts';
import { createVolume } from './messages/controller.ts';
import { getPluginInfo } from './messages/identity.ts';
import { nodeGetInfo } from './messages/node.ts';
import { answerOf, callOf, callPath, callQuery, failureOf, resultOf, timeoutOf } from './over-http.ts';

describe('calls of drivers over HTTP', () => {
  it('name the driver and the method', () => {
    const path = callPath('disk.example.com', createVolume);
    assert.equal(path, '/csi/disk.example.com/csi.v1.Controller/CreateVolume');
    assert.deepEqual(callOf(path), { driver: 'disk.example.com', path: createVolume.path });
  });

  it('are none of the Node service, nor of anything else', () => {
    for (const path of [
      callPath('d', nodeGetInfo),
      '/csi/d/grpc.health.v1.Health/Check',
      '/csi/d/csi.v1.Controller/CreateVolume/more',
      '/csi/d/csi.v1.Controller/',
      '/csi//csi.v1.Controller/CreateVolume',
      '/csi/',
      '/pods',
    ])
      assert.equal(callOf(path), undefined, path);
  });

  it('have a limited time', () => {
    assert.equal(timeoutOf(callQuery({ timeout: 1500 }).timeout!), 1500);
    assert.equal(timeoutOf(callQuery({}).timeout!), 120_000);
    assert.equal(timeoutOf('86400000'), 300_000);
    assert.equal(timeoutOf('x'), 120_000);
    assert.equal(timeoutOf(null), 120_000);
  });

  it('are answered with the message', () => {
    const info = { name: 'd', vendorVersion: '1', manifest: {} };
    assert.deepEqual(resultOf(getPluginInfo, answerOf(getPluginInfo.response.encode(info))), info);
  });

  it('fail as the driver says', () => {
    const answer = failureOf(new GrpcError('resourceExhausted', 'full'));
    assert.deepEqual(JSON.parse(String(answer.body)), { code: 8, message: 'full' });
    assert.throws(() => resultOf(getPluginInfo, answer), { code: 'resourceExhausted', message: 'full' });
    assert.throws(() => resultOf(getPluginInfo, failureOf(new Error('odd'))), {
      code: 'unknown',
      message: 'odd',
    });
  });

  it('fail when the answer makes no sense', () => {
    const odd = { contentType: 'text/html', body: Buffer.from('<html>') };
    assert.throws(() => resultOf(getPluginInfo, odd), { code: 'internal' });
  });
});
