// One command in a container, over v5.channel.k8s.io.

import { withQuery } from '../../../api/client.ts';
import { objectPath } from '../../../api/kind.ts';
import { openSocket } from '../../../api/socket.ts';
import { type Ending, endingOf, inputMessage, received, sizeMessage, V5_CHANNEL } from './channels.ts';
import type { Screen } from './screen.ts';

export interface ExecTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
}

const PODS = { group: '', version: 'v1', plural: 'pods' };

function execPath({ namespace, pod, container, command }: ExecTarget): string {
  const words = new URLSearchParams(command.map((word) => ['command', word]));
  const path = withQuery(objectPath(PODS, namespace, pod, 'exec'), {
    container,
    stdin: true,
    stdout: true,
    tty: true,
  });
  return `${path}&${words.toString()}`;
}

export interface Session {
  close(): void;
}

/** `onOpen` when the command runs; `onEnd` once, however it ends. */
export function exec(
  target: ExecTarget,
  screen: Screen,
  on: { open(): void; end(ending: Ending): void },
): Session {
  const socket = openSocket(execPath(target), {}, [V5_CHANNEL]);
  const status: Uint8Array[] = [];
  const send = (message: Uint8Array<ArrayBuffer>) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(message);
  };
  socket.onopen = () => {
    send(sizeMessage(screen.columns, screen.rows));
    on.open();
  };
  socket.onmessage = ({ data }) => {
    const message = received(data as ArrayBuffer);
    if (message?.type === 'output') screen.write(message.bytes);
    else if (message) status.push(message.bytes);
  };
  socket.onclose = ({ code, reason }) => on.end(endingOf(status, code, reason));
  screen.onInput((text) => send(inputMessage(text)));
  screen.onSize((columns, rows) => send(sizeMessage(columns, rows)));
  return {
    close() {
      socket.onclose = null;
      socket.close();
    },
  };
}
