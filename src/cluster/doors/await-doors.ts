// Starts the servers' part of doors with the first node that is one, or with what was made for one that was. Called by
// control-plane/leading/manager-work.ts.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { namespaceOf } from '../../api/meta/v1/object.ts';
import { DOOR_NAMESPACE, isDoor, MADE_FOR } from '../../api/nodes/doors.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { ServerDoors, ServerDoorsOptions } from './server-doors.ts';

/** Returns how to stop it. */
export function awaitDoors(options: ServerDoorsOptions): () => Promise<void> {
  const { informers, log } = options;
  let begun: Promise<ServerDoors | undefined> | undefined;
  let isOver = false;
  const begin = async (): Promise<ServerDoors | undefined> => {
    const { ServerDoors } = await import('./server-doors.ts');
    return isOver ? undefined : new ServerDoors(options);
  };
  const first = (): void => {
    begun ??= begin().catch((error: unknown) => {
      log.error('doors are not looked after', { error: messageOf(error) });
      return undefined;
    });
  };
  const node = (one: Readonly<Node>) => isDoor(one) && first();
  const service = (one: Readonly<Service>) =>
    namespaceOf(one) === DOOR_NAMESPACE && one.metadata.labels?.[MADE_FOR] !== undefined && first();
  const ends = [
    informers.informer(Node).addHandler({ onAdd: node, onUpdate: node }),
    informers.informer(Service).addHandler({ onAdd: service }),
  ];
  return async () => {
    isOver = true;
    for (const end of ends) end();
    await (await begun)?.stop();
  };
}
