import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compile } from '../../ingress/compile.ts';
import { anIngress, aWorld, type PathOf } from '../../ingress/world.fake.ts';
import { located } from './addresses.ts';
import { backendSection } from './backend.ts';
import { Written } from './written.ts';

/** The lines of the backend of an Ingress with these annotations. */
function linesOf(
  annotations: Record<string, string>,
  path: PathOf = ['/', 'Prefix', 'a'],
  tls = false,
): string[] {
  const extra = tls ? { tls: [{ hosts: ['h.test'] }] } : {};
  const { model } = compile(aWorld([anIngress('i', 'h.test', [path], { annotations, ...extra })]));
  const backend = model.backends.get('ns_i_a_80')!;
  const text = backendSection(backend, 2, new Written('/d'), { directory: '/d', sockets: '/s' });
  return located(text, new Map([[backend.name, [backend.endpoints[0], undefined]]]), '/s')
    .trim()
    .split('\n')
    .map((line) => line.trim());
}

/** Annotations, and the lines that they add. */
const LINES: readonly [name: string, annotations: Record<string, string>, lines: readonly string[]][] = [
  [
    'time-outs',
    { 'proxy-connect-timeout': '3', 'proxy-read-timeout': '90s' },
    ['timeout connect 3000ms', 'timeout server 90000ms'],
  ],
  [
    'the size of bodies',
    { 'proxy-body-size': '8m' },
    ['http-request deny deny_status 413 if { req.body_size gt 8388608 }'],
  ],
  [
    'a redirect',
    { 'temporal-redirect': 'https://e.test/x' },
    ['http-request redirect code 302 location https://e.test/x'],
  ],
  [
    'https',
    { 'force-ssl-redirect': 'true' },
    ['http-request redirect scheme https code 308 unless { ssl_fc }'],
  ],
  ['the host', { 'upstream-vhost': 'up.test' }, ['http-request set-header Host up.test']],
  [
    'ranges',
    { 'whitelist-source-range': '10.0.0.0/8, ::1', 'denylist-source-range': '10.9.9.9' },
    [
      'acl allowed src 10.0.0.0/8 ::1',
      'acl denied src 10.9.9.9',
      'http-request deny deny_status 403 if denied',
      'http-request deny deny_status 403 unless allowed',
    ],
  ],
  [
    'rates',
    { 'limit-rps': '2' },
    [
      'http-request track-sc0 src',
      'http-request deny deny_status 503 if { sc_gpc0_rate(0) ge 10 }',
      'http-request sc-inc-gpc0(0)',
    ],
  ],
  ['a cookie', { affinity: 'cookie' }, ['cookie INGRESSCOOKIE insert indirect nocache dynamic httponly']],
  ['gRPC', { 'backend-protocol': 'GRPC' }, ['default-server proto h2']],
];

/** The first text of users in a section. */
const TEXT = '%[str(t0),map_str(/d/texts.map)]';

describe('a backend', () => {
  it('has a server for each slot; one without an endpoint takes no requests', () => {
    assert.deepEqual(linesOf({}), [
      'backend ns_i_a_80',
      'server s0 10.1.0.1:8080',
      'server s1 127.0.0.1:1 disabled',
    ]);
  });

  for (const [name, annotations, lines] of LINES)
    it(`knows ${name}`, () => {
      const found = linesOf(annotations);
      assert.deepEqual(
        found.filter((line) => lines.includes(line)),
        lines,
      );
    });

  it('sends clients to https where its host has TLS, unless told otherwise', () => {
    const redirect = 'http-request redirect scheme https code 308 unless { ssl_fc }';
    assert.ok(linesOf({}, ['/', 'Prefix', 'a'], true).includes(redirect));
    assert.ok(!linesOf({ 'ssl-redirect': 'false' }, ['/', 'Prefix', 'a'], true).includes(redirect));
  });

  it('rewrites what follows the path, for the forms of ingress-nginx’s documentation', () => {
    const rewritten = (path: string, target: string) =>
      linesOf({ 'rewrite-target': target }, [path, 'ImplementationSpecific', 'a']).filter((line) =>
        line.includes('path'),
      );
    assert.deepEqual(rewritten('/x(/|$)(.*)', '/y/$2'), [
      'http-request deny deny_status 400 unless { path -m beg -- "/x" }',
      `http-request set-path ${TEXT}%[path,bytes(3)]`,
    ]);
    assert.deepEqual(rewritten('/(.*)', '/y/$1'), [`http-request set-path ${TEXT}%[path,bytes(1)]`]);
    assert.deepEqual(rewritten('/x', '/'), [`http-request set-path ${TEXT}`]);
  });
});
