// An address or name with a port, as URLs and dialers write it: an IPv6 address stands in brackets.
export const hostPort = (host: string, port: number | string): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
