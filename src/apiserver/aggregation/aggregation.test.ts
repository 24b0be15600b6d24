// An API server, and another one that it forwards requests to, over real connections.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as sendRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { ADMIN, type Body } from '../../sim/api-calls.ts';
import { GROUP, ROOT, type Scene, SERVICES, startScene, until } from './remote-server.fake.ts';

let scene: Scene;

before(async () => {
  scene = await startScene();
  await scene.register();
  await scene.available('True', 'Passed');
});
after(() => scene.stop());

const WIDGETS = `${ROOT}/namespaces/default/widgets`;

describe('a forwarded request', () => {
  before(async () => {
    const rbac = '/apis/rbac.authorization.k8s.io/v1';
    const rules = [{ apiGroups: [GROUP], resources: ['widgets'], verbs: ['list'] }];
    await scene.call('POST', `${rbac}/clusterroles`, { metadata: { name: 'w' }, rules });
    await scene.call('POST', `${rbac}/clusterrolebindings`, {
      metadata: { name: 'w' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'w' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'devs' }],
    });
  });

  it('has the identity of its user, and none that its sender claims', async () => {
    scene.answers.set(WIDGETS, (_, response) => void response.end('{}'));
    await scene.ask(WIDGETS, {
      headers: {
        'X-Remote-User': 'root',
        'x-remote-group': ['system:masters', 'a'],
        'X-Remote-Extra-Scopes': 'all',
        'X-Remote-Uid': '1',
        'Impersonate-User': 'jürgen',
        'Impersonate-Group': 'devs',
        'Impersonate-Uid': 'u1',
        'Impersonate-Extra-Some%2Fkey': 'v',
        authorization: '',
        connection: 'close, X-Remote-User',
        'Audit-Id': 'theirs',
      },
    });
    const { headers, caller } = scene.seen.at(-1)!;
    assert.equal(caller, 'front-proxy-client');
    assert.deepEqual(headers['x-remote-user'], [Buffer.from('jürgen').toString('latin1')]);
    assert.deepEqual(headers['x-remote-group'], ['devs', 'system:authenticated']);
    assert.deepEqual(headers['x-remote-uid'], ['u1']);
    assert.deepEqual(headers['x-remote-extra-some%2fkey'], ['v']);
    assert.equal(headers['x-remote-extra-scopes'], undefined);
    assert.ok(!Object.keys(headers).some((name) => name.startsWith('impersonate-')));
    assert.equal(headers.authorization, undefined);
    assert.deepEqual(headers['audit-id'], ['theirs']);
  });

  it('shares its connection with those of other users, and nothing else', async () => {
    // The server counts connections of probes as well.
    const used = new Set<unknown>();
    scene.answers.set(WIDGETS, (request, response) => {
      used.add(request.socket);
      request.resume();
      response.end(request.headers['x-remote-user']);
    });
    const as = (user: string) => ({ 'Impersonate-User': user, 'Impersonate-Group': 'devs' });
    for (const user of ['ann', 'bob', 'ann'])
      assert.equal((await scene.ask(WIDGETS, { headers: as(user) })).body, user);
    assert.equal(used.size, 1);
  });

  it('is authorized first', async () => {
    const before = scene.seen.length;
    const { status, body } = await scene.ask(WIDGETS, { anonymous: true });
    assert.equal(status, 403);
    assert.match(body, /cannot list resource \\"widgets\\" in API group \\"remote\.io\\"/);
    assert.equal(scene.seen.length, before);
  });

  it('passes with its body, and so does the answer', async () => {
    scene.answers.set(WIDGETS, async (request, response) => {
      const sent = await text(request);
      response.writeHead(201, {
        'content-type': 'text/x',
        'x-own': 'yes',
        'access-control-allow-origin': '*',
      });
      response.end(`${request.method} ${request.url} ${request.headers['content-type']} ${sent}`);
    });
    const answer = await scene.ask(`${WIDGETS}?dryRun=All&fieldManager=a%20b`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    });
    assert.equal(answer.status, 201);
    assert.equal(answer.body, `POST ${WIDGETS}?dryRun=All&fieldManager=a+b application/json {"a":1}`);
    assert.equal(answer.headers['x-own'], 'yes');
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
  });

  it('is refused if its path could be understood in two ways', async () => {
    const before = scene.seen.length;
    for (const path of [
      `${ROOT}/namespaces/a%2Fb/widgets`,
      `${ROOT}/namespaces/a/%2e%2e/widgets`,
      `${WIDGETS}/%zz`,
    ])
      assert.equal((await scene.ask(path)).status, 400, path);
    assert.equal(scene.seen.length, before);
  });

  it('gets no redirect', async () => {
    scene.answers.set(
      WIDGETS,
      (_, response) => void response.writeHead(302, { location: 'https://evil/' }).end(),
    );
    const { status, body, headers } = await scene.ask(WIDGETS);
    assert.equal(status, 502);
    assert.equal(body, 'the backend attempted to redirect this request, which is not permitted\n');
    assert.equal(headers.location, undefined);
  });

  it('is answered with 503 if the server breaks off', async () => {
    scene.answers.set(WIDGETS, (request) => void request.socket.destroy());
    const { status, body } = await scene.ask(WIDGETS);
    assert.equal(status, 503);
    assert.equal(body, 'error trying to reach service: EOF\n');
  });

  it('has a deadline', async () => {
    const closed = new Promise((resolve) =>
      scene.answers.set(WIDGETS, (request) => void request.socket.once('close', resolve)),
    );
    const { status, body } = await scene.ask(`${WIDGETS}?timeout=200ms`);
    assert.equal(status, 504);
    assert.match(body, /request did not complete within the allotted timeout/);
    await closed;
  });

  it('ends with the connection of its sender', async () => {
    let begun = () => {};
    const arrived = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const closed = new Promise((resolve) =>
      scene.answers.set(WIDGETS, (request) => {
        request.socket.once('close', resolve);
        begun();
      }),
    );
    const request = sendRequest({ ...scene.server.administrator, path: WIDGETS, agent: false });
    request.on('error', () => {});
    request.end();
    await arrived;
    request.destroy();
    await closed;
  });

  it('may be a watch, whose events pass one by one', async () => {
    let send = (_: string) => {};
    scene.answers.set(WIDGETS, (_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      send = (line) => void response.write(line);
      response.flushHeaders();
    });
    const request = sendRequest({ ...scene.server.administrator, path: `${WIDGETS}?watch=1`, agent: false });
    request.end();
    const [response] = await once(request, 'response');
    for (const line of ['{"type":"ADDED"}\n', '{"type":"DELETED"}\n']) {
      send(line);
      assert.equal(String((await once(response, 'data'))[0]), line);
    }
    request.on('error', () => {});
    request.destroy();
  });

  it('may upgrade, with the identity of its user', async () => {
    scene.onUpgrade = (_, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
      socket.pipe(socket);
    };
    const headers = { connection: 'Upgrade, X-Remote-User', upgrade: 'echo', 'x-remote-user': 'root' };
    const path = `${WIDGETS}/w/console`;
    const request = sendRequest({ ...scene.server.administrator, path, headers, agent: false });
    request.end();
    const [, socket] = (await once(request, 'upgrade')) as [unknown, Duplex];
    socket.write('ping');
    assert.equal(String((await once(socket, 'data'))[0]), 'ping');
    socket.destroy();
    const seen = scene.seen.at(-1)!.headers;
    assert.deepEqual(seen['x-remote-user'], ['kubernetes-super-admin']);
    assert.deepEqual(seen.connection, ['Upgrade']);
  });
});

