// The history of ingress-nginx: texts of users that became part of the proxy's configuration, or led past a rule. Each is answered
// here by what the door does with it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Ingress } from '../../api/kinds/networking/v1/ingress.ts';
import { selfSigned } from '../../cluster/pki/self-signed.ts';
import { systemClock } from '../../kit/clock.ts';
import { systemRandom } from '../../kit/random.ts';
import { usersOf } from '../basic-auth.ts';
import { pemOfSecret } from '../certificates.ts';
import { filesOf } from '../haproxy/config/files.ts';
import { lookUp } from '../haproxy/config/look-ups/look-up.fake.ts';
import { nextSlots } from '../haproxy/slots.ts';
import { compile } from './compile.ts';
import { anIngress, aSecret, aWorld } from './world.fake.ts';

const place = {
  directory: '/d',
  socket: '/s',
  sockets: '/d/sockets',
  addresses: ['127.77.0.1'],
  metrics: { address: '127.77.0.1', port: 1 },
  certificate: 'PEM',
};
const MARK = 'xEVILx';
const SECRETS = { users: aSecret('users', { auth: `${MARK} }\nuser:$2y$05$short\nu\n  password:$6$ab$cd` }) };

const filesFor = (ingresses: readonly Ingress[]) => {
  const { model } = compile(aWorld(ingresses, SECRETS));
  return filesOf(model, nextSlots(model.backends.values(), new Map()), place);
};
const innocent = anIngress('innocent', 'ok.test', [['/', 'Prefix', 'ok']]);
/** What a canary accompanies; of two with one path the hostile one has it, by name. */
const main = anIngress('main', 'h.test', [['/', 'Prefix', 'a']]);
const with_ = (annotations: Record<string, string>, host = 'h.test', path = '/') =>
  anIngress('evil', host, [[path, 'ImplementationSpecific', 'a']], { annotations });
const LINE = `x;\n ${MARK} }`;

/** What was done, by the number under which it was made known, and an Ingress that does it. */
const HISTORY: readonly [name: string, ingress: Ingress][] = [
  ['CVE-2021-25742: a snippet', with_({ 'configuration-snippet': `${MARK};`, 'server-snippet': `${MARK};` })],
  ['CVE-2021-25745: a path that ends the block', with_({}, 'h.test', `/${MARK}{proxy_pass file:///x;}`)],
  ['CVE-2021-25745: a path with a new line', with_({}, 'h.test', `/a\n ${MARK}`)],
  ['CVE-2021-25746: an annotation with a new line', with_({ 'upstream-vhost': LINE })],
  ['CVE-2021-25748: a path that passes a check of lines', with_({}, 'h.test', `/a\r\n${MARK} root`)],
  ['CVE-2022-4886: a path with a lua block', with_({}, 'h.test', `/by_lua_block{${MARK}}`)],
  ['CVE-2023-5043: configuration in an annotation’s value', with_({ 'auth-realm': `a"\n ${MARK}` })],
  [
    'CVE-2023-5044: a redirect that ends the directive',
    with_({ 'permanent-redirect': `https://x/;} ${MARK} {` }),
  ],
  ['CVE-2024-7646: a carriage return in an annotation', with_({ 'rewrite-target': `/a\r${MARK}` })],
  [
    'CVE-2025-1097: auth-tls-match-cn',
    with_({ 'auth-tls-secret': 'ns/s', 'auth-tls-match-cn': `CN=a #(\n){}\n${MARK}` }),
  ],
  ['CVE-2025-1098: mirror-target', with_({ 'mirror-target': `https://x;${MARK}`, 'mirror-host': LINE })],
  ['CVE-2025-24514: auth-url', with_({ 'auth-url': `http://x/#;\n${MARK}` })],
  [
    'CVE-2025-24513: auth-secret as a path of files',
    with_({ 'auth-type': 'basic', 'auth-secret': `../../${MARK}` }),
  ],
  ['a host', with_({}, `h.test ${MARK}`)],
  ['cookies', with_({ affinity: 'cookie', 'session-cookie-name': `a ${MARK}` })],
  ['origins', with_({ 'enable-cors': 'true', 'cors-allow-origin': `https://a" ${MARK}` })],
  ['methods', with_({ 'enable-cors': 'true', 'cors-allow-methods': `GET" ${MARK}` })],
  ['ranges', with_({ 'whitelist-source-range': `10.0.0.0/8 ${MARK}` })],
  ['aliases', with_({ 'server-alias': `a.test,b ${MARK}` })],
  ['a canary’s header', with_({ canary: 'true', 'canary-by-header': `a) ${MARK}` })],
  [
    'a flag where HAProxy looks for one',
    with_({ canary: 'true', 'canary-by-header': 'x', 'canary-by-header-value': `-f${MARK}` }),
  ],
  ['a password file', with_({ 'auth-type': 'basic', 'auth-secret': 'users' })],
  ['an argument of the log format', with_({ 'rewrite-target': `/%[env(${MARK})]` })],
  ['the root of an application', with_({ 'app-root': `/a ${MARK}` })],
];

