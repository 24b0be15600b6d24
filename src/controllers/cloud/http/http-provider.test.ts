import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, it, type TestContext } from 'node:test';
import { type ProviderOptions, startProvider } from '../../../../examples/cloud-provider/provider.ts';
import { systemClock } from '../../../kit/clock.ts';
import { testAuthority } from '../../../kit/x509/authority.fake.ts';
import { aNode } from '../../../sim/objects/node.ts';
import { aService } from '../../../sim/objects/service.ts';
import { cloudProviderContract } from '../provider.contract.ts';
import { FakeCloud } from '../provider.fake.ts';
import { ImplementedElsewhere, RetryError } from '../provider.ts';
import { ProviderCaller } from './caller.ts';
import { readHttpCloudConfig } from './config.ts';
import { httpProvider } from './http-provider.ts';

const MACHINES = [
  {
    id: '1',
    name: 'm1',
    type: 'small',
    zone: 'a',
    addresses: [{ type: 'InternalIP', address: '192.0.2.1' }],
  },
  { id: '2', name: 'm2', shutdown: true },
];

async function exampleProvider(options: Partial<ProviderOptions> = {}) {
  const running = await startProvider({ machines: () => MACHINES, port: 0, ...options });
  const caller = new ProviderCaller(
    { url: running.url, timeoutMs: 10_000, credentials: () => ({}) },
    systemClock,
  );
  const provider = await httpProvider(caller, 'kubernetes');
  const stop = async () => {
    caller.close();
    await running.close();
  };
  return { provider, stop };
}

cloudProviderContract('the example behind HTTP', ['m1', 'm2'], exampleProvider);

cloudProviderContract('in memory', ['m1', 'm2'], async () => {
  const cloud = new FakeCloud();
  for (const { id, name, shutdown = false } of MACHINES)
    cloud.machines.set(name, { providerID: `fake://${id}`, addresses: [], shutDown: shutdown });
  return { provider: cloud.provider };
});

