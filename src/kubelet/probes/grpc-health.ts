// The one call of grpc.health.v1 that probes need, with its two tiny messages written by hand.
import { status as Code, credentials, makeGenericClientConstructor, type ServiceError } from '@grpc/grpc-js';

const SERVING = 1;
const NAMES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

const HealthClient = makeGenericClientConstructor(
  {
    Check: {
      path: '/grpc.health.v1.Health/Check',
      requestStream: false,
      responseStream: false,
      requestSerialize: encodeRequest,
      requestDeserialize: (bytes: Buffer) => bytes.subarray(2).toString(),
      responseSerialize: (value: number) => Buffer.from([0x08, value]),
      responseDeserialize: decodeResponse,
    },
  },
  'Health',
);

export interface HealthAnswer {
  readonly healthy: boolean;
  readonly output: string;
}

/** `deadline` is wall-clock time in milliseconds; `timeout` says in words how long that was. */
export function checkHealth(
  address: string,
  service: string,
  deadline: number,
  timeout: string,
): Promise<HealthAnswer> {
  const client = new HealthClient(address, credentials.createInsecure(), {
    'grpc.primary_user_agent': 'kube-probe/1.36',
    'grpc.enable_http_proxy': 0,
  });
  return new Promise((resolve) => {
    const done = (answer: HealthAnswer) => {
      client.close();
      resolve(answer);
    };
    const check = client.Check!.bind(client) as (
      service: string,
      options: { deadline: number },
      callback: (error: ServiceError | null, status?: number) => void,
    ) => void;
    // A refused connection is tried again until the deadline, as upstream's blocking dial does.
    client.waitForReady(deadline, (unreachable) => {
      if (unreachable)
        return done({
          healthy: false,
          output: `timeout: failed to connect service "${address}" within ${timeout}: context deadline exceeded`,
        });
      check(service, { deadline }, (error, status = 0) => {
        if (error) done({ healthy: false, output: words(error, timeout) });
        else if (status === SERVING) done({ healthy: true, output: 'service healthy' });
        else
          done({ healthy: false, output: `service unhealthy (responded with "${NAMES[status] ?? status}")` });
      });
    });
  });
}

function words(error: ServiceError, timeout: string): string {
  if (error.code === Code.UNIMPLEMENTED)
    return `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${error.details}`;
  if (error.code === Code.DEADLINE_EXCEEDED) return `timeout: health rpc did not complete within ${timeout}`;
  return `error: health rpc probe failed: rpc error: code = ${camel(Code[error.code])} desc = ${error.details}`;
}

/** NOT_FOUND as NotFound. */
const camel = (name: string) =>
  name.toLowerCase().replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

function encodeRequest(service: string): Buffer {
  const bytes = Buffer.from(service);
  return bytes.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a, bytes.length]), bytes]);
}

/** Field 1 as a varint; everything else of the message does not matter here. */
function decodeResponse(bytes: Buffer): number {
  return bytes[0] === 0x08 ? (bytes[1] ?? 0) : 0;
}
