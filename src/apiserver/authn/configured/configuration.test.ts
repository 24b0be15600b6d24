import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { loadPatterns } from '../../../api/cel/access/expressions.ts';
import { testAuthority } from '../../../kit/x509/authority.fake.ts';
import { parseAuthentication } from './configuration.ts';

before(loadPatterns);

const ISSUER = { url: 'https://issuer.example', audiences: ['a'] };
const MAPPINGS = { username: { claim: 'sub', prefix: '' } };
const jwt = (changes: object = {}) => ({ issuer: ISSUER, claimMappings: MAPPINGS, ...changes });
const file = (content: object): string =>
  JSON.stringify({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'AuthenticationConfiguration',
    ...content,
  });
const DISALLOWED = ['https://sa.example'];
const parse = (content: object) => parseAuthentication(file(content), DISALLOWED);
function error(content: object): string {
  try {
    parse(content);
  } catch (thrown) {
    return (thrown as Error).message;
  }
  return '';
}
const wrong = (changes: object): string => error({ jwt: [jwt(changes)] });
const issuer = (changes: object) => wrong({ issuer: { ...ISSUER, ...changes } });
const mappings = (changes: object) => wrong({ claimMappings: { ...MAPPINGS, ...changes } });
const AT = 'jwt[0]';

test('an issuer with all that it may have', () => {
  const certificateAuthority = testAuthority().ca;
  const { issuers, anonymous } = parse({
    jwt: [
      jwt({
        issuer: {
          ...ISSUER,
          audiences: ['a', 'b'],
          audienceMatchPolicy: 'MatchAny',
          discoveryURL: 'https://other.example/x',
          certificateAuthority,
        },
        claimValidationRules: [
          { claim: 'hd', requiredValue: 'example.com' },
          { expression: 'claims.exp - claims.nbf <= 86400', message: 'too long' },
        ],
        claimMappings: {
          username: { expression: 'claims.sub' },
          groups: { claim: 'g', prefix: 'p:' },
          uid: { claim: 'sub' },
          extra: [{ key: 'example.com/tenant', valueExpression: 'claims.tenant' }],
        },
        userValidationRules: [{ expression: "!user.username.startsWith('system:')", message: 'reserved' }],
      }),
    ],
    anonymous: { enabled: true, conditions: [{ path: '/livez' }] },
  });
  const [one] = issuers;
  assert.equal(one!.discoveryURL, 'https://other.example/x');
  assert.deepEqual([...one!.requiredClaims], [['hd', 'example.com']]);
  assert.equal(one!.claimRules[0]!.message, 'too long');
  assert.ok('expression' in one!.username);
  assert.deepEqual(one!.groups, { claim: 'g', prefix: 'p:' });
  assert.deepEqual(one!.uid, { claim: 'sub', prefix: '' });
  assert.equal(one!.extra[0]!.key, 'example.com/tenant');
  assert.equal(one!.userRules.length, 1);
  assert.deepEqual(anonymous, { enabled: true, conditions: [{ path: '/livez' }] });
});

test('a file without issuers is right, one of another kind or with unknown fields is not', () => {
  assert.deepEqual(parse({}), { issuers: [] });
  assert.equal(error({ jwt: [jwt({ isuer: {} })] }), 'strict decoding error: unknown field "jwt[0].isuer"');
  assert.match(error({ kind: 'X' }), /^no kind "X" is registered for version "apiserver.config.k8s.io\/v1"/);
  assert.match(error({ apiVersion: 'apiserver.config.k8s.io/v2' }), /^no kind/);
  assert.match(error({ jwt: 'x' }), /cannot unmarshal string/);
});

