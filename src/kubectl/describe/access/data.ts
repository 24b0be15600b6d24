// Descriptions of what pods are given: Secrets (sizes only), ConfigMaps, ServiceAccounts.
import type { ConfigMap } from '../../../api/kinds/core/v1/config-map.ts';
import type { Secret } from '../../../api/kinds/core/v1/secret.ts';
import type { ServiceAccount } from '../../../api/kinds/core/v1/service-account.ts';
import { findEvents, writeEvents } from '../events.ts';
import { writeHead } from '../metadata.ts';
import { readObject, type Subject } from '../subject.ts';
import { sortedEntries } from '../values.ts';
import { DescriptionWriter } from '../writer.ts';

export async function secret(subject: Subject): Promise<string> {
  const described = await readObject<Secret>(subject, 'api/v1', 'secrets');
  const { type = '', data } = described;
  const w = new DescriptionWriter();
  writeHead(w, described);
  w.write(0, `\nType:\t${type}\n`);
  w.write(0, '\nData\n====\n');
  for (const [key, value] of sortedEntries(data)) {
    const bytes = Buffer.from(value, 'base64');
    const isToken = key === 'token' && type === 'kubernetes.io/service-account-token';
    w.row(0, key, isToken ? bytes.toString() : `${bytes.length} bytes`);
  }
  return w.text();
}

export async function configMap(subject: Subject): Promise<string> {
  const described = await readObject<ConfigMap>(subject, 'api/v1', 'configmaps');
  const events = await findEvents(subject, described);
  const w = new DescriptionWriter();
  writeHead(w, described);
  w.write(0, '\nData\n====\n');
  for (const [key, value] of sortedEntries(described.data)) w.write(0, `${key}:\n----\n${value}\n\n`);
  w.write(0, '\nBinaryData\n====\n');
  for (const [key, value] of sortedEntries(described.binaryData))
    w.line(`${key}: ${Buffer.from(value, 'base64').length} bytes`);
  w.line();
  writeEvents(w, events, subject.now);
  return w.text();
}

export async function serviceAccount(subject: Subject): Promise<string> {
  const account = await readObject<ServiceAccount>(subject, 'api/v1', 'serviceaccounts');
  const events = await findEvents(subject, account);
  const w = new DescriptionWriter();
  writeHead(w, account);
  const title = 'Image pull secrets:';
  const names = (account.imagePullSecrets ?? []).map(({ name = '' }) => name);
  if (names.length === 0) w.cells(0, title, '<none>');
  for (const [i, name] of names.entries()) w.cells(0, i === 0 ? title : ' '.repeat(title.length), name);
  writeEvents(w, events, subject.now);
  return w.text();
}