describe('callers in the process', () => {
  it('get answers and watches of the other server', async () => {
    scene.answers.set(WIDGETS, (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      if (request.url!.includes('watch')) response.end('{"type":"ADDED","object":{"a":1}}\n');
      else response.end('{"kind":"WidgetList","items":[]}');
    });
    assert.deepEqual(await scene.call('GET', WIDGETS), {
      status: 200,
      body: { kind: 'WidgetList', items: [] },
    });
    const { inProcess } = scene.server.api;
    const frames = await inProcess.watch({ method: 'GET', path: WIDGETS, query: { watch: 'true' } }, ADMIN);
    const all: unknown[] = [];
    for await (const frame of frames) all.push(frame);
    assert.deepEqual(all, [{ type: 'ADDED', object: { a: 1 } }]);
  });

  it('get the refusal of a watch as an error', async () => {
    scene.answers.set(WIDGETS, (_, response) => void response.writeHead(405).end('no watches'));
    const { inProcess } = scene.server.api;
    const watch = inProcess.watch({ method: 'GET', path: WIDGETS, query: { watch: 'true' } }, ADMIN);
    await assert.rejects(watch, /no watches/);
  });
});

describe('discovery', () => {
  const groups = async () => JSON.parse((await scene.ask('/apis')).body).groups as Body[];

  it('names the group of the other server by its priority', async () => {
    const names = (await groups()).map(({ name }) => name);
    assert.deepEqual(names.slice(-2), [GROUP, 'metrics.k8s.io']);
    const group = JSON.parse((await scene.ask(`/apis/${GROUP}`)).body);
    assert.deepEqual(group.preferredVersion, { groupVersion: `${GROUP}/v1`, version: 'v1' });
  });

  it('passes the resources of a version on', async () => {
    const { resources } = JSON.parse((await scene.ask(ROOT)).body);
    assert.deepEqual(
      resources.map(({ name }: Body) => name),
      ['widgets', 'widgets/status'],
    );
  });

  it('has the resources in the aggregated document', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const version = await until(async () => {
      const { items } = JSON.parse((await scene.ask('/apis', { headers: { accept } })).body);
      const found = items.find(({ metadata }: Body) => metadata.name === GROUP)?.versions[0];
      return found?.freshness === 'Current' && found;
    });
    assert.equal(version.resources[0].resource, 'widgets');
    assert.deepEqual(version.resources[0].shortNames, ['wi']);
    assert.equal(version.resources[0].subresources[0].subresource, 'status');
  });
});

