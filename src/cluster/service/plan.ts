// What `tiphys install-service` writes: the unit, the file of its environment, files of secrets. Pure; install.ts writes it.
import { join } from 'node:path';
import { hideSecrets } from './secrets.ts';
import { type Role, unitName, unitText } from './unit.ts';

export interface ServiceOptions {
  readonly role: Role;
  /** Absolute path of bin/tiphys. */
  readonly program: string;
  /** For `tiphys server`, or for `tiphys join`. */
  readonly words: readonly string[];
  readonly dataDirectory: string;
  /** Of a container runtime that somebody else keeps running. */
  readonly runtimeEndpoint?: string | undefined;
  readonly announces: boolean;
}

export interface PlannedFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
  /** Not to be shown. */
  readonly secret: boolean;
  /** What an administrator has written there stays. */
  readonly keep: boolean;
}

const UNITS = '/etc/systemd/system';
const SETTINGS = '/etc/tiphys';

const COMMANDS: Readonly<Record<Role, string>> = { server: 'server', agent: 'join' };

export function planService(options: ServiceOptions): PlannedFile[] {
  const { role, program, dataDirectory, announces, runtimeEndpoint } = options;
  const { words, files } = hideSecrets(options.words, (name) => join(SETTINGS, `${role}.${name}`));
  const environmentFile = environmentOf(role);
  const unit = unitText({
    ...{ role, program, environmentFile, dataDirectory, announces },
    words: [COMMANDS[role], ...words],
    after: runtimeEndpoint ? RUNTIMES : [],
  });
  const file = (
    path: string,
    content: string,
    mode: number,
    rest: Partial<PlannedFile> = {},
  ): PlannedFile => ({
    ...{ path, content, mode, secret: false, keep: false },
    ...rest,
  });
  return [
    file(join(UNITS, unitName(role)), unit, 0o644),
    file(environmentFile, ENVIRONMENT, 0o600, { keep: true }),
    ...files.map(({ path, content }) => file(path, content, 0o600, { secret: true })),
  ];
}

/** All that an installation of the role may have left. */
export const serviceFiles = (role: Role): string[] => [
  join(UNITS, unitName(role)),
  environmentOf(role),
  ...['token', 'certificate-key'].map((name) => join(SETTINGS, `${role}.${name}`)),
];

const environmentOf = (role: Role): string => join(SETTINGS, `${role}.env`);

/** Ordering after units that are not there is no failure. */
const RUNTIMES = ['containerd.service', 'crio.service'];

const ENVIRONMENT = '# Variables for the service, one a line: NAME=value. Only root can read this file.\n';