describe('a provider behind HTTP', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  /** A provider that answers as `respond` does; and a caller for it. */
  async function answering(respond: (request: IncomingMessage, response: ServerResponse) => void) {
    const paths: string[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url ?? '');
      request.resume();
      respond(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const settings = { url: `http://127.0.0.1:${port}/cloud/`, timeoutMs: 2_000, credentials: () => ({}) };
    const caller = new ProviderCaller(settings, systemClock);
    closers.push(async () => {
      caller.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    return { caller, paths };
  }

  const everything = { apiVersion: 'cloud.tiphys/v1', instances: true, routes: true, loadBalancers: true };
  /** A provider with all parts whose other answers are these. */
  async function withAnswer(status: number, body: unknown, headers: Record<string, string> = {}) {
    const { caller, paths } = await answering((request, response) => {
      const first = request.url?.endsWith('capabilities');
      response.writeHead(first ? 200 : status, first ? {} : headers);
      response.end(typeof body === 'string' && !first ? body : JSON.stringify(first ? everything : body));
    });
    return { provider: await httpProvider(caller, 'kubernetes'), paths };
  }
  const service = aService('web', { type: 'LoadBalancer' });

  it('has the parts that it says it has', async () => {
    const { caller, paths } = await answering((_, response) =>
      response.end(
        JSON.stringify({
          apiVersion: 'cloud.tiphys/v1',
          loadBalancers: true,
          loadBalancerClass: 'acme.example/lb',
        }),
      ),
    );
    const provider = await httpProvider(caller, 'kubernetes');
    assert.deepEqual(Object.keys(provider), ['loadBalancers']);
    assert.equal(provider.loadBalancers?.className, 'acme.example/lb');
    assert.deepEqual(paths, ['/cloud/v1/capabilities']);
  });

  it('of another version is refused', async () => {
    const { caller } = await answering((_, response) => response.end('{"apiVersion":"cloud.tiphys/v2"}'));
    await assert.rejects(
      httpProvider(caller, 'kubernetes'),
      /apiVersion must be cloud\.tiphys\/v1, not "cloud\.tiphys\/v2"/,
    );
  });

  it('that does not say whether there is a machine has not said that there is none', async () => {
    for (const body of ['{}', '[]', '', 'no', '{"instance":false}', '{"instances":null}']) {
      const { provider } = await withAnswer(200, body);
      await assert.rejects(provider.instances!.exists(aNode('n1')), /not valid/, body);
    }
    for (const status of [204, 302, 404, 500]) {
      const { provider } = await withAnswer(status, status === 204 ? '' : '{"instance":null}');
      await assert.rejects(provider.instances!.exists(aNode('n1')), new RegExp(`with ${status}`));
    }
  });

  it('says when to ask again, and what the Service shows meanwhile', async () => {
    const error = { message: 'still being made\u0007', loadBalancer: { ingress: [{ ip: '192.0.2.9' }] } };
    const { provider } = await withAnswer(503, { error }, { 'retry-after': '7' });
    await assert.rejects(provider.loadBalancers!.ensure(service, []), (problem) => {
      assert.ok(problem instanceof RetryError);
      assert.deepEqual([problem.message, problem.retryAfterMs], ['still being made ', 7_000]);
      assert.deepEqual(problem.status, { ingress: [{ ip: '192.0.2.9', ipMode: 'VIP' }] });
      return true;
    });
    for (const [retryAfter, expected] of [
      ['0', 1_000],
      ['1e9', 600_000],
      ['soon', 10_000],
    ] as const) {
      const other = await withAnswer(429, 'no JSON', { 'retry-after': retryAfter });
      await assert.rejects(other.provider.loadBalancers!.ensure(service, []), { retryAfterMs: expected });
    }
  });

  it('may leave a Service to somebody else', async () => {
    const { provider } = await withAnswer(409, { error: { code: 'ImplementedElsewhere' } });
    await assert.rejects(provider.loadBalancers!.ensure(service, []), ImplementedElsewhere);
  });

  it('is asked once more when its connection breaks', async () => {
    let calls = 0;
    const { caller } = await answering((request, response) => {
      if (++calls === 1) request.socket.destroy();
      else response.end(JSON.stringify(everything));
    });
    assert.ok((await httpProvider(caller, 'kubernetes')).instances);
    assert.equal(calls, 2);
  });

  it('has its answers checked: nothing that the cluster cannot have gets into it', async () => {
    const wrong: readonly [unknown, RegExp][] = [
      [{ zone: 'a b' }, /instance\.zone a valid label/],
      [{ providerID: 'no-scheme' }, /providerID must be like/],
      [{ providerID: `x://${'y'.repeat(600)}` }, /more than 512 characters/],
      [{ labels: { 'a/b/c': 'd' } }, /a qualified name/],
      [{ labels: { a: 7 } }, /must be a string/],
      [{ addresses: [{ type: 'InternalIP', address: 'n1' }] }, /must be an IP address/],
      [{ addresses: [{ type: 'Else', address: 'n1' }] }, /type must be one of/],
      [{ addresses: Array(65).fill({ type: 'Hostname', address: 'n' }) }, /more than 64 items/],
      [{ shutdown: 'yes' }, /must be true or false/],
    ];
    for (const [instance, message] of wrong) {
      const { provider } = await withAnswer(200, { instance });
      await assert.rejects(provider.instances!.metadata(aNode('n1')), message);
    }
    const badRoutes: readonly [unknown, RegExp][] = [
      [{ name: 'r', targetNode: 'n1', destinationCIDR: '10.0.0.0' }, /must be a range/],
      [{ name: 'r', targetNode: '../n1', destinationCIDR: '10.0.0.0/8' }, /RFC 1123/],
    ];
    for (const [route, message] of badRoutes) {
      const { provider } = await withAnswer(200, { routes: [route] });
      await assert.rejects(provider.routes!.list(), message);
    }
    for (const ingress of [
      [{}],
      [{ ip: 'x' }],
      [{ hostname: '-' }],
      [{ ip: '192.0.2.1', ports: [{ port: 0 }] }],
    ]) {
      const { provider } = await withAnswer(200, { loadBalancer: { ingress } });
      await assert.rejects(provider.loadBalancers!.ensure(service, []), /not valid/);
    }
  });

  it('that answers without end, or not at all, is given up', async () => {
    const { provider } = await withAnswer(200, `{"routes":[${'"x",'.repeat(3 << 20)}`);
    await assert.rejects(provider.routes!.list(), /longer than 8388608 bytes/);
    const silent = await answering(() => {});
    await assert.rejects(httpProvider(silent.caller, 'kubernetes'), /context deadline exceeded/);
    const dripping = await answering((_, response) => {
      const drip = systemClock.every(50, () => response.write(' '));
      response.once('close', () => drip.cancel());
    });
    await assert.rejects(httpProvider(dripping.caller, 'kubernetes'), /context deadline exceeded/);
  });
});

describe('the file of --cloud-config', () => {
  const directory = (t: TestContext) => {
    const path = mkdtempSync(join(tmpdir(), 'cloud-config-'));
    t.after(() => rmSync(path, { recursive: true }));
    return path;
  };
  const HEAD = 'apiVersion: cloud.tiphys/v1\nkind: HTTPCloudConfig\n';
  const readText = (text: string) => readHttpCloudConfig({ path: '/x/config', read: () => HEAD + text });

  it('needs TLS for a provider that is not on this machine', () => {
    assert.equal(readText('url: http://127.0.0.1:1').timeoutMs, 30_000);
    assert.equal(readText('url: http://[::1]:1/a').url, 'http://[::1]:1/a');
    assert.equal(readText('url: https://cloud.example\ntimeout: 1m').timeoutMs, 60_000);
    for (const url of [
      'http://192.0.2.1',
      'http://cloud.example',
      'ftp://127.0.0.1',
      'x',
      'https://u:p@h',
      'https://h?a',
    ])
      assert.throws(() => readText(`url: ${url}`), /url must/, url);
  });

  it('is read strictly', () => {
    assert.throws(() => readText('url: https://h\ntimeOut: 1s'), /unknown field "timeOut"/);
    assert.throws(() => readText('url: https://h\ntimeout: 6m'), /timeout must be/);
    assert.throws(() => readText('url: https://h\ntls: { certFile: a }'), /given together/);
  });

  it('names a token and certificates, which may be renewed meanwhile', async (t) => {
    const path = directory(t);
    const authority = testAuthority();
    const { ca } = authority;
    const client = authority.client('ccm');
    const files = { 'ca.crt': ca, 'client.crt': client.cert, 'client.key': client.key, token: 'one\n' };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
    const running = await startProvider({
      ...{ machines: () => MACHINES, port: 0, token: 'one' },
      tls: { ...authority.server(), clientCa: ca },
    });
    t.after(() => running.close());
    const tls = 'tls: { caFile: ca.crt, certFile: client.crt, keyFile: client.key }';
    writeFileSync(join(path, 'config'), `${HEAD}url: ${running.url}\ntokenFile: token\n${tls}\n`);
    const settings = readHttpCloudConfig({
      path: join(path, 'config'),
      read: (file) => readFileSync(file, 'utf8'),
    });
    const caller = new ProviderCaller(settings, systemClock);
    t.after(() => caller.close());
    assert.ok((await httpProvider(caller, 'kubernetes')).routes);
    writeFileSync(join(path, 'token'), 'another');
    await assert.rejects(httpProvider(caller, 'kubernetes'), /401: the token is not known/);
    writeFileSync(join(path, 'token'), 'one');
    writeFileSync(join(path, 'ca.crt'), testAuthority().ca);
    await assert.rejects(httpProvider(caller, 'kubernetes'), /unknown authority/);
  });
});
