import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { filterOf, hostOf } from './filter.ts';
import { type Prefixes, routeOf } from './paths.ts';
import { type ProxyOptions, proxyServer } from './server.ts';

const words = {
  acceptPaths: '^.*',
  rejectPaths: '^/api/.*/pods/.*/exec,^/api/.*/pods/.*/attach',
  acceptHosts: '^localhost$,^127\\.0\\.0\\.1$,^\\[::1\\]$',
  rejectMethods: '^$',
};

describe('the filter of proxy', () => {
  const accepts = filterOf(words);
  const get = (path: string, host = 'localhost:8001', method = 'GET') => accepts({ method, path, host });

  it('accepts what comes for this machine, except exec and attach', () => {
    assert.ok(get('/api/v1/pods'));
    assert.ok(get('/', '127.0.0.1'));
    assert.ok(!get('/api/v1/namespaces/x/pods/y/exec'));
    assert.ok(!get('/api/v1/namespaces/x/pods/y/attach'));
    assert.ok(!get('/api', 'evil.example'));
    assert.ok(!get('/api', 'localhost.evil.example:8001'));
  });

  it('refuses methods, and expressions that are none', () => {
    const reads = filterOf({ ...words, rejectMethods: 'POST,PUT,PATCH' });
    assert.ok(!reads({ method: 'POST', path: '/', host: 'localhost' }));
    assert.ok(reads({ method: 'GET', path: '/', host: 'localhost' }));
    assert.throws(() => filterOf({ ...words, acceptPaths: '(' }), /^Error: Error compiling re: /);
  });

  it('takes linear time on expressions that others fear', () => {
    const slow = filterOf({ ...words, acceptPaths: '^/(a+)+$' });
    assert.ok(!slow({ method: 'GET', path: `/${'a'.repeat(5_000)}!`, host: 'localhost' }));
    assert.ok(!slow({ method: 'GET', path: `/${'a'.repeat(50_000)}`, host: 'localhost' }));
  });

  it('takes the host without its port', () => {
    assert.deepEqual(['a:1', 'a', '[::1]:1', '::1'].map(hostOf), ['a', 'a', '::1', '::1']);
  });
});

describe('paths of proxy', () => {
  const prefixes = (api: string, hasStatics = true): Prefixes => ({ api, statics: '/static/', hasStatics });

  it('lead to files, or to the API without the prefix that is the own', () => {
    assert.deepEqual(routeOf('/api/v1', prefixes('/')), { to: 'api', path: '/api/v1' });
    assert.deepEqual(routeOf('/custom/api', prefixes('/custom/')), { to: 'api', path: '/api' });
    assert.deepEqual(routeOf('/api/v1', prefixes('/api/')), { to: 'api', path: '/api/v1' });
    assert.deepEqual(routeOf('/other', prefixes('/api/')), { to: 'nowhere' });
    assert.deepEqual(routeOf('/static/a', prefixes('/')), { to: 'files', path: 'a' });
    assert.deepEqual(routeOf('/static/a', prefixes('/', false)), { to: 'api', path: '/static/a' });
    assert.deepEqual(routeOf('/static', prefixes('/')), { to: 'redirect', path: '/static/' });
    assert.deepEqual(routeOf('/static/../../etc/passwd', prefixes('/')), {
      to: 'redirect',
      path: '/etc/passwd',
    });
  });
});

