// One query to one upstream server: over UDP, and over TCP when the response is truncated. Called by upstream.ts.
import dgram from 'node:dgram';
import net, { isIPv6 } from 'node:net';
import type { Clock } from '../../../kit/clock.ts';
import type { Random } from '../../../kit/random.ts';
import { HEADER } from '../message/codes.ts';
import { optRecord } from '../message/opt.ts';
import type { Question } from '../message/question.ts';
import { parseReply, type UpstreamReply } from '../message/unpack.ts';
import { addressText, type ServerAddress } from './server-address.ts';

export interface ExchangeTools {
  readonly clock: Clock;
  readonly random: Pick<Random, 'bytes'>;
}

/** Rejects when the server does not answer within `timeout` milliseconds. */
export async function exchange(
  server: ServerAddress,
  question: Question,
  timeout: number,
  { clock, random }: ExchangeTools,
): Promise<UpstreamReply> {
  const started = clock.monotonic();
  const message = queryMessage(question, random);
  const response = await overUdp(server, message, timeout, clock);
  const truncated = (response[2]! & 2) !== 0;
  const left = timeout - (clock.monotonic() - started);
  const whole = truncated ? await overTcp(server, message, Math.max(1, left), clock) : response;
  const reply = parseReply(whole, HEADER + question.question.length);
  if (!reply) throw new Error(`${addressText(server)} sent a malformed response`);
  return reply;
}

/** With an id that the client does not know, and nothing of the client's but its question and flags. */
function queryMessage(question: Question, random: Pick<Random, 'bytes'>): Buffer {
  const header = Buffer.alloc(HEADER);
  random.bytes(2).copy(header);
  // Recursion is desired.
  header[2] = 1;
  header[3] = question.checkingDisabled ? 0x10 : 0;
  [header[5], header[11]] = [1, 1];
  return Buffer.concat([header, question.question, optRecord(0, question.dnssecOk)]);
}

/** Whether `received` is a response to `message`: with its id and its question. */
function isResponse(message: Buffer, received: Buffer): boolean {
  if (received.length < HEADER || received.readUInt16BE(0) !== message.readUInt16BE(0)) return false;
  if ((received[2]! & 0x80) === 0 || received.readUInt16BE(4) !== 1) return false;
  const end = message.length - optRecord(0, false).length;
  if (received.length < end) return false;
  return questionText(received, end) === questionText(message, end);
}

const questionText = (message: Buffer, end: number): string =>
  message.toString('latin1', HEADER, end).toLowerCase();

function overUdp(server: ServerAddress, message: Buffer, timeout: number, clock: Clock): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The kernel chooses a random port, and a connected socket takes messages of this server only.
    const socket = dgram.createSocket(isIPv6(server.host) ? 'udp6' : 'udp4');
    const end = (act: () => void) => {
      timer.cancel();
      socket.close();
      act();
    };
    const timer = clock.after(timeout, () =>
      end(() => reject(new Error(`${addressText(server)} did not answer`))),
    );
    socket.on('message', (received) => {
      if (isResponse(message, received)) end(() => resolve(received));
    });
    socket.on('error', (error) => end(() => reject(error)));
    socket.connect(server.port, server.host, () => socket.send(message));
  });
}

function overTcp(server: ServerAddress, message: Buffer, timeout: number, clock: Clock): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(server.port, server.host);
    const chunks: Buffer[] = [];
    let [length, size] = [0, 2];
    const end = (act: () => void) => {
      timer.cancel();
      socket.destroy();
      act();
    };
    const fail = (why: string) => end(() => reject(new Error(`${addressText(server)} ${why}`)));
    const timer = clock.after(timeout, () => fail('did not answer'));
    socket.on('connect', () => socket.write(Buffer.concat([lengthOf(message), message])));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length < size) return;
      const received = Buffer.concat(chunks);
      size = 2 + received.readUInt16BE(0);
      if (length < size) return;
      const response = received.subarray(2, size);
      if (isResponse(message, response)) end(() => resolve(response));
      else fail('answered another query');
    });
    socket.on('error', (error) => end(() => reject(error)));
    socket.on('end', () => fail('closed the connection'));
  });
}

/** What stands before a message over TCP. */
export function lengthOf({ length }: Buffer): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(length);
  return bytes;
}
