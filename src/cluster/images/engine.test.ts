import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { engineImage, withEngineImage } from './engine.ts';

test('docker: and podman: name an image, with the tag latest where there is none', () => {
  assert.deepEqual(engineImage('docker:app'), { engine: 'docker', name: 'app:latest' });
  assert.deepEqual(engineImage('podman:localhost:5000/a/b:2'), {
    engine: 'podman',
    name: 'localhost:5000/a/b:2',
  });
  assert.equal(engineImage('docker:localhost:5000/a')?.name, 'localhost:5000/a:latest');
  assert.equal(engineImage('./docker:app.tar'), undefined);
  assert.equal(engineImage('app.tar'), undefined);
  assert.throws(() => engineImage('docker:'), /give the name/);
  assert.throws(() => engineImage('podman:--help'), /give the name/);
});

test('an image comes by the socket as an archive that is gone afterwards', async (t) => {
  const scratch = mkdtempSync(join(tmpdir(), 'engine-'));
  t.after(() => rmSync(scratch, { recursive: true, force: true }));
  const socket = join(scratch, 'docker.sock');
  const asked: (string | undefined)[] = [];
  const server = http.createServer(({ url }, response) => {
    asked.push(url);
    if (url?.includes('absent')) return void response.writeHead(404).end('No such image');
    response.end('an archive');
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  t.after(() => server.close());
  const options = { env: { DOCKER_HOST: `unix://${socket}` }, scratch };
  const read = async (path: string) => readFileSync(path, 'utf8');
  assert.equal(await withEngineImage({ engine: 'docker', name: 'a/b:1' }, read, options), 'an archive');
  await assert.rejects(
    withEngineImage({ engine: 'docker', name: 'absent:1' }, read, options),
    /No such image/,
  );
  assert.deepEqual(asked, ['/images/a%2Fb%3A1/get', '/images/absent%3A1/get']);
  assert.deepEqual(readdirSync(scratch), ['docker.sock']);
  const nowhere = { env: { DOCKER_HOST: `unix://${scratch}/none` }, scratch };
  await assert.rejects(
    withEngineImage({ engine: 'docker', name: 'a:1' }, read, nowhere),
    /nobody answers at/,
  );
  const remote = { env: { DOCKER_HOST: 'tcp://10.0.0.1:2375' }, scratch };
  await assert.rejects(withEngineImage({ engine: 'docker', name: 'a:1' }, read, remote), /only unix:/);
});
