// A transport whose requests are those of another user, so that a part of a process has no more rights than it needs although they
// go over a connection with more. Made by cluster for parts that have no certificate of their own.
import type { Transport } from './transport.ts';

export const impersonating = (transport: Transport, user: string): Transport => {
  const headers = { 'impersonate-user': user };
  return {
    request: (request) => transport.request({ ...request, headers: { ...request.headers, ...headers } }),
    watch: (request) => transport.watch({ ...request, headers: { ...request.headers, ...headers } }),
  };
};
