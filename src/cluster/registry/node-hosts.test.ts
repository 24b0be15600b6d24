import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { keepRegistryHosts } from '../../cri/containerd/supervisor/registry-hosts.ts';
import { parseRegistries } from '../../registry/upstream/registries-file.ts';
import { nodeHosts } from './node-hosts.ts';

const given = {
  url: 'https://10.77.0.254:5000',
  ports: [5000, 5007],
  credential: { ca: '/r/ca.crt', certificate: '/r/node.crt', key: '/r/node.key' },
};

test('containerd asks here for what was pushed and what registries.yaml names, without any password', async (t) => {
  const registries = parseRegistries(
    'mirrors: {docker.io: {endpoint: ["https://m.example"]}, "*": {}}\nconfigs: {reg.example: {auth: {username: u, password: geheim}, tls: {insecure_skip_verify: true}}}',
    '/',
  );
  const directory = mkdtempSync(join(tmpdir(), 'hosts-'));
  t.after(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, 'mine.example'));
  writeFileSync(join(directory, 'mine.example/hosts.toml'), 'server = "https://x"\n');
  await keepRegistryHosts(directory, nodeHosts({ ...given, registries }));
  const names = [
    '127.0.0.1:5000',
    '127.0.0.1:5007',
    '_default',
    'docker.io',
    'localhost:5000',
    'localhost:5007',
  ];
  assert.deepEqual(readdirSync(directory).sort(), [...names, 'mine.example', 'reg.example'].sort());
  const text = (host: string) => readFileSync(join(directory, host, 'hosts.toml'), 'utf8');
  assert.match(
    text('reg.example'),
    /^server = "https:\/\/reg.example"\nskip_verify = true\n\[host\."https:\/\/10/m,
  );
  assert.match(text('docker.io'), /^server = "https:\/\/registry-1.docker.io"$/m);
  assert.match(text('localhost:5007'), /client = \[\["\/r\/node.crt", "\/r\/node.key"\]\]/);
  assert.doesNotMatch(text('_default'), /^server/m);
  assert.ok(![...names, 'reg.example'].some((host) => text(host).includes('geheim')));

  await keepRegistryHosts(directory, nodeHosts({ ...given, ports: [5000] }));
  assert.deepEqual(readdirSync(directory).sort(), ['127.0.0.1:5000', 'localhost:5000', 'mine.example']);
});
