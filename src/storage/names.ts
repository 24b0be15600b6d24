// What the driver of the node's disk is called, and the ids of its volumes and snapshots. Paths are built from checked names only.
// Used by all of this room; cluster/ names the driver in the objects that every cluster has.
import { GrpcError } from '../kit/grpc/status.ts';

export const DISK_DRIVER = 'disk.tiphys.io';
/** A volume is on the disk of one node: the value is the node's name. */
export const TOPOLOGY_KEY = 'topology.disk.tiphys.io/node';

const NAME = /^[a-z0-9-]{1,128}$/;

export function checkName(name: string): string {
  if (!NAME.test(name))
    throw new GrpcError(
      'invalidArgument',
      `the name ${JSON.stringify(name.slice(0, 200))} is not 1 to 128 of a-z, 0-9 and "-"`,
    );
  return name;
}

/** The same name on two nodes is two volumes, so the node is part of the id. */
export const idOf = (node: string, name: string): string => `${node}/${name}`;

/** Undefined for an id that no volume or snapshot of any node has. Throws for one of another node: its disk is not here. */
export function nameOf(node: string, id: string): string | undefined {
  if (id === '') throw new GrpcError('invalidArgument', 'the id is missing');
  const slash = id.indexOf('/');
  const name = id.slice(slash + 1);
  if (slash < 1 || !NAME.test(name)) return undefined;
  if (id.slice(0, slash) === node) return name;
  throw new GrpcError('failedPrecondition', `${id.slice(0, 400)} is on another node, not on ${node}`);
}
