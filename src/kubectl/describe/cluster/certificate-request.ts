// `kubectl describe csr`: the request, and what the certificate request in it says.
import { humanDuration } from '../../../api/columns/printer.ts';
import type { CertificateSigningRequest } from '../../../api/kinds/certificates/v1/certificate-signing-request.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { findEvents, writeEvents } from '../events.ts';
import { mapText } from '../metadata.ts';
import { readObject, type Subject } from '../subject.ts';
import { timeText } from '../values.ts';
import { DescriptionWriter } from '../writer.ts';
import { type RequestContent, requestContent } from './request-content.ts';

export default async function describe(subject: Subject): Promise<string> {
  const request = await readObject<CertificateSigningRequest>(
    subject,
    'apis/certificates.k8s.io/v1',
    'certificatesigningrequests',
    false,
  );
  const events = await findEvents(subject, request);
  const { metadata, spec } = request;
  const content = readContent(spec.request);
  const w = new DescriptionWriter();
  w.row(0, 'Name', metadata?.name ?? '');
  w.row(0, 'Labels', mapText(metadata?.labels));
  w.row(0, 'Annotations', mapText(metadata?.annotations));
  w.row(0, 'CreationTimestamp', timeText(metadata?.creationTimestamp));
  w.row(0, 'Requesting User', spec.username ?? '');
  if (spec.signerName) w.row(0, 'Signer', spec.signerName);
  if (spec.expirationSeconds !== undefined)
    w.row(0, 'Requested Duration', humanDuration(spec.expirationSeconds * 1000));
  w.row(0, 'Status', statusText(request));
  w.write(0, 'Subject:\n');
  w.write(0, `\tCommon Name:\t${content.commonName}\n`);
  w.write(0, `\tSerial Number:\t${content.serialNumber}\n`);
  for (const [label, values] of content.subject) writeList(w, label, values);
  if (content.names.some(([, values]) => values.length > 0)) w.write(0, 'Subject Alternative Names:\n');
  for (const [label, values] of content.names) writeList(w, label, values);
  writeEvents(w, events, subject.now);
  return w.text();
}

function readContent(request: string): RequestContent {
  try {
    return requestContent(request);
  } catch (error) {
    throw new Error(`Error parsing CSR: ${messageOf(error)}`);
  }
}

function writeList(w: DescriptionWriter, label: string, values: readonly string[]): void {
  if (values.length > 0) w.write(0, `\t${label}:\t${values.join('\n\t\t')}\n`);
}

function statusText({ status }: CertificateSigningRequest): string {
  const types = new Set((status?.conditions ?? []).map(({ type }) => type));
  const decision = types.has('Denied') ? 'Denied' : types.has('Approved') ? 'Approved' : 'Pending';
  return `${decision}${types.has('Failed') ? ',Failed' : ''}${status?.certificate ? ',Issued' : ''}`;
}