test('issuers', () => {
  const cases: [string, string][] = [
    [issuer({ url: '' }), `${AT}.issuer.url: Required value`],
    [issuer({ url: 'http://x' }), `${AT}.issuer.url: Invalid value: "http://x": URL scheme must be https`],
    [
      issuer({ url: 'https://u:p@x' }),
      `${AT}.issuer.url: Invalid value: "https://u:p@x": URL must not contain a username or password`,
    ],
    [
      issuer({ url: 'https://x?q' }),
      `${AT}.issuer.url: Invalid value: "https://x?q": URL must not contain a query`,
    ],
    [
      issuer({ url: 'https://x#f' }),
      `${AT}.issuer.url: Invalid value: "https://x#f": URL must not contain a fragment`,
    ],
    [
      issuer({ url: 'https://sa.example' }),
      `${AT}.issuer.url: Invalid value: "https://sa.example": URL must not overlap with disallowed issuers: [https://sa.example]`,
    ],
    [
      issuer({ discoveryURL: 'https://issuer.example/' }),
      `${AT}.issuer.discoveryURL: Invalid value: "https://issuer.example/": discoveryURL must be different from URL`,
    ],
    [
      issuer({ audiences: [] }),
      `${AT}.issuer.audiences: Required value: at least one ${AT}.issuer.audiences is required`,
    ],
    [issuer({ audiences: [''] }), `${AT}.issuer.audiences[0]: Required value`],
    [
      issuer({ audiences: ['a', 'a'], audienceMatchPolicy: 'MatchAny' }),
      `${AT}.issuer.audiences[1]: Duplicate value: "a"`,
    ],
    [
      issuer({ audiences: ['a', 'b'] }),
      `${AT}.issuer.audienceMatchPolicy: Invalid value: "": audienceMatchPolicy must be MatchAny for multiple audiences`,
    ],
    [
      issuer({ audienceMatchPolicy: 'All' }),
      `${AT}.issuer.audienceMatchPolicy: Invalid value: "All": audienceMatchPolicy must be empty or MatchAny for single audience`,
    ],
    [
      issuer({ certificateAuthority: 'x' }),
      `${AT}.issuer.certificateAuthority: Invalid value: "<omitted>": data does not contain any valid RSA or ECDSA certificates`,
    ],
    [
      issuer({ egressSelectorType: 'x' }),
      `${AT}.issuer.egressSelectorType: Invalid value: "x": egress selector must be either controlplane or cluster`,
    ],
    [error({ jwt: [jwt(), jwt()] }), 'jwt[1].issuer.url: Duplicate value: "https://issuer.example"'],
    [
      error({ jwt: Array.from({ length: 65 }, () => jwt()) }),
      'jwt: Too many: 65: must have at most 64 items',
    ],
  ];
  for (const [found, message] of cases) assert.equal(found, message);
});

test('mappings', () => {
  const path = `${AT}.claimMappings`;
  const cases: [string, string][] = [
    [mappings({ username: {} }), `${path}.username: Required value: claim or expression is required`],
    [
      mappings({ username: { claim: 'a', expression: 'b' } }),
      `${path}.username: Invalid value: "": claim and expression can't both be set`,
    ],
    [
      mappings({ username: { claim: 'sub' } }),
      `${path}.username.prefix: Required value: prefix is required when claim is set. It can be set to an empty string to disable prefixing`,
    ],
    [
      mappings({ username: { expression: 'claims.sub', prefix: '' } }),
      `${path}.username.prefix: Invalid value: "": may not be specified when expression is set`,
    ],
    [
      mappings({ groups: { claim: 'a', expression: 'b' } }),
      `${path}.groups: Invalid value: "": claim and expression can't both be set`,
    ],
    [
      mappings({ uid: { claim: 'a', expression: 'b' } }),
      `${path}.uid: Invalid value: "": claim and expression can't both be set`,
    ],
    [mappings({ extra: [{ valueExpression: 'claims.a' }] }), `${path}.extra[0].key: Required value`],
    [
      mappings({ extra: [{ key: 'a', valueExpression: 'claims.a' }] }),
      `${path}.extra[0].key: Invalid value: "a": must be a domain-prefixed path (such as "acme.io/foo")`,
    ],
    [
      mappings({ extra: [{ key: 'a.io/B', valueExpression: 'claims.a' }] }),
      `${path}.extra[0].key: Invalid value: "a.io/B": must be lowercase`,
    ],
    [
      mappings({ extra: [{ key: 'x.k8s.io/b', valueExpression: 'claims.a' }] }),
      `${path}.extra[0].key: Invalid value: "x.k8s.io/b": k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use`,
    ],
    [mappings({ extra: [{ key: 'a.io/b' }] }), `${path}.extra[0].valueExpression: Required value`],
    [
      mappings({
        extra: [
          { key: 'a.io/b', valueExpression: 'claims.a' },
          { key: 'a.io/b', valueExpression: 'claims.b' },
        ],
      }),
      `${path}.extra[1].key: Duplicate value: "a.io/b"`,
    ],
  ];
  for (const [found, message] of cases) assert.equal(found, message);
  assert.match(
    mappings({ username: { expression: 'claims.' } }),
    /username.expression: Invalid value: "claims.": compilation failed: ERROR: <input>:1:8: Syntax error/,
  );
  assert.match(mappings({ groups: { expression: 'user.groups' } }), /undeclared reference to 'user'/);
});

