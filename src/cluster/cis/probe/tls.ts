// What a server agrees to that the benchmark calls weak.
import { type Endpoint, handshake } from './https.ts';

/** OpenSSL's names of what the benchmark's list does not have: no forward secrecy, CBC, RC4, 3DES. */
const WEAK_CIPHERS = [
  ...['AES128-SHA', 'AES256-SHA', 'AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'DES-CBC3-SHA', 'RC4-SHA'],
  ...[
    'ECDHE-ECDSA-AES128-SHA',
    'ECDHE-ECDSA-AES256-SHA',
    'ECDHE-ECDSA-AES128-SHA256',
    'ECDHE-ECDSA-AES256-SHA384',
  ],
  ...['ECDHE-RSA-AES128-SHA', 'ECDHE-RSA-AES256-SHA', 'ECDHE-RSA-DES-CBC3-SHA'],
];

export async function weaknesses(endpoint: Endpoint): Promise<string[]> {
  const old = await Promise.all(
    (['TLSv1', 'TLSv1.1'] as const).map(async (version) =>
      // OpenSSL refuses these versions itself at its usual security level.
      (await handshake(endpoint, { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' }))
        ? [`agrees to ${version}`]
        : [],
    ),
  );
  const weak = await Promise.all(
    WEAK_CIPHERS.map(async (cipher) =>
      (await handshake(endpoint, { maxVersion: 'TLSv1.2', ciphers: `${cipher}:@SECLEVEL=0` }))
        ? [`agrees to ${cipher}`]
        : [],
    ),
  );
  const works = await handshake(endpoint);
  return [...old.flat(), ...weak.flat(), ...(works ? [] : ['speaks no TLS at all'])];
}
