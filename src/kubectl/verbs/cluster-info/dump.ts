// `kubectl cluster-info dump`: objects and logs of namespaces, to stdout or into files.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { defineCommand } from '../../command/command.ts';
import { boolFlag, durationFlag, stringFlag, stringSliceFlag } from '../../command/flag.ts';
import { messageOf } from '../../errors/text.ts';
import type { Io } from '../../io/io.ts';
import { outputFormats, printerOf } from '../../printers/print-flags.ts';
import type { KubeList, KubeObject } from '../../resources/object.ts';
import type { Session } from '../../session/session.ts';

/** File, and the resource's path within its namespace. */
const KINDS: readonly (readonly [string, string, string])[] = [
  ['events', '/api/v1', 'events'],
  ['replication-controllers', '/api/v1', 'replicationcontrollers'],
  ['services', '/api/v1', 'services'],
  ['daemonsets', '/apis/apps/v1', 'daemonsets'],
  ['deployments', '/apis/apps/v1', 'deployments'],
  ['replicasets', '/apis/apps/v1', 'replicasets'],
  ['pods', '/api/v1', 'pods'],
];

interface Pod extends KubeObject {
  readonly spec?: { readonly initContainers?: readonly Named[]; readonly containers?: readonly Named[] };
}
interface Named {
  readonly name: string;
}

type Write = (file: string, extension: string, text: string) => void;

export default defineCommand({
  use: 'dump [flags]',
  long: `Dump cluster information out suitable for debugging and diagnosing cluster problems.

 All goes to stdout, or with --output-directory into files below that directory. Objects and pod logs of the current namespace and of kube-system are dumped, or those of --namespaces or --all-namespaces.`,
  examples: `# Dump current cluster state to stdout
kubectl cluster-info dump

# Dump current cluster state to /path/to/cluster-state
kubectl cluster-info dump --output-directory=/path/to/cluster-state

# Dump all namespaces to stdout
kubectl cluster-info dump --all-namespaces

# Dump a set of namespaces to /path/to/cluster-state
kubectl cluster-info dump --namespaces default,kube-system --output-directory=/path/to/cluster-state`,
  flags: {
    output: stringFlag('json', `Output format. One of: (${outputFormats().join(', ')}).`, { short: 'o' }),
    template: stringFlag(
      '',
      'Template string or path to template file to use when -o=go-template, -o=go-template-file. The template format is golang templates [http://golang.org/pkg/text/template/#pkg-overview].',
    ),
    'allow-missing-template-keys': boolFlag(
      true,
      'If true, ignore any errors in templates when a field or map key is missing in the template. Only applies to golang and jsonpath output formats.',
    ),
    'show-managed-fields': boolFlag(
      false,
      'If true, keep the managedFields when printing objects in JSON or YAML format.',
    ),
    'output-directory': stringFlag(
      '',
      "Where to output the files.  If empty or '-' uses stdout, otherwise creates a directory hierarchy in that directory",
    ),
    namespaces: stringSliceFlag('A comma separated list of namespaces to dump.'),
    'all-namespaces': boolFlag(false, 'If true, dump all namespaces.  If true, --namespaces is ignored.', {
      short: 'A',
    }),
    'pod-running-timeout': durationFlag(
      20_000,
      '20s',
      'The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running',
    ),
  },
  async run({ flags, io, session }) {
    if (flags['pod-running-timeout'] <= 0) throw new Error('--pod-running-timeout must be higher than zero');
    const printer = await printerOf(
      {
        output: flags.output,
        template: flags.template,
        allowMissingTemplateKeys: flags['allow-missing-template-keys'],
        showManagedFields: flags['show-managed-fields'],
      },
      { cwd: io.cwd, env: io.env, keepOrder: true },
    );
    const folder = flags['output-directory'];
    const write = writerTo(folder, io);
    const extension = flags.output === 'json' || flags.output === 'yaml' ? `.${flags.output}` : '.txt';
    const dump = async (file: string, path: string): Promise<KubeList> => {
      const list = await session.json<KubeList>({ path });
      let text = '';
      // As Go prints an empty list.
      printer.print(list.items.length > 0 ? list : { ...list, items: null }, {
        write: (part) => {
          text += part;
        },
      });
      write(file, extension, text);
      return list;
    };
    await dump('nodes', '/api/v1/nodes');
    for (const namespace of await namespacesOf(session, flags)) {
      let pods: readonly Pod[] = [];
      for (const [file, api, resource] of KINDS)
        pods = (
          await dump(
            join(segment(namespace), file),
            `${api}/namespaces/${encodeURIComponent(namespace)}/${resource}`,
          )
        ).items as Pod[];
      for (const pod of pods)
        write(
          join(segment(namespace), segment(pod.metadata?.name), 'logs'),
          '.txt',
          await logsOf(session, pod),
        );
    }
    if (folder && folder !== '-') io.out(`Cluster info dumped to ${folder}\n`);
  },
});

async function namespacesOf(
  session: Session,
  flags: { readonly namespaces: readonly string[]; readonly 'all-namespaces': boolean },
): Promise<readonly string[]> {
  if (flags['all-namespaces']) {
    const { items } = await session.json<KubeList>({ path: '/api/v1/namespaces' });
    return items.map((item) => item.metadata?.name ?? '');
  }
  return flags.namespaces.length > 0
    ? flags.namespaces
    : ['kube-system', (await session.namespace()).namespace];
}

/** A name as a folder: nothing that the server says leaves the folder that was given. */
const segment = (name = ''): string => (name === '..' ? '_' : name.replaceAll('/', '_'));

function writerTo(folder: string, io: Io): Write {
  if (folder === '' || folder === '-') return (_file, _extension, text) => io.out(text);
  return (file, extension, text) => {
    const path = `${resolve(io.cwd, folder, file)}${extension}`;
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    writeFileSync(path, text);
  };
}

async function logsOf(session: Session, { metadata, spec }: Pod): Promise<string> {
  const { name = '', namespace = '' } = metadata ?? {};
  let text = '';
  for (const container of [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]) {
    const what = `logs for container ${container.name} of pod ${namespace}/${name}`;
    text += `==== START ${what} ====\n`;
    try {
      const { body } = await session.request({
        path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log`,
        query: { container: container.name },
      });
      text += body.toString();
    } catch (error) {
      text += `Request log error: ${messageOf(error)}\n`;
    }
    text += `==== END ${what} ====\n`;
  }
  return text;
}
