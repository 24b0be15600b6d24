// An audit event: one request at one stage, as a line of JSON with upstream's fields (audit.k8s.io/v1). Called by trail.ts.
import type { Status } from '../../api/meta/v1/status.ts';
import { rfc3339Micro } from '../../kit/clock.ts';
import type { User } from '../request.ts';
import type { RequestInfo } from '../request-info.ts';
import type { Level, Stage } from './policy.ts';

export interface ObjectReference {
  resource?: string;
  namespace?: string;
  name?: string;
  uid?: string;
  apiGroup?: string;
  apiVersion?: string;
  resourceVersion?: string;
  subresource?: string;
}

/** What is known of a request; grows with its stages. */
export interface Facts {
  readonly level: Level;
  readonly auditID: string;
  readonly requestURI: string;
  readonly verb: string;
  /** Undefined if authentication failed. */
  readonly user: User | undefined;
  impersonatedUser?: User;
  readonly sourceIPs: readonly string[];
  readonly userAgent: string;
  readonly objectRef: ObjectReference | undefined;
  responseStatus?: Partial<Status> & { readonly metadata: object };
  /** JSON texts. */
  requestObject?: string;
  responseObject?: string;
  /** Milliseconds since the epoch. */
  readonly received: number;
  readonly annotations: Record<string, string>;
}

/** The event with its objects, or without them if it is to be truncated. */
export function eventText(facts: Facts, stage: Stage, now: number, withObjects = true): string {
  const { level, auditID, requestURI, verb, user, impersonatedUser, sourceIPs, userAgent, objectRef } = facts;
  const head = JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level,
    auditID,
    stage,
    requestURI,
    verb,
    user: userInfo(user),
    ...(impersonatedUser && { impersonatedUser: userInfo(impersonatedUser) }),
    ...(sourceIPs.length > 0 && { sourceIPs }),
    ...(userAgent && { userAgent }),
    ...(objectRef && { objectRef }),
    ...(facts.responseStatus && { responseStatus: facts.responseStatus }),
  });
  const annotations = withObjects ? facts.annotations : { ...facts.annotations, [TRUNCATED]: 'true' };
  const tail = JSON.stringify({
    requestReceivedTimestamp: rfc3339Micro(facts.received),
    stageTimestamp: rfc3339Micro(now),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  });
  const request = withObjects && facts.requestObject ? `,"requestObject":${facts.requestObject}` : '';
  const response = withObjects && facts.responseObject ? `,"responseObject":${facts.responseObject}` : '';
  return `${head.slice(0, -1)}${request}${response},${tail.slice(1)}`;
}

const TRUNCATED = 'audit.k8s.io/truncated';

const userInfo = (user: User | undefined) =>
  user
    ? {
        username: user.name,
        ...(user.uid && { uid: user.uid }),
        ...(user.groups.length > 0 && { groups: user.groups }),
        ...(user.extra && Object.keys(user.extra).length > 0 && { extra: user.extra }),
      }
    : {};

export function referenceOf(info: RequestInfo): ObjectReference | undefined {
  if (!info.isResource) return undefined;
  const { resource, namespace, name, group, version, subresource } = info;
  return {
    resource,
    ...(namespace && { namespace }),
    ...(name && { name }),
    ...(group && { apiGroup: group }),
    ...(version && { apiVersion: version }),
    ...(subresource && { subresource }),
  };
}

/** Characters. */
const MAX_USER_AGENT = 1024;

export const shortened = (userAgent: string): string =>
  userAgent.length > MAX_USER_AGENT ? `${userAgent.slice(0, MAX_USER_AGENT)}...TRUNCATED` : userAgent;
