import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseChallenge } from './challenge.ts';
import { endpointsOf, isServed } from './endpoints.ts';
import { parseRegistries, RegistriesError } from './registries-file.ts';
import { rewriter } from './rewrite.ts';

const parse = (text: string) => parseRegistries(text, '/etc/reg');

test('a registry is asked at its mirrors first, each with its own credentials, and at its own place last', () => {
  const registries = parse(`
mirrors:
  docker.io:
    endpoint: ["https://mirror.example:5000/hub", other.example]
  "reg.local:5000":
    endpoint: ["http://reg.local:5000"]
configs:
  mirror.example:5000:
    auth: {auth: ${Buffer.from('me:a:b').toString('base64')}}
    tls: {ca_file: ca.pem, cert_file: /c, key_file: /k}
  docker.io: {auth: {identity_token: t}}
  private.example: {auth: {username: u, password: p}}
`);
  assert.deepEqual(endpointsOf(registries, 'docker.io'), [
    {
      url: 'https://mirror.example:5000/hub',
      config: {
        ...{ username: 'me', password: 'a:b' },
        tls: { certFile: '/c', keyFile: '/k', caFile: '/etc/reg/ca.pem' },
      },
      isMirror: true,
    },
    { url: 'https://other.example', config: {}, isMirror: true },
    { url: 'https://registry-1.docker.io', config: { identityToken: 't' }, isMirror: false },
  ]);
  const local = endpointsOf(registries, 'reg.local:5000').map(({ url, isMirror }) => [url, isMirror]);
  assert.deepEqual(local, [['http://reg.local:5000', false]]);
  const served = ['docker.io', 'private.example', 'quay.io'].map((host) => isServed(registries, host));
  assert.deepEqual(served, [true, true, false]);
  assert.ok(isServed(parse('mirrors: {"*": {}}'), 'quay.io'));
});

test('what is wrong is said with its place, and without secrets', () => {
  for (const [text, why] of [
    ['mirror: {}', /the file: unknown field mirror/],
    ['mirrors: {"../x": {}}', /is no host/],
    ['mirrors: {a.io: {endpoint: ["ftp://x"]}}', /mirrors.a.io.endpoint: a URL such as/],
    ['mirrors: {a.io: {endpoint: ["https://u:hunter2@x"]}}', /belong into configs/],
    ['configs: {a.io: {auth: {username: u}}}', /username and password belong together/],
    ['configs: {a.io: {auth: {username: u, password: 7}}}', /quote numbers/],
    ['configs: {a.io: {auth: {auth: "aHVudGVyMg=="}}}', /base64 of USER:PASSWORD/],
    ['configs: {a.io: {tls: {key_file: /k}}}', /cert_file and key_file belong together/],
    ['configs:\n  a.io: {auth: {password: hunter2', /^invalid YAML in line \d+$/],
  ] as const)
    assert.throws(
      () => parse(text),
      (error) =>
        error instanceof RegistriesError && why.test(error.message) && !/hunter2/.test(error.message),
      text,
    );
  for (const text of ['', '# nothing yet\n', 'mirrors:\n']) assert.equal(parse(text).mirrors.size, 0);
});

test('names are rewritten for mirrors only, and only into names', async () => {
  const registries = parse('mirrors: {a.io: {rewrite: {"^lib/(.*)": "hub/$1", "^bad$": "../etc"}}}');
  const [mirror, own] = [true, false].map((isMirror) => ({ url: 'https://m', config: {}, isMirror }));
  const renamed = async (name: string) => {
    const at = await rewriter(registries, 'a.io', name);
    return [at(mirror!), at(own!)];
  };
  assert.deepEqual(await renamed('lib/x'), ['hub/x', 'lib/x']);
  assert.deepEqual(await renamed('bad'), ['bad', 'bad']);
  assert.deepEqual(await renamed('other'), ['other', 'other']);
});

test('challenges are read as registries write them', () => {
  const header = 'Bearer realm="https://auth.x/token",service="reg, x",scope="repository:a/b:pull,push"';
  assert.deepEqual(parseChallenge(header), {
    scheme: 'bearer',
    parameters: { realm: 'https://auth.x/token', service: 'reg, x', scope: 'repository:a/b:pull,push' },
  });
  assert.deepEqual(parseChallenge('Basic realm=x'), { scheme: 'basic', parameters: { realm: 'x' } });
  assert.equal(parseChallenge('Negotiate'), undefined);
  assert.equal(parseChallenge(`Bearer ${'a="'.repeat(5_000)}`), undefined);
  assert.deepEqual(parseChallenge('Bearer a="\\"b'), { scheme: 'bearer', parameters: { a: '"b' } });
});
