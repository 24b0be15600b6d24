// Descriptions of ServiceCIDRs and IPAddresses: networking.k8s.io/v1, or v1beta1 from a server that has no other.
import type { IPAddress } from '../../../api/kinds/networking/v1/ip-address.ts';
import type { ServiceCIDR } from '../../../api/kinds/networking/v1/service-cidr.ts';
import { findEvents, writeEvents } from '../events.ts';
import { writeClusterHead } from '../metadata.ts';
import { readObject, type Subject } from '../subject.ts';
import { writeTimedConditions } from '../workloads/conditions.ts';
import { DescriptionWriter } from '../writer.ts';

async function readEither<T>(subject: Subject, resource: string): Promise<T> {
  try {
    return await readObject<T>(subject, 'apis/networking.k8s.io/v1', resource, false);
  } catch {
    return readObject<T>(subject, 'apis/networking.k8s.io/v1beta1', resource, false);
  }
}

export async function serviceCidr(subject: Subject): Promise<string> {
  const range = await readEither<ServiceCIDR>(subject, 'servicecidrs');
  const events = await findEvents(subject, range);
  const w = new DescriptionWriter();
  writeClusterHead(w, range);
  w.row(0, 'CIDRs', (range.spec?.cidrs ?? []).join(', '));
  if (range.status?.conditions?.length) {
    w.write(0, 'Status:\n');
    writeTimedConditions(w, range.status.conditions);
  }
  writeEvents(w, events, subject.now);
  return w.text();
}

export async function ipAddress(subject: Subject): Promise<string> {
  const address = await readEither<IPAddress>(subject, 'ipaddresses');
  const events = await findEvents(subject, address);
  const w = new DescriptionWriter();
  writeClusterHead(w, address);
  const parent = address.spec?.parentRef;
  if (parent) {
    w.write(0, 'Parent Reference:\n');
    w.row(1, 'Group', parent.group ?? '');
    w.row(1, 'Resource', parent.resource);
    w.row(1, 'Namespace', parent.namespace ?? '');
    w.row(1, 'Name', parent.name);
  }
  writeEvents(w, events, subject.now);
  return w.text();
}