test('an address of mail as user name must have been verified', () => {
  const refused = (more: object) =>
    /claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra/.test(
      wrong(more),
    );
  const by = (expression: string, more: object = {}) => ({
    claimMappings: { username: { expression }, ...more },
  });
  assert.equal(refused(by('claims.email')), true);
  assert.equal(refused(by('claims.?email.orValue("")')), true);
  assert.equal(refused(by('has(claims.email) ? claims.email : claims.sub')), true);
  assert.equal(refused(by('[claims.email].map(e, e)[0]')), true);
  assert.equal(refused(by('claims.email_verified ? claims.email : ""')), false);
  assert.equal(refused(by('claims.other.email')), false);
  const verified = { expression: 'claims.?email_verified.orValue(true) == true' };
  assert.equal(refused({ ...by('claims.email'), claimValidationRules: [verified] }), false);
  const extra = { extra: [{ key: 'a.io/b', valueExpression: 'string(claims.email_verified)' }] };
  assert.equal(refused(by('claims.email', extra)), false);
});

test('validation rules', () => {
  const claim = (...rules: object[]) => wrong({ claimValidationRules: rules });
  const user = (...rules: object[]) => wrong({ userValidationRules: rules });
  const path = `${AT}.claimValidationRules`;
  const cases: [string, string][] = [
    [claim({}), `${path}[0]: Required value: claim or expression is required`],
    [
      claim({ claim: 'a', expression: 'true' }),
      `${path}[0]: Invalid value: "a": claim and expression can't both be set`,
    ],
    [
      claim({ claim: 'a', message: 'm' }),
      `${path}[0].message: Invalid value: "m": may not be specified when claim is set`,
    ],
    [claim({ claim: 'a' }, { claim: 'a' }), `${path}[1].claim: Duplicate value: "a"`],
    [
      claim({ expression: 'true', requiredValue: 'v' }),
      `${path}[0].requiredValue: Invalid value: "v": may not be specified when expression is set`,
    ],
    [claim({ expression: 'true' }, { expression: 'true' }), `${path}[1].expression: Duplicate value: "true"`],
    [claim({ expression: '"x"' }), `${path}[0].expression: Invalid value: "\\"x\\"": must evaluate to bool`],
    [user({}), `${AT}.userValidationRules[0].expression: Required value`],
    [
      user({ expression: 'true' }, { expression: 'true' }),
      `${AT}.userValidationRules[1].expression: Duplicate value: "true"`,
    ],
    [
      user({ expression: 'user.username' }),
      `${AT}.userValidationRules[0].expression: Invalid value: "user.username": must evaluate to bool`,
    ],
  ];
  for (const [found, message] of cases) assert.equal(found, message);
  assert.match(user({ expression: 'user.name == ""' }), /undefined field 'name'/);
});

test('all errors are told at once; conditions need that anonymous requests are enabled', () => {
  assert.equal(
    error({ jwt: [{}], anonymous: { enabled: false, conditions: [{ path: '/x' }] } }),
    '[jwt[0].issuer.url: Required value, jwt[0].issuer.audiences: Required value: at least one jwt[0].issuer.audiences is required, jwt[0].claimMappings.username: Required value: claim or expression is required, anonymous.conditions: Invalid value: [{"path":"/x"}]: enabled should be set to true when conditions are defined]',
  );
});
