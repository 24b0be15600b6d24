import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Duplex, Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import type { WebSocket } from 'ws';
import { systemClock } from '../../kit/clock.ts';
import { refuseUpgrade } from '../../kit/http1/tunnel.ts';
import { acceptWebSocket, isWebSocket, offeredProtocols } from '../../kit/http1/web-socket.ts';
import { SpdyConnection } from '../../kit/spdy/connection.ts';
import type { SpdyStream } from '../../kit/spdy/stream.ts';
import { CommandExit } from './exit-status.ts';
import { dialPortTunnel } from './port-tunnel.ts';
import { runRemoteCommand } from './remote-command.ts';
import type { CommandStreams } from './session.ts';

const exit = (code: number) =>
  Buffer.from(
    JSON.stringify(
      code === 0
        ? { status: 'Success' }
        : {
            status: 'Failure',
            reason: 'NonZeroExitCode',
            details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
          },
    ),
  );

describe('a remote command', () => {
  const server = createServer();
  let port = 0;
  const seen: string[] = [];
  before(async () => {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const { pathname } = new URL(request.url ?? '', 'http://x');
      seen.push(`${pathname} ${request.headers.authorization ?? ''}`);
      if (isWebSocket(request) && pathname.startsWith('/spdy'))
        return refuseUpgrade(socket, 400, 'no WebSocket here');
      if (pathname === '/forbidden')
        return refuseUpgrade(
          socket,
          403,
          JSON.stringify({ kind: 'Status', status: 'Failure', reason: 'Forbidden', message: 'not you' }),
          'application/json',
        );
      if (!isWebSocket(request)) return void overSpdy(socket, head, request);
      void acceptWebSocket({ request, socket, head }, offeredProtocols(request)[0] ?? '').then((ws) =>
        pathname === '/tunnel' ? tunnel(ws) : overChannels(ws),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });

  /** Sends stdin back in capitals once it has ended, then a line on stderr; ends with 7. Sizes go to stdout. */
  function overChannels(ws: WebSocket) {
    const parts: Buffer[] = [];
    ws.on('message', (data: Buffer) => {
      if (data[0] === 0) parts.push(data.subarray(1));
      if (data[0] === 4) ws.send(Buffer.concat([Buffer.of(1), data.subarray(1)]));
      if (data[0] !== 255) return;
      ws.send(Buffer.concat([Buffer.of(1), Buffer.from(Buffer.concat(parts).toString().toUpperCase())]));
      ws.send(Buffer.concat([Buffer.of(2), Buffer.from('done\n')]));
      ws.send(Buffer.concat([Buffer.of(3), exit(7)]));
      ws.close(1000);
    });
  }

  function overSpdy(socket: Duplex, head: Buffer, request: IncomingMessage) {
    const protocol = String(request.headers['x-stream-protocol-version']);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
    );
    const streams = new Map<string, SpdyStream>();
    new SpdyConnection(socket, {
      role: 'server',
      head,
      onStream: (stream) => {
        streams.set(stream.headers.streamtype ?? '', stream);
        if (stream.headers.streamtype !== 'stdin') return;
        void text(stream).then((all) => {
          streams.get('stdout')?.end(all.toUpperCase());
          streams.get('stderr')?.end('done\n');
          streams.get('error')?.end(exit(7));
        });
      },
    });
  }

  function tunnel(ws: WebSocket) {
    ws.on('message', (data: Buffer) => seen.push(`tunnel ${data.length > 0}`));
  }

  const run = async (path: string, input: string, more: Partial<CommandStreams> = {}) => {
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const into = (parts: Buffer[]) =>
      new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          parts.push(chunk);
          done();
        },
      });
    const ended = await runRemoteCommand({
      target: {
        server: new URL(`http://127.0.0.1:${port}`),
        tls: undefined,
        headers: { authorization: 'Bearer me' },
        proxy: undefined,
      },
      path,
      query: new URLSearchParams(),
      streams: { stdin: Readable.from([Buffer.from(input)]), stdout: into(out), stderr: into(err), ...more },
      clock: systemClock,
    }).then(
      () => 0,
      (error: unknown) => error,
    );
    return { out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString(), ended };
  };

  it('sends input and its end, tells outputs apart, and ends as the command does', async () => {
    const { out, err, ended } = await run('/exec', 'ahoy');
    assert.deepEqual([out, err], ['AHOY', 'done\n']);
    assert.ok(ended instanceof CommandExit);
    assert.deepEqual([ended.code, ended.message], [7, 'command terminated with exit code 7']);
    assert.ok(seen.includes('/exec Bearer me'));
  });

  it('tells the size of the terminal at once and when it changes', async () => {
    const { out } = await run('/exec', '', {
      sizes: (tell) => {
        tell({ width: 80, height: 24 });
        tell({ width: 100, height: 30 });
        return () => {};
      },
    });
    assert.equal(out, '{"Width":80,"Height":24}{"Width":100,"Height":30}');
  });

  it('takes SPDY where the server refuses the WebSocket', async () => {
    const { out, err, ended } = await run('/spdy', 'ahoy');
    assert.deepEqual([out, err], ['AHOY', 'done\n']);
    assert.ok(ended instanceof CommandExit && ended.code === 7);
  });

  it("fails with the server's Status when both are refused", async () => {
    const { ended } = await run('/forbidden', '');
    assert.equal((ended as Error).message, 'not you');
    assert.equal((ended as { reason?: string }).reason, 'Forbidden');
  });

  it('carries SPDY in a WebSocket for port-forward', async () => {
    const target = {
      server: new URL(`http://127.0.0.1:${port}/`),
      tls: undefined,
      headers: {},
      proxy: undefined,
    };
    const connection = await dialPortTunnel(target, '/tunnel');
    connection.createStream({ streamtype: 'error' });
    connection.close();
    await connection.closed;
    assert.ok(connection.open === false);
  });
});
