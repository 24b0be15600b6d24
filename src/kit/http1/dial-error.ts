// Messages of failed connections as Go's net package writes them: users and tools know them from Kubernetes.

const CONNECT: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ETIMEDOUT: 'connection timed out',
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'cannot assign requested address',
};

interface SystemError extends Error {
  code?: string;
  syscall?: string;
  errors?: readonly unknown[];
}

/** e.g. `dial tcp 10.77.0.1:10250: connect: connection refused`. */
export function dialErrorText(error: unknown, host: string, port: number): string {
  if (!(error instanceof Error)) return String(error);
  const system = (error as SystemError).errors?.find((e) => e instanceof Error) as SystemError | undefined;
  const { code, message } = system ?? (error as SystemError);
  const address = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  if (code && Object.hasOwn(CONNECT, code)) return `dial tcp ${address}: connect: ${CONNECT[code]}`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `dial tcp: lookup ${host}: no such host`;
  if (code === 'ECONNRESET') return message === 'socket hang up' ? 'EOF' : 'connection reset by peer';
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return `dial tcp ${address}: i/o timeout`;
  return message;
}