describe('the proxy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kubectl-proxy-'));
  const seen: { url: string; token: string; host: string }[] = [];
  let api: Server;
  let proxy: Server;
  const portOf = (server: Server) => (server.address() as AddressInfo).port;
  const listen = (server: Server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done));

  before(async () => {
    mkdirSync(join(folder, 'www/sub'), { recursive: true });
    writeFileSync(join(folder, 'secret'), 'secret');
    writeFileSync(join(folder, 'www/page.html'), '<p>');
    writeFileSync(join(folder, 'www/sub/README'), 'plain text');
    symlinkSync('../secret', join(folder, 'www/link'));
    api = createServer((request, response) => {
      seen.push({
        url: request.url ?? '',
        token: request.headers.authorization ?? '',
        host: request.headers.host ?? '',
      });
      void text(request).then((body) => response.writeHead(201, { 'x-api': 'yes' }).end(`got ${body}`));
    });
    await listen(api);
    const options: ProxyOptions = {
      target: {
        server: new URL(`http://127.0.0.1:${portOf(api)}/base`),
        tls: undefined,
        headers: { authorization: 'Bearer mine' },
        proxy: undefined,
      },
      prefixes: { api: '/', statics: '/static/', hasStatics: true },
      folder: join(folder, 'www'),
      accepts: filterOf(words),
      appendServerPath: false,
      log: () => {},
    };
    proxy = proxyServer(options);
    await listen(proxy);
  });
  after(() => {
    for (const server of [api, proxy]) {
      server.close();
      server.closeAllConnections();
    }
    rmSync(folder, { recursive: true });
  });

  /** The path goes out as it is. */
  const ask = (
    path: string,
    init: { method?: string; body?: string; headers?: Record<string, string> } = {},
  ) =>
    new Promise<{ code: number; body: string; headers: Record<string, unknown> }>((resolve, reject) => {
      const { method = 'GET', body, headers = {} } = init;
      const sent = httpRequest({
        host: '127.0.0.1',
        port: portOf(proxy),
        path,
        method,
        headers,
        agent: false,
      });
      sent.on('error', reject);
      sent.on(
        'response',
        (response) =>
          void text(response).then((all) =>
            resolve({ code: response.statusCode ?? 0, body: all, headers: response.headers }),
          ),
      );
      sent.end(body);
    });

  it("passes requests on with the user's credentials, to the server's own host", async () => {
    const { code, body, headers } = await ask('/api/v1/pods?limit=1', { method: 'POST', body: 'ahoy' });
    assert.deepEqual([code, body, headers['x-api']], [201, 'got ahoy', 'yes']);
    assert.deepEqual(seen.at(-1), {
      url: '/api/v1/pods?limit=1',
      token: 'Bearer mine',
      host: `127.0.0.1:${portOf(api)}`,
    });
    await ask('/x', { headers: { authorization: 'Bearer theirs' } });
    assert.equal(seen.at(-1)?.token, 'Bearer theirs');
  });

  it('refuses what the filter refuses, however it is escaped', async () => {
    const before = seen.length;
    for (const path of ['/api/v1/namespaces/a/pods/b/exec', '/api/v1/namespaces/a/pods/b/%65xec'])
      assert.equal((await ask(path)).code, 403, path);
    assert.equal((await ask('/api', { headers: { host: 'evil.example' } })).code, 403);
    assert.equal((await ask('/%zz')).code, 400);
    assert.equal(seen.length, before);
  });

  it('serves files of the folder and nothing else', async () => {
    const page = await ask('/static/page.html');
    assert.deepEqual(
      [page.code, page.body, page.headers['content-type']],
      [200, '<p>', 'text/html; charset=utf-8'],
    );
    const plain = await ask('/static/sub/README');
    assert.deepEqual(
      [plain.body, plain.headers['content-type']],
      ['plain text', 'text/plain; charset=utf-8'],
    );
    assert.match((await ask('/static/')).body, /<a href="sub\/">sub\/<\/a>/);
    assert.equal((await ask('/static/sub')).code, 301);
    assert.equal((await ask('/static')).code, 307);
    const outside = [
      '%2e%2e/secret',
      '..%2fsecret',
      'sub/%2e%2e/%2e%2e/secret',
      'link',
      '%00',
      'page.html/x',
    ];
    for (const path of outside) assert.equal((await ask(`/static/${path}`)).code, 404, path);
    assert.equal((await ask('/static/../secret')).code, 307);
  });
});