describe('OpenAPI', () => {
  const ref = (name: string) => ({ $ref: `#/definitions/${name}` });
  const METADATA = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
  const document = {
    swagger: '2.0',
    paths: {
      [`${ROOT}/widgets`]: {
        get: { operationId: 'listWidgets', responses: { 200: { schema: ref('Widget') } } },
      },
      '/apis/apps/v1/deployments': { get: { operationId: 'hijacked', responses: {} } },
    },
    definitions: {
      Widget: { type: 'object', properties: { metadata: ref(METADATA) } },
      [METADATA]: { type: 'object', description: 'theirs' },
      Unused: { type: 'object' },
    },
  };
  const V3 = `openapi/v3${ROOT}`;

  before(async () => {
    scene.answers.set('/openapi/v2', (_, response) => void response.end(JSON.stringify(document)));
    const paths = {
      [ROOT.slice(1)]: { serverRelativeURL: `/${V3}?hash=abc` },
      'api/v1': { serverRelativeURL: '/openapi/v3/api/v1?hash=evil' },
    };
    scene.answers.set('/openapi/v3', (_, response) => void response.end(JSON.stringify({ paths })));
    scene.answers.set(`/${V3}`, (request, response) => void response.end(`document of ${request.url}`));
    await fetchAgain(201);
  });

  /** A change of the APIService has everything fetched again. */
  async function fetchAgain(versionPriority: number) {
    const body = Buffer.from(JSON.stringify({ spec: { versionPriority } }));
    const headers = { 'content-type': 'application/merge-patch+json' };
    const path = `${SERVICES}/v1.${GROUP}`;
    await scene.server.api.inProcess.request({ method: 'PATCH', path, headers, body }, ADMIN);
  }

  it('v2 has the paths of the version with their definitions, under free names', async () => {
    const merged = await until(async () => {
      const found = JSON.parse((await scene.ask('/openapi/v2')).body);
      return found.paths[`${ROOT}/widgets`] && found;
    });
    assert.deepEqual(merged.definitions.Widget.properties.metadata, ref(`${METADATA}_v2`));
    assert.equal(merged.definitions[`${METADATA}_v2`].description, 'theirs');
    assert.notEqual(merged.definitions[METADATA].description, 'theirs');
    assert.equal(merged.definitions.Unused, undefined);
    assert.notEqual(merged.paths['/apis/apps/v1/deployments']?.get.operationId, 'hijacked');
    assert.ok(merged.paths['/api/v1/pods'].get);
  });

  it('v2 has them in protobuf, too', async () => {
    const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
    const { body } = await scene.ask('/openapi/v2', { headers: { accept } });
    assert.ok(body.includes('listWidgets') && body.includes('listCoreV1PodForAllNamespaces'));
    assert.ok(!body.includes('hijacked'));
  });

  it('v3 names the document of the version, which is forwarded', async () => {
    const paths = await until(async () => {
      const found = JSON.parse((await scene.ask('/openapi/v3')).body).paths;
      return found[ROOT.slice(1)] && found;
    });
    assert.equal(paths[ROOT.slice(1)].serverRelativeURL, `/${V3}?hash=abc`);
    assert.doesNotMatch(paths['api/v1'].serverRelativeURL, /evil/);
    assert.equal((await scene.ask(`/${V3}?hash=abc`)).body, `document of /${V3}?hash=abc`);
  });

  it('v3 is made of v2 for a server that has no other', async () => {
    scene.answers.delete('/openapi/v3');
    scene.answers.delete(`/${V3}`);
    await fetchAgain(202);
    const url = await until(async () => {
      const { paths } = JSON.parse((await scene.ask('/openapi/v3')).body);
      const found = paths[ROOT.slice(1)]?.serverRelativeURL;
      return found && !found.endsWith('=abc') && found;
    });
    assert.match(url, /^\/openapi\/v3\/apis\/remote\.io\/v1\?hash=[0-9A-F]{64}$/);
    const { status, headers, body } = await scene.ask(url);
    assert.equal(status, 200);
    assert.equal(headers['cache-control'], 'public, immutable');
    const made = JSON.parse(body);
    assert.equal(made.paths[`${ROOT}/widgets`].get.operationId, 'listWidgets');
    assert.deepEqual(made.components.schemas.Widget.properties.metadata, {
      $ref: `#/components/schemas/${METADATA}`,
    });
    // Whatever has been of the server before.
    assert.equal(JSON.parse((await scene.ask(`/${V3}`)).body).openapi, '3.0.0');
  });
});
