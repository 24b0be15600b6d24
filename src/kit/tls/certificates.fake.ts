// A throw-away authority for tests: one CA, certificates for 127.0.0.1 and for client names (ECDSA P-256, valid to 2120).
// Writes the few DER structures itself, so that tests of servers need no certificate library.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface TestCertificate {
  cert: string;
  key: string;
}

export interface TestAuthority {
  ca: string;
  server(): TestCertificate;
  client(name: string, groups?: readonly string[]): TestCertificate;
}

const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const n = body.length;
  const size = n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >> 8, n & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
};
const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
const octets = (bytes: Uint8Array) => der(0x04, bytes);
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'));
const TRUE = der(0x01, Buffer.of(255));

const COMMON_NAME = '550403';
const ORGANIZATION = '55040a';
const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));

const attribute = (type: string, value: string) =>
  der(0x31, sequence(oid(type), der(0x0c, Buffer.from(value))));
const subject = (name: string, groups: readonly string[]) =>
  sequence(...groups.map((group) => attribute(ORGANIZATION, group)), attribute(COMMON_NAME, name));

const extension = (type: string, value: Uint8Array, critical = false) =>
  sequence(oid(type), ...(critical ? [TRUE] : []), octets(value));
const IS_CA = extension('551d13', sequence(TRUE), true);
const usage = (purpose: number) => extension('551d25', sequence(oid(`2b0601050507030${purpose}`)));
const LOOPBACK = extension(
  '551d11',
  sequence(der(0x87, Buffer.of(127, 0, 0, 1)), der(0x82, Buffer.from('localhost'))),
);

interface Issue {
  serial: number;
  issuer: Buffer;
  subject: Buffer;
  publicKey: KeyObject;
  signer: KeyObject;
  extensions: readonly Buffer[];
}

function issue({ serial, issuer, subject: name, publicKey, signer, extensions }: Issue): string {
  const valid = sequence(der(0x17, Buffer.from('200101000000Z')), der(0x18, Buffer.from('21200101000000Z')));
  const toSign = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, Buffer.of(serial)),
    ECDSA_SHA256,
    issuer,
    valid,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', toSign, signer);
  const certificate = sequence(toSign, ECDSA_SHA256, der(0x03, Buffer.of(0), signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

export function testAuthority(): TestAuthority {
  const keys = newKeys();
  const name = subject('test-ca', []);
  const signer = keys.privateKey;
  let serial = 1;
  const certificate = (who: Buffer, extensions: readonly Buffer[]): TestCertificate => {
    const own = newKeys();
    const cert = issue({
      serial: ++serial,
      issuer: name,
      subject: who,
      publicKey: own.publicKey,
      signer,
      extensions,
    });
    return { cert, key: own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  };
  return {
    ca: issue({
      serial: 1,
      issuer: name,
      subject: name,
      publicKey: keys.publicKey,
      signer,
      extensions: [IS_CA],
    }),
    server: () => certificate(subject('test-server', []), [usage(1), LOOPBACK]),
    client: (who, groups = []) => certificate(subject(who, groups), [usage(2)]),
  };
}
