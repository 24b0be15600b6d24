// Requests that the door sends to itself, over a socket that only its own user may open: HAProxy has a time-out for each try, and one
// for all tries is that of a backend whose server is the door. Pure; called by files.ts and backend.ts.
import type { Policy } from '../../model/policy.ts';
import type { Backend } from '../../model/routes.ts';
import type { Place } from './place.ts';
import { section } from './section.ts';

/** Header that names the backend; what a client sends in it is overwritten before and removed after. */
const TO = 'x-door-to';
/** Header with the method, which the program for mirrors cannot choose freely. */
const METHOD = 'x-door-method';

/** Set for a request that the door sends to itself: a mirror has no mirrors, and nobody is asked about a question. */
export const INNER = 'txn.inner';

export const innerSocket = ({ sockets }: Pick<Place, 'sockets'>): string => `unix@${sockets}/inner.sock`;

const isTriedWithin = ({ timeouts, retry }: Policy): boolean => timeouts?.request !== undefined && !!retry;

/** Name of the section with a backend's servers. */
export const serversOf = ({ name, policy }: Pick<Backend, 'name' | 'policy'>): string =>
  isTriedWithin(policy) ? `${name}:tries` : name;

/** What leads from the section of a backend's rules to that of its servers, when they are two. */
export const innerLines = (
  backend: Pick<Backend, 'name' | 'policy'>,
  place: Pick<Place, 'sockets'>,
): string[] => [
  `http-request set-header ${TO} ${serversOf(backend)}`,
  `http-request del-header ${METHOD}`,
  `server inner ${innerSocket(place)}`,
];

export const hasMirrors = ({ mirrors = [] }: Policy): boolean => mirrors.length > 0;

/** There when some backend needs it. */
export const innerFrontend = (backends: readonly Backend[], place: Omit<Place, 'socket'>): string[] =>
  backends.some(({ policy }) => isTriedWithin(policy) || hasMirrors(policy) || policy.asked)
    ? [
        section('frontend door:inner', [
          `bind ${innerSocket(place)} mode 600`,
          `http-request set-var(txn.to) req.hdr(${TO})`,
          `http-request del-header ${TO}`,
          `http-request set-var(${INNER}) bool(true)`,
          `http-request set-method %[req.hdr(${METHOD})] if { req.hdr(${METHOD}) -m found }`,
          `http-request del-header ${METHOD}`,
          'use_backend %[var(txn.to)] if { var(txn.to) -m found }',
          'default_backend none',
        ]),
      ]
    : [];
