// Flags that several components have in common, named as upstream's.
import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { durationMs } from '../../../api/meta/v1/duration.ts';
import { durationOf } from '../../../cluster/config/duration.ts';

export const wholeNumber = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Give a whole number.');
  return Number(text);
};

export const positiveNumber = (text: string): number => {
  const value = wholeNumber(text);
  if (value < 1) throw new InvalidArgumentError('Give a whole number greater than 0.');
  return value;
};

export const decimalNumber = (text: string): number => {
  if (!/^\d{1,9}(\.\d{1,9})?$/.test(text)) throw new InvalidArgumentError('Give a number such as 0.1.');
  return Number(text);
};

/** In milliseconds, in Go's notation: 90s, 1m30s, 500ms. */
export const goDuration = (text: string): number => {
  const ms = durationMs(text);
  if (ms === undefined || ms < 0) throw new InvalidArgumentError('Give a duration such as 30s or 5m0s.');
  return ms;
};

/** In milliseconds; with one unit: 90s, 30m, 6h. */
export const duration = (text: string): number => {
  const ms = durationOf(text);
  if (ms === undefined) throw new InvalidArgumentError('Give a duration such as 30m or 6h.');
  return ms;
};

/** Flags that take true or false, or stand alone for true: --leader-elect, --leader-elect=false. */
export const switchOption = (flag: string, description: string, value?: boolean): Option =>
  new Option(`${flag} [bool]`, description)
    .default(value)
    .preset(true)
    .argParser((text: string | boolean) => text === true || text === 'true');

export const absolute = (path: string): string => resolve(path);

export const logLevelOption = (): Option =>
  new Option('--log-level <level>', 'how much to log')
    .choices(['debug', 'info', 'warn', 'error'])
    .default('info');

/** A component that elects a leader and serves its health. */
export function electedComponent(name: string, upstream: string, port: number): Command {
  return new Command(name)
    .requiredOption('--kubeconfig <file>', 'how to reach the API server', absolute)
    .addOption(switchOption('--leader-elect', 'work only while holding the lease', true))
    .option('--leader-elect-resource-name <name>', 'name of the lease', upstream)
    .option('--leader-elect-resource-namespace <name>', 'namespace of the lease', 'kube-system')
    .option('--bind-address <address>', 'where to serve health and metrics', '127.0.0.1')
    .option('--secure-port <port>', 'port of health and metrics; 0 for none', wholeNumber, port)
    .option('--feature-gates <list>', 'features to turn on or off: NAME=true,NAME=false')
    .addOption(logLevelOption());
}
