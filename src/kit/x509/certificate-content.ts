// Reads an X.509 certificate: its key, its times, and those extensions that Node.js does not give as they are.
// Called by the validation of certificates.
import { type KeyObject, X509Certificate } from 'node:crypto';
import { type Element, elements, oid, parts } from './der.ts';

export interface CertificateContent {
  readonly publicKey: KeyObject;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** Undefined without basic constraints. */
  readonly isAuthority: boolean | undefined;
  readonly dnsNames: readonly string[];
  readonly emails: readonly string[];
}

const BASIC_CONSTRAINTS = oid('2.5.29.19');
const ALTERNATIVE_NAMES = oid('2.5.29.17');
const EXTENSIONS = 0xa3;
const OCTETS = 0x04;
const BOOLEAN = 0x01;
const EMAIL = 0x81;
const DNS = 0x82;

/** Throws for bytes that are no certificate, or more than one. */
export function readCertificate(der: Buffer): CertificateContent {
  const certificate = new X509Certificate(der);
  const all = elements(der);
  if (all.length !== 1) throw new TypeError('more than a certificate');
  const [body] = parts(all[0]!);
  const wrapper = parts(body!).find(({ tag }) => tag === EXTENSIONS);
  const extensions = wrapper ? parts(elements(wrapper.body)[0]!) : [];
  const names = contentOf(extensions, ALTERNATIVE_NAMES);
  const constraints = contentOf(extensions, BASIC_CONSTRAINTS);
  const texts = (tag: number) =>
    (names ? parts(names) : [])
      .filter((name) => name.tag === tag)
      .map(({ body: text }) => text.toString('latin1'));
  return {
    publicKey: certificate.publicKey,
    notBefore: certificate.validFromDate.getTime(),
    notAfter: certificate.validToDate.getTime(),
    isAuthority: constraints && isAuthority(constraints),
    dnsNames: texts(DNS),
    emails: texts(EMAIL),
  };
}

/** The structure within the extension's octets. */
function contentOf(extensions: readonly Element[], id: Buffer): Element | undefined {
  for (const extension of extensions) {
    const [name, ...others] = parts(extension);
    const octets = others.at(-1);
    if (name?.whole.equals(id) && octets?.tag === OCTETS) return elements(octets.body)[0];
  }
  return undefined;
}

function isAuthority(constraints: Element): boolean {
  const [first] = parts(constraints);
  return first?.tag === BOOLEAN && first.body[0] !== 0;
}
