// What an external signer of service accounts' tokens answers.
import { generateKeyPairSync } from 'node:crypto';
import { keyIdOf, keysOf } from '../../../src/apiserver/authn/external-signer/answers.ts';
import { fetchKeysResponse } from '../../../src/apiserver/authn/external-signer/api.ts';
import { nearMissBytes, nearMisses } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const KEYS = fetchKeysResponse.encode({
  keys: [
    {
      keyId: 'k1',
      key: publicKey.export({ type: 'spki', format: 'der' }),
      excludeFromOidcDiscovery: true,
    },
  ],
  dataTimestamp: { seconds: 1_700_000_000, nanos: 1 },
  refreshHintSeconds: 60,
});
const HEADER = Buffer.from('{"alg":"ES256","kid":"k1","typ":"JWT"}').toString('base64url');

const isError = (error: unknown): boolean => error instanceof Error && !(error instanceof TypeError);

export const targets = [
  fuzzTarget({
    name: 'apiserver/external-signer-keys',
    input: nearMissBytes([KEYS]),
    run: (bytes) => keysOf(fetchKeysResponse.decode(Buffer.from(bytes))),
    refuses: isError,
  }),
  fuzzTarget({
    name: 'apiserver/external-signer-header',
    input: nearMisses([HEADER], ['e30', 'bnVsbA', 'W10', '=', '.']),
    run: keyIdOf,
    refuses: isError,
  }),
];
