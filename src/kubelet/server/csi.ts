// Calls of the node's CSI drivers from outside: their Identity and Controller services, in the form of csi/over-http.ts.
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  answerOf,
  callOf,
  DRIVERS_PATH,
  type DriverList,
  failureOf,
  MAX_MESSAGE,
  timeoutOf,
} from '../../csi/over-http.ts';
import type { KubeletBackend } from './backend.ts';
import { HttpFailure } from './failure.ts';

export interface CsiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly stream: IncomingMessage;
}

export async function serveCsi(
  { csi }: Pick<KubeletBackend, 'csi'>,
  request: CsiRequest,
  response: ServerResponse,
): Promise<void> {
  const isList = `${request.path}/` === DRIVERS_PATH;
  if (request.method !== (isList ? 'GET' : 'POST')) throw new HttpFailure(405, '405: Method Not Allowed');
  if (isList) {
    const list: DriverList = { drivers: (await csi?.list()) ?? [] };
    response.setHeader('Content-Type', 'application/json');
    return void response.end(JSON.stringify(list));
  }
  const call = callOf(request.path);
  if (!call) throw new HttpFailure(404, '404: Page Not Found');
  const message = await bodyOf(request.stream);
  const called = csi?.call(call, message, timeoutOf(request.query.get('timeout')));
  if (!called) throw new HttpFailure(404, `CSI driver ${call.driver} is not registered`);
  const { contentType, body } = await called.then(answerOf, failureOf);
  response.setHeader('Content-Type', contentType);
  response.end(body);
}

async function bodyOf(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_MESSAGE) throw new HttpFailure(413, 'the message is too long');
    parts.push(part);
  }
  return Buffer.concat(parts);
}
