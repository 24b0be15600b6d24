// The addresses behind a service, in one cell. Pure.
import type { EndpointSlice } from '../../../api/kinds/discovery/v1/endpoint-slice.ts';
import { hostPort } from '../../../kit/net/host-port.ts';

const MOST = 3;

/** The first three that are ready, with the port of that name, and how many more there are. */
export function endpointsText(slices: readonly EndpointSlice[], portName: string): string {
  if (slices.length === 0) return '<none>';
  const all = slices.flatMap(({ ports = [], endpoints = [] }) => {
    const ready = (endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
    if (!ports?.length) return ready.map(({ addresses }) => addresses[0] ?? '');
    return ports
      .filter(({ name = '' }) => name === portName)
      .flatMap(({ port = 0 }) => ready.map(({ addresses }) => hostPort(addresses[0] ?? '', port)));
  });
  const shown = all.slice(0, MOST).join(',');
  return all.length > MOST ? `${shown} + ${all.length - MOST} more...` : shown;
}
