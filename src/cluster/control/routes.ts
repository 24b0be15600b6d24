// The routes behind the control socket.
import type { RunningNodes } from '../node-agent/nodes.ts';
import type { ComponentStatus } from '../supervisor/supervisor.ts';
import { imageRoutes } from './image-routes.ts';
import type { ControlRoutes } from './server.ts';

interface NodeRequest {
  readonly node: string;
}

/** What `tiphys status`, `node` and `image` may ask of a running cluster. */
export function controlRoutes(nodes: RunningNodes, components: () => ComponentStatus[]): ControlRoutes {
  return {
    components: async () => ({ components: components() }),
    'node-stop': (body) => nodes.switchOff((body as NodeRequest).node),
    'node-start': (body) => nodes.switchOn((body as NodeRequest).node),
    ...imageRoutes(nodes),
  };
}
