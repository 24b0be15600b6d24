// The pod that `run` makes of its flags. Pure; called by the command beside it.
import type { EnvVar } from '../../../api/kinds/core/v1/env.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { envNameComplaints } from '../../text/env-name.ts';
import { atoi } from '../../text/numbers.ts';
import { labelsOf, parsePairs } from '../../text/pairs.ts';
import { type Made, madeOf } from '../create/objects/made.ts';

export interface RunFlags {
  readonly image: string;
  readonly imagePullPolicy: string;
  readonly annotations: readonly string[];
  readonly labels: string;
  readonly env: readonly string[];
  readonly port: string;
  readonly restart: string;
  readonly privileged: boolean;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly leaveStdinOpen: boolean;
  /** The words behind the name, which are the container's command if `command` is set, otherwise its arguments. */
  readonly words: readonly string[];
  readonly command: boolean;
}

export function podOf(name: string, flags: RunFlags): Made {
  const { stdin, tty, words } = flags;
  const annotations = parsePairs(flags.annotations, 'annotations', false).set;
  const env = flags.env.map(variableOf);
  return madeOf(Pod, {
    metadata: {
      name,
      labels: flags.labels === '' ? { run: name } : labelsOf(flags.labels),
      ...(annotations.size > 0 && { annotations: Object.fromEntries(annotations) }),
    },
    spec: {
      containers: [
        {
          name,
          image: flags.image,
          ...(flags.imagePullPolicy && { imagePullPolicy: flags.imagePullPolicy }),
          ...(words.length > 0 && { [flags.command ? 'command' : 'args']: [...words] }),
          ...(env.length > 0 && { env }),
          ...(flags.port && { ports: [{ containerPort: atoi(flags.port) }] }),
          ...(flags.privileged && { securityContext: { privileged: true } }),
          ...(stdin && { stdin, stdinOnce: !flags.leaveStdinOpen }),
          ...(tty && { tty }),
        },
      ],
      dnsPolicy: 'ClusterFirst',
      restartPolicy: flags.restart,
    },
  });
}

function variableOf(text: string): EnvVar {
  const at = text.indexOf('=');
  const name = text.slice(0, at);
  if (at <= 0 || envNameComplaints(name).length > 0) throw new Error(`invalid env: ${text}`);
  return { name, value: text.slice(at + 1) };
}

const POLICIES = new Set(['Always', 'OnFailure', 'Never']);

/** Undefined for a policy that there is not. */
export function restartPolicyOf(text: string, interactive: boolean): string | undefined {
  if (text === '') return interactive ? 'OnFailure' : 'Always';
  return POLICIES.has(text) ? text : undefined;
}

export const isPullPolicy = (text: string): boolean => ['', 'Always', 'IfNotPresent', 'Never'].includes(text);
