import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { askedOf } from './asked.ts';
import { Annotations, PREFIX } from './read.ts';

const asked = (values: Record<string, string>) =>
  askedOf(
    new Annotations(Object.fromEntries(Object.entries(values).map(([key, value]) => [PREFIX + key, value]))),
    ({ name, namespace = '', port, protocol }) => `${protocol} ${namespace}/${name} ${port}`,
  );
const signIn = (url: string) => asked({ 'auth-url': 'http://a', 'auth-signin': url })?.signIn;

describe('auth-url', () => {
  it('names a Service as DNS does', () => {
    const found = (url: string) => {
      const { backend, path } = asked({ 'auth-url': url })!;
      return `${backend} ${path}`;
    };
    assert.equal(found('http://a'), 'http /a 80 /');
    assert.equal(found('https://a.ns/x/y'), 'https ns/a 443 /x/y');
    assert.equal(found('http://a.ns.svc:8080/x'), 'http ns/a 8080 /x');
    assert.equal(found('http://a.ns.svc.cluster.local:8080'), 'http ns/a 8080 /');
  });

  it('is refused when it is anything else', () => {
    for (const url of [
      'a',
      'ftp://a',
      'http://',
      'http://a.b.com',
      'http://a:x',
      'http://a:1:2',
      'http://a/$x',
      'http://a/ b',
    ])
      assert.throws(() => asked({ 'auth-url': url }), /not supported/, url);
  });

  it('has what goes with it', () => {
    const { receive, alone } = asked({ 'auth-url': 'http://a', 'auth-response-headers': 'X-User, X-Group' })!;
    assert.deepEqual([receive, alone], [['X-User', 'X-Group'], true]);
    assert.throws(() => asked({ 'auth-url': 'http://a', 'auth-method': 'POST' }), /not supported/);
    assert.equal(asked({ 'auth-response-headers': 'X-User' }), undefined);
  });
});

describe('auth-signin', () => {
  it('ends where the URL of the request follows', () => {
    assert.equal(signIn('https://login.test/start'), 'https://login.test/start?rd=');
    assert.equal(signIn('https://login.test/?a=b'), 'https://login.test/?a=b&rd=');
    assert.equal(signIn('https://$host/oauth2/start?rd=$escaped_request_uri'), '/oauth2/start?rd=');
  });

  it('has no other variables', () => assert.throws(() => signIn('https://x/$uri'), /not supported/));
});
