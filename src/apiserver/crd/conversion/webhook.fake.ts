// A conversion webhook on a port of 127.0.0.1, for tests: it converts between v1 (spec.hostPort) and v2 (spec.host and spec.port),
// unless a test gives it another answer.
import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ensureCertificates } from '../../../cluster/pki/ensure-certificates.ts';
import { systemClock } from '../../../kit/clock.ts';
import type { Body } from '../../../sim/api-calls.ts';

export interface Review {
  readonly apiVersion: string;
  readonly request: { readonly uid: string; readonly desiredAPIVersion: string; readonly objects: Body[] };
}

/** Answers a review: returns the response's fields, or a promise of them, or answers itself and returns undefined. */
export type Answerer = (review: Review, response: ServerResponse) => object | Promise<object> | undefined;

export interface ConversionWebhook {
  readonly clientConfig: { readonly url: string; readonly caBundle: string };
  /** All that were received. */
  readonly reviews: Review[];
  answer: Answerer;
  close(): void;
}

export async function startConversionWebhook(): Promise<ConversionWebhook> {
  const directory = mkdtempSync(join(tmpdir(), 'conversion-webhook-'));
  const certificates = ensureCertificates({ directory, clock: systemClock, nodes: [] });
  const { certificate: cert, key } = certificates.apiserver;
  const server = createServer({ cert, key }, async (request, response) => {
    response.on('error', () => {});
    const review = JSON.parse(await text(request)) as Review;
    webhook.reviews.push(review);
    const fields = await webhook.answer(review, response);
    if (!fields) return;
    const { apiVersion, request: asked } = review;
    const answered = { uid: asked.uid, ...fields };
    response.end(JSON.stringify({ apiVersion, kind: 'ConversionReview', response: answered }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/convert`;
  const caBundle = Buffer.from(certificates.ca.certificate).toString('base64');
  const webhook: ConversionWebhook = {
    clientConfig: { url, caBundle },
    reviews: [],
    answer: converts,
    close() {
      server.closeAllConnections();
      server.close();
      rmSync(directory, { recursive: true });
    },
  };
  return webhook;
}

export const success = (convertedObjects: readonly unknown[]): object => ({
  result: { status: 'Success' },
  convertedObjects,
});

export const converts: Answerer = ({ request }) =>
  success(request.objects.map((object) => convertedTo(request.desiredAPIVersion, object)));

export function convertedTo(apiVersion: string, object: Body): Body {
  const { hostPort, host, port, ...spec } = object.spec ?? {};
  const [first = '', second = ''] = (hostPort ?? `${host}:${port}`).split(':');
  const moved = apiVersion.endsWith('/v1')
    ? { hostPort: `${first}:${second}` }
    : { host: first, port: second };
  return { ...object, apiVersion, spec: { ...spec, ...moved } };
}
