import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { StatusError } from '../../../src/api/status/status-error.ts';
import { impersonated } from '../../../src/apiserver/authn/impersonation.ts';
import { signingKey, signToken, verifySignature } from '../../../src/apiserver/authn/jwt.ts';
import { isSignedBy, readToken } from '../../../src/apiserver/authn/oidc/json-web-token.ts';
import { parseKeySet } from '../../../src/apiserver/authn/oidc/key-set.ts';
import { accepted } from '../../../src/apiserver/http/negotiate.ts';
import { mayUpgrade, requestInfo } from '../../../src/apiserver/request-info.ts';
import { requestHeaders } from '../../../src/apiserver/tunnel/headers.ts';
import { parseProxyId } from '../../../src/apiserver/tunnel/proxy-location.ts';
import { nearMisses, PROTOTYPE_NAMES, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

/** Bytes of a request's head that Node.js accepts. */
const LONGEST = 16 * 1024;
const short = (text: string) => text.slice(0, LONGEST);
const isStatus = (error: unknown) => error instanceof StatusError;

const paths = [
  '/api/v1/namespaces/default/pods/web/proxy/a/b',
  '/apis/apps/v1/namespaces/x/deployments/d/scale',
  '/api/v1/watch/nodes',
  '/api/v1/namespaces/x/finalize',
  '/version',
];
const segments = [
  '/',
  '//',
  'api',
  'apis',
  'v1',
  'namespaces',
  'pods',
  'proxy',
  'exec',
  'watch',
  'status',
  '%2f',
  '%',
  '%ff',
  '..',
  '.',
  ...PROTOTYPE_NAMES,
];

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = signingKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
const token = signToken(key, { sub: 'system:serviceaccount:a:b' });

const names = [
  'impersonate-user',
  'impersonate-group',
  'impersonate-uid',
  'impersonate-extra-a',
  'impersonate-extra-%zz',
  'impersonate-extra-__proto__',
  'impersonate-extra-',
  'Impersonate-Extra-A%2fb',
];
const value = fc.oneof(
  fc.constantFrom('a', '', 'system:masters', 'system:serviceaccount:a:b', 'a,b', ', ,'),
  fc.string(),
);

const rawNames = [
  'Connection',
  'connection',
  'Upgrade',
  'Authorization',
  'authorization',
  'Cookie',
  'X-Remote-User',
  'Impersonate-User',
  'X-Forwarded-For',
  'Transfer-Encoding',
  'Content-Length',
  'Sec-WebSocket-Protocol',
  'Host',
  'TE',
  'X-Mine',
];
const rawValues = [
  'Upgrade',
  'close, X-Mine',
  'keep-alive',
  'Bearer secret',
  'base64url.bearer.authorization.k8s.io.c2VjcmV0, v4.channel.k8s.io',
  '5',
  'chunked',
  '10.0.0.1',
];

export const targets = [
  fuzzTarget({
    name: 'apiserver/request-info',
    input: fc.tuple(
      fc.constantFrom('GET', 'POST', 'DELETE', 'constructor', ''),
      fc.oneof(piecesOf(segments), nearMisses(paths, segments)).map(short),
    ),
    run: ([method, path]) => {
      const info = requestInfo(method, path, new URLSearchParams());
      for (const text of [
        info.verb,
        info.group,
        info.version,
        info.namespace,
        info.resource,
        info.subresource,
        info.name,
        info.rest,
      ])
        assert.equal(typeof text, 'string');
      assert.ok(info.rest === '' || path.endsWith(info.rest), 'the rest is the end of the path');
      assert.equal(typeof mayUpgrade(info), 'boolean');
    },
    refuses: () => false,
  }),
  fuzzTarget({
    name: 'apiserver/accept',
    input: fc
      .oneof(
        piecesOf([
          ...',;=/*"\\ ',
          'application',
          'json',
          'as=Table',
          'g=meta.k8s.io',
          'v=v1',
          'q=0.5',
          'yaml',
          '*/*',
        ]),
        nearMisses([
          'application/json;as=Table;v=v1;g=meta.k8s.io,application/json',
          'application/vnd.kubernetes.protobuf, */*;q=0.1',
        ]),
      )
      .map(short),
    run: (header) => accepted(header, { protobuf: true, forms: 'meta.k8s.io', yaml: true }),
    refuses: isStatus,
  }),
  fuzzTarget({
    name: 'apiserver/impersonation',
    input: fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 8 }),
    run: (pairs) => {
      const asked: string[] = [];
      const authorizer = {
        authorize: (_user: unknown, attributes: { name: string }) => {
          asked.push(attributes.name);
          return { allowed: true, reason: '' };
        },
      };
      const headers = Object.fromEntries(pairs.map(([name, text]) => [name.toLowerCase(), short(text)]));
      const sender = { name: 'sender', groups: [] };
      const user = impersonated(headers, sender, authorizer as never);
      if (user === sender || user instanceof Promise) return;
      assert.ok(asked.includes(user.name) || asked.includes(user.name.split(':')[3] ?? ''));
      for (const values of Object.values(user.extra ?? {}))
        for (const one of values) assert.ok(asked.includes(one));
    },
    refuses: isStatus,
  }),
  fuzzTarget({
    name: 'apiserver/jwt',
    input: fc
      .oneof(
        nearMisses([token]),
        piecesOf([...'.eyJ=-_', token.split('.')[0]!, token.split('.')[1]!, 'null', 'W10']),
      )
      .map(short),
    run: (text) => {
      const found = verifySignature(text, [key]);
      // The decoder of base64url passes over characters that are none.
      const plain = (one: string) => one.replace(/[^A-Za-z0-9_.-]/g, '');
      if (found)
        assert.equal(plain(text).split('.').slice(0, 2).join('.'), token.split('.').slice(0, 2).join('.'));
    },
    refuses: () => false,
  }),
  fuzzTarget({
    name: 'apiserver/oidc-token',
    input: fc
      .oneof(
        nearMisses([token]),
        piecesOf([...'.eyJ=-_', token.split('.')[0]!, token.split('.')[1]!, 'null', 'W10']),
      )
      .map(short),
    run: (text) => {
      const read = readToken(text);
      const keys = [{ id: key.id, key: key.publicKey, algorithm: undefined }];
      if (read && isSignedBy(read, keys)) assert.equal(read.signed, token.split('.').slice(0, 2).join('.'));
    },
    refuses: () => false,
  }),
  fuzzTarget({
    name: 'apiserver/key-set',
    input: nearMisses(['{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA","kid":"a","use":"sig"}]}']).map(
      short,
    ),
    run: (text) => {
      for (const { key: found } of parseKeySet(text)) assert.equal(found.type, 'public');
    },
    refuses: (error) => error instanceof Error && error.message.startsWith('oidc: failed to decode keys'),
  }),
  fuzzTarget({
    name: 'apiserver/proxy-id',
    input: fc
      .oneof(piecesOf([...':', 'http', 'https', 'web', '80', '']), nearMisses(['https:web:8443', 'web:http']))
      .map(short),
    run: (id) => {
      const { scheme, name } = parseProxyId('pod', id);
      assert.ok(['', 'http', 'https'].includes(scheme) && name !== '' && !name.includes(':'));
    },
    refuses: isStatus,
  }),
  fuzzTarget({
    name: 'apiserver/proxied-headers',
    input: fc.tuple(
      fc.array(
        fc.tuple(
          fc.oneof(fc.constantFrom(...rawNames), fc.string()),
          fc.oneof(fc.constantFrom(...rawValues), fc.string()),
        ),
        { maxLength: 12 },
      ),
      fc.boolean(),
    ),
    run: ([pairs, upgrade]) => {
      const sent = requestHeaders(pairs.flat(), '::ffff:10.0.0.1', upgrade);
      const text = sent.filter((_, i) => i % 2 === 0).map((name) => name.toLowerCase());
      for (const name of text) {
        assert.ok(
          !['authorization', 'host', 'transfer-encoding', 'te', 'proxy-authorization'].includes(name),
        );
        assert.ok(!name.startsWith('impersonate-') && !name.startsWith('x-remote-'));
        if (!upgrade) assert.ok(!['connection', 'upgrade'].includes(name));
      }
      assert.equal(text.filter((name) => name === 'x-forwarded-for').length, 1);
      sent.forEach((one, i) => {
        if (i % 2 === 1 && text[(i - 1) / 2] === 'sec-websocket-protocol')
          assert.ok(!one.split(',').some((part) => part.trim().startsWith('base64url.bearer.')));
      });
    },
    refuses: () => false,
  }),
];