describe('a hostile Ingress', () => {
  for (const [name, ingress] of HISTORY)
    it(`${name}: reaches no file, and harms no other`, () => {
      const files = filesFor([innocent, main, ingress]);
      for (const [file, text] of files) assert.ok(!text.includes(MARK), `${file}: ${text}`);
      assert.match(files.get('hosts.map')!, /^ingress\/ok\.test /m);
    });

  it('CVE-2025-1974: the proxy listens for clients and for metrics only; what can change it is a socket of its own user', () => {
    const config = filesFor([innocent, with_({ 'backend-protocol': 'GRPCS' })]).get('haproxy.cfg')!;
    const binds = config.split('\n').filter((line) => line.trim().startsWith('bind '));
    assert.deepEqual(
      binds.map((line) => line.trim().split(' ')[1]),
      ['127.77.0.1:80', '127.77.0.1:443', '127.77.0.1:1'],
    );
    const sockets = config.split('\n').filter((line) => line.includes('stats socket'));
    assert.deepEqual(
      sockets.map((line) => line.trim()),
      ['stats socket unix@/s mode 600 level admin expose-fd listeners'],
    );
  });

  it('a hash that crypt(3) cannot compute, or only slowly, is no password', () => {
    const salted = 'a'.repeat(53);
    const hashes = [
      `$2y$03$${salted}`,
      `$2y$14$${salted}`,
      `$6$rounds=0999$ab$${'x'.repeat(86)}`,
      `$6$rounds=999999$ab$${'x'.repeat(86)}`,
    ];
    for (const hash of [...hashes, '$apr1$ab$cd', '{SHA}abc', 'plain'])
      assert.equal(typeof usersOf('s', aSecret('s', { auth: `ali:${hash}` })), 'string', hash);
    assert.deepEqual(usersOf('s', aSecret('s', { auth: `x\nali:$2y$05$${salted}` })), [
      { name: 'ali', hash: `$2y$05$${salted}` },
    ]);
  });

  it('a Secret with the longest name makes no file that cannot be written', () => {
    const secretName = 'a'.repeat(253);
    const { certificate, key } = selfSigned('c', ['h.test'], { clock: systemClock, random: systemRandom });
    const secret = aSecret(secretName, { 'tls.crt': certificate, 'tls.key': key });
    const hosts = Array.from({ length: 100 }, (_, i) => `h${i}.test`);
    const ingress = anIngress('i', 'h.test', [['/', 'Prefix', 'a']], { tls: [{ hosts, secretName }] });
    const { model } = compile(aWorld([ingress], { [secretName]: secret }));
    const files = filesOf(model, new Map(), place);
    assert.ok([...files.keys()].every((name) => name.length < 100));
    for (const host of hosts) assert.ok(files.get('certificates.list')!.includes(` ${host}`));
  });

  it('a certificate with another’s key, a weak key, or none is not used', () => {
    const tools = { clock: systemClock, random: systemRandom };
    const [one, other] = [selfSigned('a', ['a'], tools), selfSigned('b', ['b'], tools)];
    const isRefused = (data: Record<string, string>) => 'problem' in pemOfSecret('s', aSecret('s', data));
    assert.ok(isRefused({ 'tls.crt': one.certificate, 'tls.key': other.key }));
    assert.ok(isRefused({ 'tls.crt': one.certificate }));
    assert.ok(isRefused({ 'tls.crt': 'x', 'tls.key': one.key }));
    const withMore = { 'tls.crt': `${MARK}\n${one.certificate}\n${MARK}`, 'tls.key': `${one.key}${MARK}` };
    const made = pemOfSecret('s', aSecret('s', withMore));
    assert.ok('pem' in made && !made.pem.includes(MARK));
  });

  it('another namespace’s Secret is not used for passwords', () => {
    const users = aSecret('users', { auth: `ali:$6$ab$${'x'.repeat(86)}` });
    const closed = (secret: string) => {
      const guarded = with_({ 'auth-type': 'basic', 'auth-secret': secret });
      const { model } = compile(aWorld([guarded], { users }));
      return [...model.backends.values()].map(({ policy }) => policy.closed === 503);
    };
    assert.deepEqual(['users', 'ns/users', 'kube-system/users'].map(closed), [[false], [false], [true]]);
  });

  it('a guard that cannot be done closes its routes: they do not fall to a less guarded one', () => {
    const open = anIngress('open', 'h.test', [['/', 'Prefix', 'a']]);
    const guards: readonly Record<string, string>[] = [
      { 'auth-url': 'http://x.other' },
      { 'auth-url': 'http://auth.example.com/' },
      { 'auth-url': 'http://a', 'auth-signin': 'javascript:alert(1)' },
      { 'auth-url': 'http://a', 'auth-snippet': 'x' },
      { 'auth-tls-secret': 'ns/x' },
      { 'auth-type': 'digest', 'auth-secret': 'users' },
      { 'auth-type': 'basic', 'auth-secret': 'absent' },
      { 'whitelist-source-range': 'everybody' },
    ];
    for (const guard of guards) {
      const guarded = anIngress('guarded', 'h.test', [['/admin', 'Prefix', 'a']], { annotations: guard });
      const { model } = compile(aWorld([open, guarded], SECRETS));
      const backend = model.backends.get(lookUp(model, 'h.test', '/admin/x')!)!;
      assert.equal(backend.policy.closed, 503, JSON.stringify(guard));
      const written = filesOf(model, nextSlots(model.backends.values(), new Map()), place).get(
        'haproxy.cfg',
      )!;
      assert.match(written, /backend ns_guarded_a_80\n {2}http-request deny deny_status 503\n/);
    }
  });

  it('no text in any annotation, host or path makes a line of its own', () => {
    const names = [
      ...['rewrite-target', 'proxy-body-size', 'auth-realm', 'auth-type', 'auth-secret', 'limit-rps'],
      ...['canary-by-header', 'session-cookie-name', 'cors-allow-origin', 'cors-allow-headers', 'app-root'],
      ...[
        'whitelist-source-range',
        'permanent-redirect',
        'server-alias',
        'upstream-vhost',
        'backend-protocol',
      ],
    ];
    const text = fc.oneof(
      fc.string({ unit: fc.constantFrom(...'ab/.*$%{}"\'\\ \t\r\n#;:@()[]-_0,') }),
      fc.string({ unit: 'binary' }),
    );
    const known = /^(global|defaults|userlist|frontend|backend|\n| {2})/;
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), text), text, text, (annotations, host, path) => {
        const extra = { affinity: 'cookie', 'enable-cors': 'true', ...annotations };
        const files = filesFor([innocent, main, with_(extra, host, `/${path}`)]);
        const config = files.get('haproxy.cfg')!;
        for (const line of config.split('\n')) {
          assert.ok(line === '' || known.test(line), line);
          assert.ok(/^[\x20-\x7e]*$/.test(line) && line.length < 2_000, line);
          assert.equal(line.split('"').length % 2, 1, line);
        }
        for (const map of ['hosts.map', 'exact.map', 'prefix.map'])
          for (const line of files.get(map)!.split('\n').slice(0, -1))
            assert.match(line, /^[\x21-\x7e]+ [\x21-\x7e]+$/);
      }),
      { numRuns: 300 },
    );
  });
});
