// A server that the API server asks or tells, from its kubeconfig file. Used for audit, authentication and authorization.

import { connectionFrom } from '../../client/kubeconfig/connection.ts';
import { pemOf } from '../../client/transport/material.ts';
import type { RemoteServer } from '../../kit/http1/remote-server.ts';

/** Throws if the file is missing or wrong. */
export function remoteServer(file: string): RemoteServer {
  const { server, ca, cert, key, token, serverName, insecureSkipVerify } = connectionFrom(file, {
    env: process.env,
  });
  const bearer = typeof token === 'function' ? token() : token;
  return {
    url: server,
    ...(ca && { ca: pemOf(ca) }),
    ...(cert && { cert: pemOf(cert) }),
    ...(key && { key: pemOf(key) }),
    ...(bearer && { token: bearer }),
    ...(serverName && { serverName }),
    ...(insecureSkipVerify && { insecureSkipVerify }),
  };
}
