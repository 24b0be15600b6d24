// Validates probes and lifecycle hooks: exactly one handler, and numbers in range.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by pod-spec.ts.
import { addAll } from '../../../../kit/lists.ts';
import type {
  ExecAction,
  GRPCAction,
  HTTPGetAction,
  Lifecycle,
  LifecycleHandler,
  Probe,
  SleepAction,
  TCPSocketAction,
} from '../../../kinds/core/v1/probe.ts';
import {
  checkItems,
  complaints,
  type FieldError,
  forbidden,
  invalid,
  nonNegative,
  notSupported,
  positive,
  required,
} from '../../field.ts';
import { isHTTPHeaderName, isValidPortName, isValidPortNumber } from '../../names.ts';

interface Handler {
  readonly exec?: ExecAction;
  readonly httpGet?: HTTPGetAction;
  readonly tcpSocket?: TCPSocketAction;
  readonly grpc?: GRPCAction;
  readonly sleep?: SleepAction;
}

export const validatePortNumberOrName = (port: number | string = 0, path = ''): FieldError[] =>
  complaints(path, port, typeof port === 'number' ? isValidPortNumber(port) : isValidPortName(port));

function validateHTTPGet(get: HTTPGetAction, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (!get.path) errors.push(required(`${path}.path`));
  addAll(errors, validatePortNumberOrName(get.port, `${path}.port`));
  if (get.scheme !== 'HTTP' && get.scheme !== 'HTTPS')
    errors.push(notSupported(`${path}.scheme`, get.scheme ?? '', ['HTTP', 'HTTPS']));
  checkItems(errors, get.httpHeaders, ({ name }) =>
    addAll(errors, complaints(`${path}.httpHeaders`, name, isHTTPHeaderName(name))),
  );
  return errors;
}

function validateHandler(handler: Handler, path: string, grace: number | undefined): FieldError[] {
  const errors: FieldError[] = [];
  let count = 0;
  const take = (name: keyof Handler, check: () => FieldError[]) => {
    if (handler[name] === undefined) return;
    if (count++ > 0) errors.push(forbidden(`${path}.${name}`, 'may not specify more than 1 handler type'));
    else addAll(errors, check());
  };
  take('exec', () => (handler.exec?.command?.length ? [] : [required(`${path}.exec.command`)]));
  take('httpGet', () => validateHTTPGet(handler.httpGet!, `${path}.httpGet`));
  take('tcpSocket', () => validatePortNumberOrName(handler.tcpSocket!.port, `${path}.tcpSocket.port`));
  take('grpc', () =>
    complaints(`${path}.grpc.port`, handler.grpc!.port, isValidPortNumber(handler.grpc!.port)),
  );
  take('sleep', () => validateSleep(handler.sleep!.seconds, `${path}.sleep`, grace));
  if (count === 0) errors.push(required(path, 'must specify a handler type'));
  return errors;
}

const validateSleep = (seconds = 0, path = '', grace?: number): FieldError[] =>
  grace !== undefined && (seconds < 0 || seconds > grace)
    ? [invalid(path, seconds, `must be non-negative and less than terminationGracePeriodSeconds (${grace})`)]
    : [];

const counts = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const;

export function validateProbe(
  probe: Probe | undefined,
  path: string,
  use: 'liveness' | 'readiness' | 'startup',
): FieldError[] {
  if (!probe) return [];
  const errors = validateHandler(probe, path, undefined);
  for (const count of counts) addAll(errors, nonNegative(`${path}.${count}`, probe[count]));
  const grace = `${path}.terminationGracePeriodSeconds`;
  addAll(errors, positive(grace, probe.terminationGracePeriodSeconds));
  if (use === 'readiness') {
    if (probe.terminationGracePeriodSeconds !== undefined)
      errors.push(invalid(grace, probe.terminationGracePeriodSeconds, 'must not be set for readinessProbes'));
  } else if (probe.successThreshold !== 1)
    errors.push(invalid(`${path}.successThreshold`, probe.successThreshold ?? 0, 'must be 1'));
  return errors;
}

export function validateLifecycle(
  lifecycle: Lifecycle | undefined,
  path: string,
  grace: number | undefined,
): FieldError[] {
  const check = (handler: LifecycleHandler | undefined, name: string) =>
    handler ? validateHandler(handler, `${path}.${name}`, grace) : [];
  return [...check(lifecycle?.postStart, 'postStart'), ...check(lifecycle?.preStop, 'preStop')];
}
