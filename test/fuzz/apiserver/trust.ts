// Files that the administrator gives, and bytes that lie in the store: read at start, or while the server runs.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { parsePolicy } from '../../../src/apiserver/audit/policy.ts';
import { tokenKeys, verificationKeys, verifySignature } from '../../../src/apiserver/authn/jwt.ts';
import { aesCbc, aesGcm, derivedAesGcm } from '../../../src/apiserver/encryption/aes.ts';
import { parseConfiguration } from '../../../src/apiserver/encryption/configuration.ts';
import { encryptedObject } from '../../../src/apiserver/encryption/kms/api.ts';
import { identity, PrefixTransformers } from '../../../src/apiserver/encryption/transformer.ts';
import { systemRandom } from '../../../src/kit/random.ts';
import { nearMissBytes, nearMisses } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const KEY = Buffer.alloc(32, 1);
const PATH = '/registry/secrets/default/a';
const CONFIGURATION = `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
- resources: [secrets, "*.apps"]
  providers:
  - kms: {apiVersion: v2, name: a, endpoint: unix:///run/kms.sock, timeout: 3s}
  - aesgcm: {keys: [{name: key1, secret: ${KEY.toString('base64')}}]}
  - identity: {}
`;
const POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- {level: Metadata, users: [a], verbs: [get], resources: [{group: "", resources: [pods/*], resourceNames: [p]}]}
- {level: None, nonResourceURLs: [/health*], omitManagedFields: true}
`;
const transformer = new PrefixTransformers(
  [
    { prefix: 'k8s:enc:aesgcm:v1:a:', transformer: aesGcm(KEY, systemRandom) },
    { prefix: 'k8s:enc:aescbc:v1:a:', transformer: aesCbc(KEY, systemRandom) },
    { prefix: 'k8s:enc:kms:v2:a:', transformer: derivedAesGcm(KEY, systemRandom) },
    { prefix: '', transformer: identity },
  ],
  'no matching prefix found',
);
const SEALED = ['aesgcm:v1', 'aescbc:v1', 'kms:v2'].map((kind) => {
  const prefix = `k8s:enc:${kind}:a:`;
  const make = { 'aesgcm:v1': aesGcm, 'aescbc:v1': aesCbc, 'kms:v2': derivedAesGcm }[kind]!;
  return Buffer.concat([Buffer.from(prefix), make(KEY, systemRandom).seal(Buffer.from('{}'), PATH)]);
});
const HEADER = encryptedObject.encode({
  encryptedData: Buffer.from('data'),
  keyId: 'kek',
  encryptedKeySource: Buffer.from('seed'),
  annotations: { 'a.example.com': Buffer.from('b') },
  keySourceType: 1,
});
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PEM = privateKey.export({ type: 'sec1', format: 'pem' }).toString();
const KEYS = tokenKeys({ privateKey: PEM });
const TOKEN = 'eyJhbGciOiJFUzI1NiIsImtpZCI6ImEifQ.eyJpc3MiOiJhIiwic3ViIjoiYiJ9.AAAA';

const isError = (error: unknown): boolean => error instanceof Error && !(error instanceof TypeError);

export const targets = [
  fuzzTarget({
    name: 'apiserver/encryption-configuration',
    input: nearMisses([CONFIGURATION], ['secretbox: {}', '- identity: {}', '*.*', ': [', '&a', '*a']),
    run: parseConfiguration,
    refuses: (error) => isError(error) && !String(error).includes(KEY.toString('base64').slice(0, 20)),
  }),
  fuzzTarget({
    name: 'apiserver/audit-policy',
    input: nearMisses([POLICY], ['Request', '- {}', '*', ': [', '&a', '*a']),
    run: parsePolicy,
    refuses: isError,
  }),
  fuzzTarget({
    name: 'apiserver/stored-ciphertext',
    input: nearMissBytes(SEALED),
    run: (bytes) => {
      const { plain } = transformer.open(Buffer.from(bytes), PATH);
      // What is authenticated is the original; AES-CBC is not, and identity reads anything.
      if (/^k8s:enc:(aesgcm|kms)/.test(Buffer.from(bytes).toString('latin1')))
        assert.equal(plain.toString(), '{}');
    },
    refuses: isError,
  }),
  fuzzTarget({
    name: 'apiserver/kms-object',
    input: nearMissBytes([HEADER]),
    run: (bytes) => encryptedObject.decode(Buffer.from(bytes)),
    refuses: isError,
  }),
  fuzzTarget({
    name: 'apiserver/service-account-token',
    input: nearMisses([TOKEN], ['.', '..', 'eyJhbGciOiJub25lIn0']),
    run: (text) => assert.equal(verifySignature(text, KEYS), undefined),
    refuses: () => false,
  }),
  fuzzTarget({
    name: 'apiserver/key-files',
    input: fc.oneof(nearMisses([PEM]), fc.string()),
    run: verificationKeys,
    refuses: (error) => error instanceof Error,
  }),
];
