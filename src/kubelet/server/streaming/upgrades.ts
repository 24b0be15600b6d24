// The kubelet's upgrade requests: exec, attach and portForward. Finds the container or sandbox, gets the runtime's URL and
// picks how the client's protocol reaches it.

import { type IncomingUpgrade, refuseUpgrade } from '../../../kit/http1/tunnel.ts';
import { DialError } from '../../../kit/http1/upgrade.ts';
import { acceptWebSocket, isWebSocket, offeredProtocols } from '../../../kit/http1/web-socket.ts';
import { messageOf } from '../../../kit/message-of.ts';
import type { KubeletBackend } from '../backend.ts';
import { HttpFailure } from '../failure.ts';
import { containerSpec } from '../logs/container-id.ts';
import { podOf, type StreamTarget } from '../path.ts';
import { WebSocketChannels } from './channels.ts';
import { execStreams, forwardedPorts } from './exec-query.ts';
import { passToRuntime } from './pass-through.ts';
import { tunnelPortForward, tunnelProtocol } from './port-forward.ts';
import { bridgeRemoteCommand, V5_CHANNEL } from './remote-command.ts';

/** Serves the upgrade until its connection ends, or refuses it with an HTTP answer. Never throws. */
export async function serveUpgrade(
  backend: KubeletBackend,
  target: StreamTarget,
  query: URLSearchParams,
  incoming: IncomingUpgrade,
): Promise<void> {
  try {
    if (target.kind === 'portForward') await servePortForward(backend, target, query, incoming);
    else await serveCommand(backend, target, query, incoming);
  } catch (error) {
    const code = error instanceof HttpFailure ? error.code : 500;
    const text = messageOf(error);
    refuseUpgrade(
      incoming.socket,
      code,
      error instanceof DialError ? `error dialing backend: ${text}` : text,
    );
  }
}

async function serveCommand(
  backend: KubeletBackend,
  target: StreamTarget,
  query: URLSearchParams,
  incoming: IncomingUpgrade,
): Promise<void> {
  const streams = execStreams(query);
  const runtimeUrl = () =>
    target.kind === 'attach'
      ? attachUrl(backend, target, streams)
      : execUrl(backend, target, query.getAll('command'), streams);
  // Only v5 needs translation: the runtime does not support it.
  const v5 = isWebSocket(incoming.request) && offeredProtocols(incoming.request).includes(V5_CHANNEL);
  if (!v5) return passToRuntime(incoming, await runtimeUrl());
  const client = new WebSocketChannels(await acceptWebSocket(incoming, V5_CHANNEL));
  await bridgeRemoteCommand(client, runtimeUrl, streams);
}

async function execUrl(
  backend: KubeletBackend,
  target: StreamTarget,
  command: readonly string[],
  streams: ReturnType<typeof execStreams>,
): Promise<string> {
  const id = await backend.runningContainer(knownPod(backend, target), target.container);
  if (!id) throw new HttpFailure(500, `container not found ("${target.container}")`);
  return backend.exec(id, command, streams);
}

/** The process has had a terminal or not since its start, so the client's `tty` does not matter. */
async function attachUrl(
  backend: KubeletBackend,
  target: StreamTarget,
  streams: ReturnType<typeof execStreams>,
): Promise<string> {
  const pod = knownPod(backend, target);
  const id = await backend.runningContainer(pod, target.container);
  const spec = containerSpec(pod, target.container);
  if (!id || !spec) {
    throw new HttpFailure(
      500,
      `container ${target.container} not found in pod ${target.pod}_${target.namespace}`,
    );
  }
  return backend.attach(id, { ...streams, tty: spec.tty ?? false });
}

async function servePortForward(
  backend: KubeletBackend,
  target: StreamTarget,
  query: URLSearchParams,
  incoming: IncomingUpgrade,
): Promise<void> {
  const webSocket = isWebSocket(incoming.request);
  const tunnel = webSocket ? tunnelProtocol(offeredProtocols(incoming.request)) : undefined;
  const ports = forwardedPorts(query, webSocket && !tunnel);
  const sandbox = await backend.sandbox(knownPod(backend, target));
  if (!sandbox) throw new HttpFailure(500, `pod not found ("${target.pod}_${target.namespace}")`);
  const url = await backend.portForward(sandbox, ports);
  if (tunnel) await tunnelPortForward(incoming, tunnel, url);
  else await passToRuntime(incoming, url);
}

function knownPod(backend: KubeletBackend, target: StreamTarget) {
  const pod = podOf(backend, target);
  if (!pod) throw new HttpFailure(404, 'pod does not exist');
  return pod;
}
