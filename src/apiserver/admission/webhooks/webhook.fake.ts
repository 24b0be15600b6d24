// An admission webhook on a port of 127.0.0.1, for tests: it admits everything, unless a test gives it another answer.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { ensureCertificates } from '../../../cluster/pki/ensure-certificates.ts';
import { systemClock } from '../../../kit/clock.ts';
import type { Body } from '../../../sim/api-calls.ts';

export interface AdmissionWebhook {
  readonly clientConfig: { readonly url: string; readonly caBundle: string };
  /** The requests of all reviews. */
  readonly asked: Body[];
  /** That were made so far. */
  connections: number;
  answer: (request: Body) => object;
}

export async function startAdmissionWebhook(t: TestContext): Promise<AdmissionWebhook> {
  const directory = mkdtempSync(join(tmpdir(), 'admission-webhook-'));
  const certificates = ensureCertificates({ directory, clock: systemClock, nodes: [] });
  const { certificate: cert, key } = certificates.apiserver;
  const server = createServer({ cert, key }, async (request, response) => {
    const review = JSON.parse(await text(request));
    webhook.asked.push(review.request);
    const verdict = { uid: review.request.uid, ...webhook.answer(review.request) };
    response.end(JSON.stringify({ ...review, request: undefined, response: verdict }));
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true });
  });
  server.on('secureConnection', () => void webhook.connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const webhook: AdmissionWebhook = {
    clientConfig: {
      url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      caBundle: Buffer.from(certificates.ca.certificate).toString('base64'),
    },
    asked: [],
    connections: 0,
    answer: () => ({ allowed: true }),
  };
  return webhook;
}
