// Servers that an upgrade is requested from, and that answer as no server should.
import type { IncomingMessage } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { Duplex } from 'node:stream';
import { InvalidUpgradeError, tunnelUpgrade } from '../../../src/kit/http1/tunnel.ts';
import { DialError } from '../../../src/kit/http1/upgrade.ts';
import { nearMisses } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const UPGRADED = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\nhello';
const REFUSED = 'HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nno';
const MOVED = 'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n';
const INTERIM = 'HTTP/1.1 100 Continue\r\n\r\n';
const CHUNKED = 'HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n';
const pieces = [
  '\r\n',
  '\r\n\r\n',
  'HTTP/1.1 101',
  ': ',
  'Content-Length: 9\r\n',
  'Connection: close\r\n',
  INTERIM,
];

let answer = '';
const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', () => socket.end(answer, 'latin1'));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
server.unref();
const target = { host: '127.0.0.1', port: (server.address() as AddressInfo).port, path: '/exec' };
const request = {
  method: 'POST',
  headers: {},
  rawHeaders: ['Connection', 'Upgrade', 'Upgrade', 'SPDY/3.1'],
} as Partial<IncomingMessage> as IncomingMessage;

export const targets = [
  fuzzTarget({
    name: 'kit/upgrade-answer',
    input: nearMisses(
      [UPGRADED, REFUSED, MOVED, INTERIM + UPGRADED, INTERIM.repeat(6) + REFUSED, CHUNKED],
      pieces,
    ),
    run: async (text) => {
      answer = text;
      const socket = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
      socket.push(null);
      socket.resume();
      await tunnelUpgrade({ request, socket, head: Buffer.alloc(0) }, target);
    },
    refuses: (error) => error instanceof DialError || error instanceof InvalidUpgradeError,
  }),
];
