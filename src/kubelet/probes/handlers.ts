// Carries out one check of a probe: exec, HTTP, TCP, gRPC. Addresses are the pod's unless the handler names a host.
// Called by probe-worker.ts through the manager; hooks use its HTTP part.
import { connect } from 'node:net';
import type { HTTPGetAction, Probe, TCPSocketAction } from '../../api/kinds/core/v1/probe.ts';
import { type ContainerRuntime, isCriError } from '../../cri/runtime.ts';
import type { Clock } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import { hostPort } from '../../kit/net/host-port.ts';
import type { Container } from '../pod.ts';
import { checkHealth } from './grpc-health.ts';
import { dialError, httpGet } from './http.ts';

export interface ProbeTarget {
  readonly container: Container;
  readonly containerId: string;
  readonly podIP: string;
}

export interface ProbeOutcome {
  /** `unknown`: the check itself could not be made, so it counts neither way. */
  readonly result: 'success' | 'warning' | 'failure' | 'unknown';
  readonly output: string;
}

export interface Handlers {
  readonly runtime: ContainerRuntime;
  readonly clock: Clock;
}

export async function runProbe(probe: Probe, target: ProbeTarget, handlers: Handlers): Promise<ProbeOutcome> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  if (probe.exec) return execProbe(probe.exec.command ?? [], target, timeoutMs, handlers);
  if (probe.httpGet) return httpProbe(probe.httpGet, target, timeoutMs, handlers);
  if (probe.tcpSocket) return tcpProbe(probe.tcpSocket, target, timeoutMs, handlers);
  if (probe.grpc) return grpcProbe(probe.grpc, target, timeoutMs, handlers);
  return { result: 'unknown', output: 'missing probe handler' };
}

/** Bytes. */
const MAX_OUTPUT = 10 * 1024;

async function execProbe(
  command: readonly string[],
  target: ProbeTarget,
  timeoutMs: number,
  { runtime }: Handlers,
): Promise<ProbeOutcome> {
  try {
    const { exitCode, stdout, stderr } = await runtime.execSync(
      target.containerId,
      command,
      timeoutMs / 1000,
    );
    // Events show the output, so it is cut as upstream cuts it; there may be 16 MiB of each.
    const output = Buffer.concat([stdout.subarray(0, MAX_OUTPUT), stderr.subarray(0, MAX_OUTPUT)])
      .subarray(0, MAX_OUTPUT)
      .toString();
    return { result: exitCode === 0 ? 'success' : 'failure', output };
  } catch (error) {
    if (isCriError(error, 'deadlineExceeded')) {
      const output = `command timed out: "${command.join(' ')}" timed out after ${timeoutMs / 1000}s`;
      return { result: 'failure', output };
    }
    return { result: 'unknown', output: messageOf(error) };
  }
}

async function httpProbe(
  action: HTTPGetAction,
  target: ProbeTarget,
  timeoutMs: number,
  { clock }: Handlers,
): Promise<ProbeOutcome> {
  try {
    const { status, redirectedAway } = await httpGet(httpCall(action, target, timeoutMs), clock);
    if (redirectedAway) return { result: 'warning', output: 'Probe terminated redirects' };
    if (status >= 200 && status < 400) return { result: 'success', output: '' };
    return { result: 'failure', output: `HTTP probe failed with statuscode: ${status}` };
  } catch (error) {
    return { result: 'failure', output: (error as Error).message };
  }
}

export function httpCall(
  action: HTTPGetAction,
  target: ProbeTarget,
  timeoutMs: number,
  agent = 'kube-probe/1.36',
) {
  const scheme = (action.scheme ?? 'HTTP').toLowerCase();
  const port = resolvePort(action.port, target.container);
  const path = action.path ?? '/';
  const url = `${scheme}://${hostPort(action.host || target.podIP, port)}${path.startsWith('/') ? '' : '/'}${path}`;
  const headers: Record<string, string> = { 'User-Agent': agent, Accept: '*/*' };
  for (const { name, value } of action.httpHeaders ?? []) {
    // A header of the probe replaces a default one; with an empty value it removes it.
    const known = Object.keys(headers).find((key) => key.toLowerCase() === name.toLowerCase());
    if (known) delete headers[known];
    if (value !== '' || !known) headers[name] = value;
  }
  return { url, headers, timeoutMs };
}

function tcpProbe(
  action: TCPSocketAction,
  target: ProbeTarget,
  timeoutMs: number,
  { clock }: Handlers,
): Promise<ProbeOutcome> {
  const host = action.host || target.podIP;
  const port = resolvePort(action.port, target.container);
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (outcome: ProbeOutcome) => {
      timer.cancel();
      socket.destroy();
      resolve(outcome);
    };
    const timer = clock.after(timeoutMs, () =>
      done({ result: 'failure', output: `dial tcp ${hostPort(host, port)}: i/o timeout` }),
    );
    socket.on('connect', () => done({ result: 'success', output: '' }));
    socket.on('error', (error) =>
      done({ result: 'failure', output: dialError(error, `tcp://${hostPort(host, port)}`) }),
    );
  });
}

async function grpcProbe(
  { port, service = '' }: NonNullable<Probe['grpc']>,
  target: ProbeTarget,
  timeoutMs: number,
  { clock }: Handlers,
): Promise<ProbeOutcome> {
  const host = target.podIP;
  const address = hostPort(host, port);
  const { healthy, output } = await checkHealth({ host, port, address, service }, timeoutMs, clock);
  return { result: healthy ? 'success' : 'failure', output };
}

/** A port by number, or by the name that one of the container's ports has. */
export function resolvePort(port: number | string, container: Container): number {
  if (typeof port === 'number') return port;
  const named = container.ports?.find(({ name }) => name === port)?.containerPort;
  const number = named ?? Number(port);
  if (!Number.isInteger(number) || number < 1 || number > 65_535)
    throw new Error(`couldn't find port: "${port}" in container ${container.name}`);
  return number;
}
