import fc from 'fast-check';
import { readCertificateRequest } from '../../../src/kit/x509/certificate-request.ts';
import { EC_REQUEST, ED_REQUEST, RSA_REQUEST } from '../../../src/kit/x509/requests.fake.ts';
import { nearMissBytes, nearMisses, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const samples = [EC_REQUEST, RSA_REQUEST, ED_REQUEST];
const BEGIN = '-----BEGIN CERTIFICATE REQUEST-----';
const END = '-----END CERTIFICATE REQUEST-----';
const bytesOf = (pem: string): Buffer => Buffer.from(pem.split('\n').slice(1, -2).join(''), 'base64');
const pemOf = (bytes: Uint8Array): string => `${BEGIN}\n${Buffer.from(bytes).toString('base64')}\n${END}\n`;

export const targets = [
  fuzzTarget({
    name: 'kit/certificate-request',
    input: fc.oneof(
      piecesOf([BEGIN, END, 'MII', '=', '\n']),
      nearMisses(samples, [BEGIN, END]),
      nearMissBytes(samples.map(bytesOf)).map(pemOf),
    ),
    run: readCertificateRequest,
    // What node:crypto throws for a signature that it cannot check is an Error with a code.
    refuses: (error) =>
      error instanceof TypeError ||
      error instanceof RangeError ||
      (error instanceof Error && 'code' in error),
  }),
];
