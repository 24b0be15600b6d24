// What clients and runtimes send on upgraded connections: WebSocket messages and frames, HTTP/1.1 heads, the final Status.
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { acceptWebSocket } from '../../../src/kit/http1/web-socket.ts';
import type { KubeletBackend } from '../../../src/kubelet/server/backend.ts';
import { streamTarget, urlOf } from '../../../src/kubelet/server/path.ts';
import { WebSocketChannels } from '../../../src/kubelet/server/streaming/channels.ts';
import { exitCodeStatus, statusFromRuntime } from '../../../src/kubelet/server/streaming/exit-status.ts';
import { serveUpgrade } from '../../../src/kubelet/server/streaming/upgrades.ts';
import { jsonValues, nearMissBytes, nearMisses, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const never = () => false;
const byte = fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 255), fc.nat(255));
const message = fc
  .tuple(
    fc.array(byte, { maxLength: 3 }),
    fc.oneof(
      fc.string(),
      piecesOf(['x', '{"Width":80,"Height":24}']).map((text) => text.slice(0, 60_000)),
    ),
  )
  .map(([head, rest]) => Buffer.concat([Buffer.from(head), Buffer.from(rest)]));

/** A masked frame of a client. */
function frame(opcode: number, payload: Buffer, length = payload.length): Buffer {
  const head =
    length < 126 ? [0x80 | opcode, 0x80 | length] : [0x80 | opcode, 0xfe, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), payload]);
}
const session = Buffer.concat([
  frame(2, Buffer.from([0, 104, 105])),
  frame(9, Buffer.from('ping')),
  frame(2, Buffer.concat([Buffer.from([4]), Buffer.from('{"Width":80,"Height":24}')])),
  frame(1, Buffer.from('text')),
  frame(2, Buffer.alloc(200)),
  frame(8, Buffer.from([3, 232])),
]);
const HANDSHAKE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-version': '13',
  'sec-websocket-protocol': 'v5.channel.k8s.io',
};

const HEAD = `POST /exec/default/web/app?command=a&output=1&input=1 HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n${Object.entries(
  HANDSHAKE,
)
  .slice(1)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('')}\r\n`;
const headPieces = [
  '\r\n',
  '\r\n\r\n',
  ': ',
  ',',
  'Transfer-Encoding: chunked\r\n',
  'Content-Length: 5\r\n',
  '%2f',
  '%',
];

/** Every pod is unknown. */
const backend = { pod: () => undefined, pods: () => [] } as Partial<KubeletBackend> as KubeletBackend;
const server = createServer((_request, response) => response.writeHead(404).end());
server.on('upgrade', (request, socket, head) => {
  const { pathname, searchParams } = urlOf(request.url ?? '/');
  const target = streamTarget(pathname);
  const query = searchParams;
  void serveUpgrade(backend, target ?? { ...NO_POD, kind: 'exec' }, query, { request, socket, head });
});
server.on('clientError', (_error, socket) => socket.destroy());
const NO_POD = { namespace: 'a', pod: 'a', uid: '', container: 'a' };

/** A connection on which `bytes` arrive and then the end; what is sent on it is kept. */
class Wire extends Duplex {
  readonly sent: Buffer[] = [];
  constructor(bytes: Uint8Array) {
    super();
    this.push(Buffer.from(bytes));
    this.push(null);
  }
  override _read(): void {}
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.sent.push(chunk);
    done();
  }
}

const closed = (stream: Duplex): Promise<void> =>
  new Promise((resolve) => {
    if (stream.closed) resolve();
    stream.on('close', () => resolve());
  });

export const targets = [
  fuzzTarget({
    name: 'kubelet/websocket',
    input: fc.oneof(
      nearMissBytes([session, Buffer.concat([session, session])]),
      fc.array(message, { maxLength: 20 }).map((all) => Buffer.concat(all.map((one) => frame(2, one)))),
    ),
    run: async (bytes) => {
      const wire = new Wire(bytes);
      wire.on('error', () => {});
      const request = {
        method: 'GET',
        headers: { ...HANDSHAKE },
      } as Partial<IncomingMessage> as IncomingMessage;
      const socket = await acceptWebSocket(
        { request, socket: wire, head: Buffer.alloc(0) },
        'v5.channel.k8s.io',
      );
      const channels = new WebSocketChannels(socket);
      channels.stdin.resume();
      channels.resize.resume();
      await channels.closed;
    },
    refuses: never,
  }),
  fuzzTarget({
    name: 'kubelet/upgrade-heads',
    input: fc.oneof(
      nearMisses([HEAD], headPieces),
      nearMisses([HEAD], headPieces).map((text) => text.replaceAll('\n', '\r\n')),
    ),
    run: async (text) => {
      const wire = new Wire(Buffer.from(text, 'latin1'));
      server.emit('connection', wire);
      wire.resume();
      await closed(wire);
      const answer = Buffer.concat(wire.sent).toString('latin1');
      assert.match(answer, /^(?:HTTP\/1\.1 [1-5]\d\d |$)/);
      assert.doesNotMatch(answer, /TypeError|undefined|\.ts:/);
    },
    refuses: never,
  }),
  fuzzTarget({
    name: 'kubelet/exit-status',
    input: fc.oneof(
      nearMisses([JSON.stringify(exitCodeStatus(3)), '{"status":"Success"}']),
      fc
        .tuple(jsonValues(), jsonValues())
        .map(([details, causes]) =>
          JSON.stringify({ status: 'Failure', reason: 'NonZeroExitCode', details: details ?? { causes } }),
        ),
    ),
    run: (text) => assert.ok(['Success', 'Failure'].includes(statusFromRuntime(text).status ?? '')),
    refuses: never,
  }),
];
