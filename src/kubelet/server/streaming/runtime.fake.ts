// A container runtime's streaming server for tests: SPDY v4 remote commands that echo, count and exit, and port-forward
// to the ports of this machine's loopback. Commands: cat | exit N | big BYTES | size (prints terminal sizes) | hold.
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import { SpdyConnection } from '../../../kit/spdy/connection.ts';
import type { SpdyStream } from '../../../kit/spdy/stream.ts';

export interface FakeRuntime {
  /** A URL that starts `command` when it is dialled. */
  commandUrl(command: readonly string[], streams: readonly string[]): string;
  portForwardUrl(): string;
  close(): Promise<void>;
}

interface Session {
  command: readonly string[];
  streams: readonly string[];
}

export async function startFakeRuntime(): Promise<FakeRuntime> {
  const sessions = new Map<string, Session>();
  const sockets = new Set<Duplex>();
  const server = createServer((_request, response) => response.writeHead(404).end('no such token'));
  server.on('upgrade', (request, socket: Duplex, head) => {
    sockets.add(socket);
    const session = sessions.get(request.url ?? '');
    sessions.delete(request.url ?? '');
    if (!session && request.url !== '/portforward') {
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 13\r\n\r\nno such token');
      return;
    }
    const offered = String(request.headers['x-stream-protocol-version']).split(',')[0];
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: ${offered}\r\n\r\n`,
    );
    if (session) serveCommand(socket, head, session);
    else servePortForward(socket, head);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let token = 0;
  return {
    commandUrl(command, streams) {
      const path = `/exec/token-${token++}`;
      sessions.set(path, { command, streams });
      return base + path;
    },
    portForwardUrl: () => `${base}/portforward`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function serveCommand(socket: Duplex, head: Buffer, session: Session): void {
  const streams = new Map<string, SpdyStream>();
  const connection = new SpdyConnection(socket, {
    role: 'server',
    head,
    onStream: (stream) => {
      streams.set(stream.headers.streamtype ?? '', stream);
      if (streams.size === session.streams.length + 1) void runThenClose();
    },
  });
  const runThenClose = async () => {
    const status = await run(session.command, streams);
    for (const [name, stream] of streams) if (name !== 'error') stream.end();
    streams.get('error')?.end(JSON.stringify(status));
    await finished(streams.get('error')!, { readable: false });
    connection.close();
  };
}

async function run(command: readonly string[], streams: Map<string, SpdyStream>): Promise<object> {
  const [name, argument] = command;
  const stdin = streams.get('stdin');
  const stdout = streams.get('stdout')!;
  if (name === 'cat' && stdin) for await (const chunk of stdin) await write(stdout, chunk);
  if (name === 'big') {
    for (let left = Number(argument); left > 0; left -= 65536) {
      await write(stdout, Buffer.alloc(Math.min(left, 65536), 'x'));
    }
  }
  if (name === 'size') for await (const chunk of streams.get('resize')!) await write(stdout, chunk);
  if (name === 'hold') await new Promise((resolve) => stdout.on('close', resolve));
  if (name === 'fail') streams.get('stderr')?.write('it failed\n');
  if (name === 'exit') return exited(Number(argument));
  if (name === 'missing') return { status: 'Failure', reason: 'InternalError', message: 'no such file' };
  return { metadata: {}, status: 'Success' };
}

const write = (stream: SpdyStream, chunk: Buffer) =>
  new Promise<void>((resolve) => stream.write(chunk, () => resolve()));

const exited = (code: number) => ({
  metadata: {},
  status: 'Failure',
  reason: 'NonZeroExitCode',
  message: `command terminated with non-zero exit code: ${code}`,
  details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
});

function servePortForward(socket: Duplex, head: Buffer): void {
  const errors = new Map<string, SpdyStream>();
  new SpdyConnection(socket, {
    role: 'server',
    head,
    onStream: (stream) => {
      const { streamtype, port, requestid = '' } = stream.headers;
      if (streamtype === 'error') errors.set(requestid, stream.resume());
      else forward(stream, Number(port), errors.get(requestid)!);
    },
  });
}

function forward(data: SpdyStream, port: number, error: SpdyStream): void {
  const target = connect(port, '127.0.0.1');
  target.on('error', (cause) => {
    error.write(`error forwarding port ${port}: ${cause.message}`);
    data.end();
  });
  target.on('close', () => error.end());
  data.pipe(target).pipe(data);
}
