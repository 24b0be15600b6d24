// Descriptions of Endpoints and EndpointSlices.
import type { Endpoints } from '../../../api/kinds/core/v1/endpoints.ts';
import type { EndpointSlice } from '../../../api/kinds/discovery/v1/endpoint-slice.ts';
import { findEvents, writeEvents } from '../events.ts';
import { writeHead } from '../metadata.ts';
import { readObject, type Subject } from '../subject.ts';
import { orUnset } from '../values.ts';
import { DescriptionWriter } from '../writer.ts';

const PORT_COLUMNS = ['Name', 'Port', 'Protocol'];

export async function endpoints(subject: Subject): Promise<string> {
  const described = await readObject<Endpoints>(subject, 'api/v1', 'endpoints');
  const events = await findEvents(subject, described);
  const w = new DescriptionWriter();
  writeHead(w, described);
  w.write(0, 'Subsets:\n');
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of described.subsets ?? []) {
    w.row(1, 'Addresses', addresses.map(({ ip }) => ip).join(',') || '<none>');
    w.row(1, 'NotReadyAddresses', notReadyAddresses.map(({ ip }) => ip).join(',') || '<none>');
    if (ports.length > 0) {
      w.write(1, 'Ports:\n');
      w.cells(2, ...PORT_COLUMNS);
      w.cells(2, '----', '----', '--------');
    }
    for (const { name, port, protocol = '' } of ports) w.cells(2, name || '<unset>', port, protocol);
    w.line();
  }
  writeEvents(w, events, subject.now);
  return w.text();
}

export async function endpointSlice(subject: Subject): Promise<string> {
  const slice = await readObject<EndpointSlice>(subject, 'apis/discovery.k8s.io/v1', 'endpointslices');
  const events = await findEvents(subject, slice);
  const w = new DescriptionWriter();
  writeHead(w, slice);
  w.row(0, 'AddressType', slice.addressType);
  const ports = slice.ports ?? [];
  if (ports.length === 0) w.line('Ports: <unset>');
  else {
    w.write(0, 'Ports:\n');
    w.cells(1, ...PORT_COLUMNS);
    w.cells(1, '----', '----', '--------');
    for (const { name, port, protocol = '' } of ports) w.cells(1, name || '<unset>', orUnset(port), protocol);
  }
  const all = slice.endpoints ?? [];
  w.line(all.length === 0 ? 'Endpoints: <none>' : 'Endpoints:');
  for (const endpoint of all) writeEndpoint(w, endpoint);
  writeEvents(w, events, subject.now);
  return w.text();
}

type Endpoint = NonNullable<EndpointSlice['endpoints']>[number];

function writeEndpoint(w: DescriptionWriter, endpoint: Endpoint): void {
  const { addresses = [], conditions, hostname, targetRef, nodeName, zone } = endpoint;
  w.row(1, '- Addresses', addresses.join(', ') || '<none>');
  w.write(2, 'Conditions:\n');
  w.row(3, 'Ready', conditions?.ready === undefined ? '<unset>' : conditions.ready);
  w.row(2, 'Hostname', orUnset(hostname));
  if (targetRef) w.row(2, 'TargetRef', `${targetRef.kind}/${targetRef.name}`);
  w.row(2, 'NodeName', orUnset(nodeName));
  w.row(2, 'Zone', orUnset(zone));
}
