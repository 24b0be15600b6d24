// `kubectl version`: what this program is, and what the server is.
import { BUILD } from '../../../api/meta/v1/version.ts';
import { defineCommand } from '../../command/command.ts';
import { boolFlag, stringFlag } from '../../command/flag.ts';
import { ConfigurationError } from '../../errors/errors.ts';
import type { Session } from '../../session/session.ts';
import { skewWarning } from './skew.ts';

interface VersionInfo {
  readonly major: string;
  readonly minor: string;
  readonly gitVersion: string;
  readonly [field: string]: string;
}

/** The release of kustomize whose behaviour `-k` and `kubectl kustomize` follow. */
const KUSTOMIZE_VERSION = 'v5.8.1';

export default defineCommand({
  use: 'version [flags]',
  long: 'Print the client and server version information for the current context.',
  examples: '# Print the client and server versions for the current context\nkubectl version',
  flags: {
    client: boolFlag(false, 'If true, shows client version only (no server required).'),
    output: stringFlag('', "One of 'yaml' or 'json'.", { short: 'o' }),
  },
  async run({ args, flags, io, session }) {
    if (args.length > 0) throw new Error(`extra arguments: [${args.join(' ')}]`);
    const { output } = flags;
    if (!['', 'yaml', 'json'].includes(output)) throw new Error("--output must be 'yaml' or 'json'");
    const [, major = '', minor = ''] = BUILD.gitVersion.split(/[v.]/);
    const { gitVersion, ...built } = BUILD;
    const clientVersion: VersionInfo = { major, minor, gitVersion, ...built };
    const { serverVersion, failed } = flags.client
      ? { serverVersion: undefined, failed: undefined }
      : await askServer(session);
    const all = {
      clientVersion,
      kustomizeVersion: KUSTOMIZE_VERSION,
      ...(serverVersion && { serverVersion }),
    };
    if (output === 'json') io.out(`${JSON.stringify(all, undefined, 2)}\n`);
    else if (output === 'yaml') io.out(`${yamlOf(all)}\n`);
    else {
      io.out(`Client Version: ${clientVersion.gitVersion}\nKustomize Version: ${KUSTOMIZE_VERSION}\n`);
      if (serverVersion) io.out(`Server Version: ${serverVersion.gitVersion}\n`);
    }
    const warning = serverVersion && skewWarning(clientVersion, serverVersion);
    if (warning) {
      if (session.flags['warnings-as-errors']) throw new Error(warning);
      io.err(`Warning: ${warning}\n`);
    }
    if (failed) throw failed;
  },
});

/** A configuration that is wrong is an error before anything is printed; none at all is no error. */
async function askServer(
  session: Session,
): Promise<{ serverVersion: VersionInfo | undefined; failed: unknown }> {
  try {
    await session.streamTarget();
  } catch (error) {
    if (error instanceof ConfigurationError) return { serverVersion: undefined, failed: undefined };
    throw error;
  }
  try {
    return { serverVersion: await session.json<VersionInfo>({ path: '/version' }), failed: undefined };
  } catch (failed) {
    return { serverVersion: undefined, failed };
  }
}

/** Two levels, keys in order, all values texts: those that YAML would read as something else are quoted. */
function yamlOf(all: Readonly<Record<string, VersionInfo | string>>): string {
  const scalar = (text: string) => (/^[0-9]+$|^[0-9]{4}-|^$/.test(text) ? `"${text}"` : text);
  const lines = Object.keys(all)
    .sort()
    .flatMap((key) => {
      const value = all[key]!;
      if (typeof value === 'string') return [`${key}: ${scalar(value)}`];
      const inner = Object.keys(value)
        .sort()
        .map((name) => `  ${name}: ${scalar(value[name]!)}`);
      return [`${key}:`, ...inner];
    });
  return `${lines.join('\n')}\n`;
}
