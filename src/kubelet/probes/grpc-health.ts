// A gRPC probe: one call of grpc.health.v1.Health/Check on a connection of its own.
// Outputs are those of k8s.io/kubernetes/pkg/probe/grpc.
import type { Clock } from '../../kit/clock.ts';
import { GrpcClient, type Method } from '../../kit/grpc/client.ts';
import { type GrpcError, isGrpcError, rpcErrorText } from '../../kit/grpc/status.ts';
import { int32, string } from '../../kit/protobuf/codec.ts';
import { message } from '../../kit/protobuf/message.ts';

const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const SERVING = 1;

const check: Method<{ service: string }, { status: number }> = {
  path: '/grpc.health.v1.Health/Check',
  request: message<{ service: string }>({ service: [1, string] }),
  response: message<{ status: number }>({ status: [1, int32] }),
};

export interface HealthTarget {
  readonly host: string;
  readonly port: number;
  /** As outputs name it: HOST:PORT. */
  readonly address: string;
  /** The health service's name for what is asked; empty is the server as a whole. */
  readonly service: string;
}

export interface HealthAnswer {
  readonly healthy: boolean;
  readonly output: string;
}

export async function checkHealth(
  { host, port, address, service }: HealthTarget,
  timeoutMs: number,
  clock: Clock,
): Promise<HealthAnswer> {
  const metadata = { 'user-agent': 'kube-probe/1.36' };
  const client = new GrpcClient({ target: { host, port }, clock, metadata });
  const within = `${timeoutMs / 1000}s`;
  const began = clock.monotonic();
  try {
    // A refused connection is tried again until the deadline, as with upstream's blocking dial.
    await client.connected(timeoutMs);
  } catch {
    client.close();
    const output = `timeout: failed to connect service "${address}" within ${within}: context deadline exceeded`;
    return { healthy: false, output };
  }
  try {
    const timeout = Math.max(1, timeoutMs - (clock.monotonic() - began));
    const { status } = await client.unary(check, { service }, { timeout });
    if (status === SERVING) return { healthy: true, output: 'service healthy' };
    return { healthy: false, output: `service unhealthy (responded with "${STATUSES[status] ?? status}")` };
  } catch (error) {
    if (!isGrpcError(error)) throw error;
    return { healthy: false, output: describe(error, within) };
  } finally {
    client.close();
  }
}

function describe(error: GrpcError, within: string): string {
  const { code, message: details } = error;
  if (code === 'unimplemented')
    return `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${details}`;
  if (code === 'deadlineExceeded') return `timeout: health rpc did not complete within ${within}`;
  return `error: health rpc probe failed: ${rpcErrorText(error)}`;
}
