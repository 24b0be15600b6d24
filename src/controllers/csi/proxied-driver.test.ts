import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RestClient } from '../../client/rest/rest-client.ts';
import type { TransportRequest, TransportResponse } from '../../client/transport/transport.ts';
import { isFinal } from '../../csi/errors.ts';
import { deleteVolume } from '../../csi/messages/controller.ts';
import { answerOf, type DriverAnswer, failureOf } from '../../csi/over-http.ts';
import { SteppedClock, settle } from '../../kit/clock.fake.ts';
import { GrpcError } from '../../kit/grpc/status.ts';
import { NoSuchDriver, throughNodeProxy } from './proxied-driver.ts';

const clock = new SteppedClock();
const request = { volumeId: 'v', secrets: { key: 'secret' } };
const calling = (answer: (sent: TransportRequest) => Promise<TransportResponse>) =>
  throughNodeProxy(
    new RestClient({ transport: { request: answer, watch: () => Promise.reject(new Error()) } }),
    clock,
  )('node 1', 'disk.example.com').unary(deleteVolume, request, { timeout: 1_000 });
const answered = (
  status: number,
  { contentType, body }: DriverAnswer = { contentType: 'text/plain', body: Buffer.from('x') },
) => calling(async () => ({ status, headers: { 'content-type': contentType }, body }));

describe('a call through the node proxy', () => {
  it('has the message in the body and in the answer', async () => {
    let sent: TransportRequest | undefined;
    const got = await calling(async (one) => {
      sent = one;
      const { contentType, body } = answerOf(deleteVolume.response.encode({}));
      return { status: 200, headers: { 'content-type': contentType }, body };
    });
    assert.deepEqual(got, {});
    assert.deepEqual(
      [sent?.method, sent?.path, sent?.query],
      [
        'POST',
        '/api/v1/nodes/node%201/proxy/csi/disk.example.com/csi.v1.Controller/DeleteVolume',
        { timeout: '1000' },
      ],
    );
    assert.deepEqual(deleteVolume.request.decode(Buffer.from(sent!.body!)), request);
  });

  it('fails as the driver says', async () => {
    const full = failureOf(new GrpcError('failedPrecondition', 'in use'));
    await assert.rejects(answered(200, full), { code: 'failedPrecondition', message: 'in use' });
  });

  it('leaves open what was done when anybody else answers', async () => {
    for (const status of [403, 404, 500, 502, 503])
      await assert.rejects(answered(status), (error) => !isFinal(error));
    await assert.rejects(answered(404), (error) => error instanceof NoSuchDriver);
    await assert.rejects(
      calling(() => Promise.reject(new Error('gone'))),
      { code: 'unavailable' },
    );
  });

  it('ends when nobody answers', async () => {
    const call = calling(
      ({ signal }) =>
        new Promise((_, reject) => signal!.addEventListener('abort', () => reject(new Error('aborted')))),
    );
    const ended = assert.rejects(call, { code: 'deadlineExceeded' });
    await settle();
    await clock.step(3_001);
    await ended;
  });
});
