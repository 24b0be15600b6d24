import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import { duplexPair } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import { SpdyConnection } from '../../../kit/spdy/connection.ts';
import type { SpdyStream } from '../../../kit/spdy/stream.ts';
import { listenAddresses } from './addresses.ts';
import { type Forwarding, forwardPorts } from './forward.ts';
import { forwardedPorts, refuseUdp, translatedToPod, withNumbers } from './ports.ts';

const pod = {
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: {
    containers: [
      {
        name: 'c',
        ports: [
          { name: 'web', containerPort: 8080 },
          { name: 'dns', containerPort: 53, protocol: 'UDP' },
        ],
      },
    ],
  },
} as Pod;
const service = (spec: object): Service => ({ kind: 'Service', metadata: { name: 's' }, spec }) as Service;
const web = service({
  ports: [
    { name: 'http', port: 80, targetPort: 'web' },
    { name: 'same', port: 81 },
    { name: 'other', port: 82, targetPort: 9000 },
  ],
});

describe('ports to forward', () => {
  it('of a Service become those of the pod', () => {
    const words = ['80', '8888:http', 'http', ':81', '82'];
    assert.deepEqual(translatedToPod(words, web, pod), ['80:8080', '8888:8080', '80:8080', ':81', '82:9000']);
    const headless = service({ clusterIP: 'None', ports: [{ port: 80, targetPort: 8080 }] });
    assert.deepEqual(translatedToPod(['80'], headless, pod), ['80']);
    assert.throws(() => translatedToPod(['zz'], web, pod), {
      message: "Service 's' does not have a named port 'zz'",
    });
    assert.throws(() => translatedToPod(['99'], web, pod), {
      message: 'Service s does not have a service port 99',
    });
  });

  it('of a pod may be named', () => {
    assert.deepEqual(withNumbers(['web', '1:web', '5000'], pod), ['8080', '1:8080', '5000']);
    assert.throws(() => withNumbers(['5:'], pod), { message: 'remote port cannot be empty' });
    assert.throws(() => withNumbers(['zz'], pod), { message: "Pod 'p' does not have a named port 'zz'" });
  });

  it('are refused for UDP', () => {
    assert.throws(() => refuseUdp(['53'], pod), { message: 'UDP protocol is not supported for 53' });
    assert.throws(() => refuseUdp(['1:dns'], pod), { message: 'UDP protocol is not supported for dns' });
    refuseUdp(['8080'], pod);
  });

  it('are read as numbers, 0 for any local one', () => {
    assert.deepEqual(forwardedPorts(['5', '6:7', ':8', '0:9']), [
      { local: 5, remote: 5 },
      { local: 6, remote: 7 },
      { local: 0, remote: 8 },
      { local: 0, remote: 9 },
    ]);
    const refused: [string, string][] = [
      ['1:2:3', "invalid port format '1:2:3'"],
      ['1:0', 'remote port must be > 0'],
      ['x:1', `error parsing local port 'x': strconv.ParseUint: parsing "x": invalid syntax`],
      [
        '1:70000',
        `error parsing remote port '70000': strconv.ParseUint: parsing "70000": value out of range`,
      ],
    ];
    for (const [word, message] of refused) assert.throws(() => forwardedPorts([word]), { message });
  });
});

describe('addresses to listen on', () => {
  it('are both of localhost, of which one is enough, and those named', () => {
    assert.deepEqual(
      listenAddresses(['localhost', '10.0.0.1', '::1']).map(({ address, required }) => [address, required]),
      [
        ['10.0.0.1', true],
        ['127.0.0.1', false],
        ['::1', true],
      ],
    );
    assert.throws(() => listenAddresses(['name']), { message: 'name is not a valid IP' });
  });
});

describe('forwarding', () => {
  /** A pod whose port 1 answers in capitals once the client has sent everything; its other ports refuse. */
  const start = (more: Partial<Forwarding> = {}) => {
    const [near, far] = duplexPair();
    const errors = new Map<string, SpdyStream>();
    new SpdyConnection(far, {
      role: 'server',
      onStream: (stream) => {
        const { streamtype = '', requestid = '', port } = stream.headers;
        if (streamtype === 'error') return void errors.set(requestid, stream);
        if (port !== '1') {
          errors.get(requestid)?.end('connection refused');
          stream.end();
          return;
        }
        void text(stream).then((all) => {
          stream.end(all.toUpperCase());
          errors.get(requestid)?.end();
        });
      },
    });
    const out: string[] = [];
    const err: string[] = [];
    const stop = new AbortController();
    const listening = Promise.withResolvers<number>();
    const done = forwardPorts({
      connection: new SpdyConnection(near, { role: 'client' }),
      ports: [{ local: 0, remote: 1 }],
      addresses: [{ address: '127.0.0.1', required: true }],
      out: (line) => {
        out.push(line);
        const port = /^Forwarding from 127\.0\.0\.1:(\d+) -> /.exec(line)?.[1];
        if (port) listening.resolve(Number(port));
      },
      err: (line) => err.push(line),
      signal: stop.signal,
      ...more,
    });
    return { out, err, stop, done, port: listening.promise };
  };

  it('carries a connection with its half-closed end until it is stopped', async () => {
    const { out, stop, done, port } = start();
    const local = await port;
    const socket = connect({ host: '127.0.0.1', port: local, allowHalfOpen: true });
    socket.end('ahoy');
    assert.equal(await text(socket), 'AHOY');
    stop.abort();
    await done;
    assert.deepEqual(out, [
      `Forwarding from 127.0.0.1:${local} -> 1\n`,
      `Handling connection for ${local}\n`,
    ]);
  });

  it('ends when the pod refuses a connection, and says why', async () => {
    const { err, done, port } = start({ ports: [{ local: 0, remote: 2 }] });
    const local = await port;
    const lost = assert.rejects(done, { message: 'lost connection to pod' });
    connect({ host: '127.0.0.1', port: local }).on('error', () => {});
    await lost;
    assert.deepEqual(err, [`E an error occurred forwarding ${local} -> 2: connection refused\n`]);
  });

  it('fails when nothing can be listened on', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const { err, done } = start({ ports: [{ local: port, remote: 1 }] });
    await assert.rejects(done, { message: `unable to listen on any of the requested ports: [{${port} 1}]` });
    const failure = `unable to create listener: Error listen tcp4 127.0.0.1:${port}: bind: address already in use`;
    assert.deepEqual(err, [
      `Unable to listen on port ${port}: Listeners failed to create with the following errors: [${failure}]\n`,
    ]);
    taken.close();
  });
});
