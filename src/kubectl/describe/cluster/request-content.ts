// What a certificate request asks for, as lines of a description: its subject, and the alternative names.
import { parseCertificateRequest } from '../../../kit/x509/certificate-request.ts';
import { type Element, elements, oid, parts } from '../../../kit/x509/der.ts';

export interface RequestContent {
  /** In the order of the description; a list may be empty. */
  readonly subject: readonly (readonly [label: string, values: readonly string[]])[];
  readonly names: readonly (readonly [label: string, values: readonly string[]])[];
  readonly commonName: string;
  readonly serialNumber: string;
}

const SUBJECT: readonly (readonly [string, string])[] = [
  ['Organization', '2.5.4.10'],
  ['Organizational Unit', '2.5.4.11'],
  ['Country', '2.5.4.6'],
  ['Locality', '2.5.4.7'],
  ['Province', '2.5.4.8'],
  ['StreetAddress', '2.5.4.9'],
  ['PostalCode', '2.5.4.17'],
];

const NAMES: readonly (readonly [string, number])[] = [
  ['DNS Names', 130],
  ['Email Addresses', 129],
  ['URIs', 134],
  ['IP Addresses', 135],
];

/** Throws for what is no certificate request. */
export function requestContent(base64: string): RequestContent {
  const pem = Buffer.from(base64, 'base64').toString('latin1');
  const block = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([^-]*)-----END/.exec(pem)?.[1];
  if (block === undefined) throw new Error('PEM block type must be CERTIFICATE REQUEST');
  const request = parseCertificateRequest(Buffer.from(block, 'base64'));
  const attributes = elements(request.subject).flatMap((name) =>
    parts(name).flatMap((set) => parts(set, 0x31)),
  );
  const names = request.alternativeNames
    ? elements(request.alternativeNames).flatMap((one) => parts(one))
    : [];
  const valuesOf = (type: string) => attributes.flatMap((attribute) => attributeText(attribute, oid(type)));
  return {
    commonName: request.commonName,
    serialNumber: valuesOf('2.5.4.5').at(-1) ?? '',
    subject: SUBJECT.map(([label, type]) => [label, valuesOf(type)]),
    names: NAMES.map(([label, tag]) => [label, names.filter((name) => name.tag === tag).map(nameText)]),
  };
}

function attributeText(attribute: Element, type: Buffer): string[] {
  const [key, value] = parts(attribute);
  return key?.whole.equals(type) && value ? [value.body.toString()] : [];
}

function nameText({ tag, body }: Element): string {
  if (tag !== 135) return body.toString('latin1');
  if (body.length === 4) return [...body].join('.');
  const groups = body.toString('hex').match(/.{1,4}/g) ?? [];
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
