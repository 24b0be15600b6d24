// Reads PKCS #10 certificate requests and verifies that the requester holds the key. Called before signing.
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type Element, elements, oid, parts } from './der.ts';

export interface CertificateRequest {
  /** The name in DER, copied into the certificate unchanged. */
  readonly subject: Buffer;
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly publicKey: KeyObject;
  /** GeneralNames in DER; undefined when none are asked for. */
  readonly alternativeNames: Buffer | undefined;
  /** Those of them that are DNS names, and the bytes of those that are addresses. */
  readonly dnsNames: readonly string[];
  readonly addresses: readonly Buffer[];
  /** How many of each sort are among them, and how many in all. */
  readonly counts: {
    readonly dns: number;
    readonly ip: number;
    readonly email: number;
    readonly uri: number;
    readonly all: number;
  };
}

const HASHES: Readonly<Record<string, string | null>> = Object.fromEntries(
  (
    [
      ['1.2.840.10045.4.3.2', 'sha256'],
      ['1.2.840.10045.4.3.3', 'sha384'],
      ['1.2.840.10045.4.3.4', 'sha512'],
      ['1.2.840.113549.1.1.11', 'sha256'],
      ['1.2.840.113549.1.1.12', 'sha384'],
      ['1.2.840.113549.1.1.13', 'sha512'],
      ['1.3.101.112', null],
    ] as const
  ).map(([name, hash]) => [oid(name).toString('hex'), hash]),
);
const COMMON_NAME = oid('2.5.4.3');
const ORGANIZATION = oid('2.5.4.10');
const EXTENSION_REQUEST = oid('1.2.840.113549.1.9.14');
const ALTERNATIVE_NAMES = oid('2.5.29.17');
const ATTRIBUTES = 0xa0;
const TELETEX_STRING = 0x14;
const UNIVERSAL_STRING = 0x1c;
const BMP_STRING = 0x1e;
const KINDS: Readonly<Record<number, 'dns' | 'ip' | 'email' | 'uri'>> = {
  129: 'email',
  130: 'dns',
  134: 'uri',
  135: 'ip',
};

/** Characters of a request that is read: one with the largest usual key and a hundred names has a tenth of this. */
const MAX_LENGTH = 64 * 1024;

/** Throws when it is no certificate request, or when it was not signed by its own key. */
export function readCertificateRequest(pem: string): CertificateRequest {
  if (pem.length > MAX_LENGTH) throw new RangeError(`a certificate request of more than ${MAX_LENGTH} bytes`);
  const text = textOfBlock(pem, 'CERTIFICATE REQUEST') ?? textOfBlock(pem, 'NEW CERTIFICATE REQUEST');
  if (!text) throw new TypeError('PEM block type must be CERTIFICATE REQUEST');
  const { isSigned, ...request } = parseCertificateRequest(Buffer.from(text, 'base64'));
  if (!isSigned) throw new TypeError('the signature of the certificate request is not by its key');
  return request;
}

/** Throws when the bytes are no certificate request; tells whether its own key has signed it. */
export function parseCertificateRequest(der: Buffer): CertificateRequest & { readonly isSigned: boolean } {
  const [request] = elements(der);
  if (!request) throw new TypeError('an empty certificate request');
  const [body, algorithm, signature] = parts(request);
  const [, subject, spki, ...others] = parts(body!);
  const publicKey = keyOf(spki!);
  const hash = HASHES[parts(algorithm!)[0]!.whole.toString('hex')];
  const isSigned = hash !== undefined && verify(hash, body!.whole, publicKey, signature!.body.subarray(1));
  const attributes = others.find(({ tag }) => tag === ATTRIBUTES);
  const names = attributes && alternativeNames(attributes);
  return {
    isSigned,
    subject: subject!.whole,
    commonName: valuesOf(subject!, COMMON_NAME).at(-1) ?? '',
    organizations: valuesOf(subject!, ORGANIZATION),
    publicKey,
    alternativeNames: names?.whole,
    dnsNames: bodiesOf(names, 'dns').map((body) => body.toString('latin1')),
    addresses: bodiesOf(names, 'ip'),
    counts: countsOf(names),
  };
}

function keyOf(spki: Element): KeyObject {
  try {
    return createPublicKey({ key: spki.whole, format: 'der', type: 'spki' });
  } catch {
    throw new TypeError('the key of the certificate request cannot be read');
  }
}

function valuesOf(name: Element, type: Buffer): string[] {
  const attributes = parts(name).flatMap((set) => parts(set, 0x31));
  return attributes.flatMap((attribute) => {
    const [key, value] = parts(attribute);
    return key!.whole.equals(type) ? [textOf(value!)] : [];
  });
}

function textOfBlock(pem: string, type: string): string | undefined {
  const begin = `-----BEGIN ${type}-----`;
  const from = pem.indexOf(begin);
  const to = from < 0 ? -1 : pem.indexOf(`-----END ${type}-----`, from);
  return to < 0 ? undefined : pem.slice(from + begin.length, to);
}

/** In every encoding that a TLS library decodes: a name must not be hidden from a check by its encoding. */
function textOf({ tag, body }: Element): string {
  if (tag === BMP_STRING) return Buffer.from(body).swap16().toString('utf16le');
  if (tag === TELETEX_STRING) return body.toString('latin1');
  if (tag !== UNIVERSAL_STRING) return body.toString('utf8');
  let text = '';
  for (let at = 0; at < body.length; at += 4) text += String.fromCodePoint(body.readUInt32BE(at));
  return text;
}

function alternativeNames(attributes: Element): Element | undefined {
  for (const attribute of parts(attributes, ATTRIBUTES)) {
    const [type, values] = parts(attribute);
    if (!type!.whole.equals(EXTENSION_REQUEST)) continue;
    const extensions = parts(values!, 0x31).flatMap((list) => parts(list));
    for (const extension of extensions.map((one) => parts(one)))
      if (extension[0]!.whole.equals(ALTERNATIVE_NAMES)) return elements(extension.at(-1)!.body)[0];
  }
  return undefined;
}

const bodiesOf = (names: Element | undefined, kind: 'dns' | 'ip'): Buffer[] =>
  (names ? parts(names) : []).filter(({ tag }) => KINDS[tag] === kind).map(({ body }) => body);

function countsOf(names: Element | undefined): CertificateRequest['counts'] {
  const counts = { dns: 0, ip: 0, email: 0, uri: 0, all: 0 };
  for (const { tag } of names ? parts(names) : []) {
    counts.all++;
    const kind = KINDS[tag];
    if (kind) counts[kind]++;
  }
  return counts;
}
