// Certificate requests made by another program, for tests: an EC key, an RSA key with names, an Ed25519 key with unusual names.
// And a function that makes a request with any subject.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { bitString, oid, sequence, setOf, tagged, unsigned, utf8String } from './der.ts';

const NAMES = { CN: '2.5.4.3', O: '2.5.4.10' } as const;

/** Names in order, `text` as UTF-8 or already encoded. */
export type Subject = readonly (readonly [keyof typeof NAMES, string | Buffer])[];

export function aRequest(
  subject: Subject,
  { privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
  }),
): string {
  const name = subject.map(([type, value]) =>
    setOf(sequence(oid(NAMES[type]), typeof value === 'string' ? utf8String(value) : value)),
  );
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const body = sequence(unsigned(Buffer.of(0)), sequence(...name), spki, tagged(0, true));
  const signature = bitString(sign('sha256', body, privateKey));
  const whole = sequence(body, sequence(oid('1.2.840.10045.4.3.2')), signature);
  const type = 'CERTIFICATE REQUEST';
  return `-----BEGIN ${type}-----\n${whole.toString('base64')}\n-----END ${type}-----\n`;
}

export const EC_REQUEST = `-----BEGIN CERTIFICATE REQUEST-----
MIHmMIGNAgEAMCsxDDAKBgNVBAoMA2RldjEMMAoGA1UECgwDb3BzMQ0wCwYDVQQD
DARqYW5lMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEw/Ir5SWSnTAxSw6AegHr
fCEGCMKN6Ie5GUPWdhposEhiIGEEE1qyUoTSCx5Kry09N2fug2gGOBP1rura5phY
kKAAMAoGCCqGSM49BAMCA0gAMEUCIEVvY77pnHC1c54Omsi0tsl8Fyvl5UjEeiER
SD7Vxv0oAiEAmwgyCxLfjwk7rGmfIttGPpks4BfI6pc7XtYXwH+Hjuw=
-----END CERTIFICATE REQUEST-----
`;

export const RSA_REQUEST = `-----BEGIN CERTIFICATE REQUEST-----
MIICqDCCAZACAQAwPTELMAkGA1UEBhMCREUxFTATBgNVBAoMDHN5c3RlbTpub2Rl
czEXMBUGA1UEAwwOc3lzdGVtOm5vZGU6bjEwggEiMA0GCSqGSIb3DQEBAQUAA4IB
DwAwggEKAoIBAQDYlrp2FaWVi2yZz1rlU8rrSMulmdRgw1kb+H4uLVtBvjEeAwr9
CZryPU3n7mZHTIm5d+IhMtRU95hs61AyK2kWbbkxcz3XEshyFDaxkmLBXCUqA02z
5Ye2z06nGH7IhdhZVwzhEadepAYt/QQcwp8ECygn33eQ+JIva9ShXewylwRyTIjR
MBR4FlW7jElZ/ZBWtUDFDC4Wb6ohIo9BsO2Qy7kYVQKVrJ547b24dSOikCdyneWK
/GO3NXxr5ypUBdVtRDeb87q8RbkWoYQOSJ1hvnXAwxmQJLt+AcckRFsaleA4ZTYq
6sK+K71p+sMLEMsumqByTRVVmFyRdOuWphnnAgMBAAGgJjAkBgkqhkiG9w0BCQ4x
FzAVMBMGA1UdEQQMMAqCAm4xhwQKAAABMA0GCSqGSIb3DQEBCwUAA4IBAQCKA/hX
vTDMzJHtYmwd+F+sLyM1c9teI+b0RxAVhw/IJAAStX1kKTBLA+wngKBX1SwoVXSr
DYOdrhG1QEVijkomt2uyp1DDBIXWOHdv6rr67M11QOJapi3hv0bQj42lwMnXKYBH
0iyp1dCbpfHBifMwTiq7tNaV0hbRaGNIsApY3ygty7iPGAmsrprGlOaSFc99fxZf
sTuk8cIAHSkhXmte1jQuRwPOz+k4h7PBQIeqKSxpOaw5AEZTm7gNOEMfc8vh7Gan
hgzUuK0Xas8a6BPfQChw9mVgC3b6Z9x3mZ78L28GSSvYF3m3uVNLLXNt02WvgQUt
dpMDMVSkKdfcuxOB
-----END CERTIFICATE REQUEST-----
`;

export const ED_REQUEST = `-----BEGIN CERTIFICATE REQUEST-----
MIG9MHECAQAwDTELMAkGA1UEAwwCZWQwKjAFBgMrZXADIQDEMmUF/8DaGChA+SqH
C80aoGsfNU0GoOJjaxB/s9vsk6AxMC8GCSqGSIb3DQEJDjEiMCAwHgYDVR0RBBcw
FYEFYUBiLmOGDHNwaWZmZTovL3gveTAFBgMrZXADQQAKQUCz8iz3N4COad3vVO7L
nS0PHoecWdQNIZi9NrhhypcDGLpCaEyky0WhUHFiX+FViKjnj95H4FpPioK4W80J
-----END CERTIFICATE REQUEST-----
`;
