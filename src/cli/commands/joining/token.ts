// `tiphys token create|list|delete|generate`: the tokens with which machines join; flags, columns and messages are those of `kubeadm token`.
import { existsSync } from 'node:fs';
import { Command, Option } from 'commander';
import { UserError } from '../../../cluster/progress.ts';
import { absolute, goDuration } from '../components/flags.ts';

/** Where `tiphys server` and kubeadm write the administrator's kubeconfig. */
const ADMIN_FILES = ['/var/lib/tiphys/server/admin.conf', '/etc/kubernetes/admin.conf'];

interface CreateFlags {
  readonly kubeconfig?: string;
  readonly ttl: number;
  readonly usages: readonly string[];
  readonly groups: readonly string[];
  readonly description: string;
  readonly printJoinCommand: boolean;
}

const list = (text: string): string[] => text.split(',').filter(Boolean);

export const tokenCommand = (): Command =>
  new Command('token')
    .description('Manage bootstrap tokens, with which machines join a cluster')
    .addCommand(
      subcommand('create', 'Create a bootstrap token, and print it')
        .argument('[token]', 'ID.SECRET: 6 and 16 small letters and digits (default: a random one)')
        .addOption(
          new Option('--ttl <duration>', 'how long it is valid, such as 1s, 2m, 3h; 0: it never expires')
            .argParser(goDuration)
            .default(86_400_000, '24h0m0s'),
        )
        .addOption(
          new Option('--usages <list>', 'what it may be used for')
            .argParser(list)
            .default(['signing', 'authentication'], 'signing,authentication'),
        )
        .addOption(
          new Option('--groups <list>', 'groups of those who use it')
            .argParser(list)
            .default(
              ['system:bootstrappers:kubeadm:default-node-token'],
              'system:bootstrappers:kubeadm:default-node-token',
            ),
        )
        .option('--description <text>', 'what it is for', '')
        .option('--print-join-command', 'print the whole command with which a machine joins', false)
        .action(create),
    )
    .addCommand(
      subcommand('list', 'List bootstrap tokens')
        .addOption(
          new Option('-o, --output <format>', 'how to print')
            .choices(['text', 'json', 'yaml'])
            .default('text'),
        )
        .action(show),
    )
    .addCommand(
      subcommand('delete', 'Delete bootstrap tokens')
        .argument('<tokens...>', 'ID or ID.SECRET')
        .action(remove),
    )
    .addCommand(
      new Command('generate').description('Print a random token, without creating it').action(async () => {
        const { newToken, textOf } = await import('../../../cluster/join/tokens.ts');
        const { systemRandom } = await import('../../../kit/random.ts');
        process.stdout.write(`${textOf(newToken(systemRandom))}\n`);
      }),
    );

const subcommand = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .option(
      '--kubeconfig <file>',
      `an administrator’s (default: $KUBECONFIG, else ${ADMIN_FILES.join(', else ')})`,
      absolute,
    );

function kubeconfigOf(given: string | undefined): string {
  const candidates = given
    ? [given]
    : [...(process.env.KUBECONFIG ?? '').split(':').filter(Boolean), ...ADMIN_FILES];
  const found = candidates.find((path) => existsSync(path));
  if (!found)
    throw new UserError(
      `no kubeconfig: ${candidates.join(', ')} ${candidates.length > 1 ? 'do' : 'does'} not exist`,
    );
  return found;
}

async function open(kubeconfig: string) {
  const { connectionFrom } = await import('../../../client/kubeconfig/connection.ts');
  const { HttpsTransport } = await import('../../../client/transport/https-transport.ts');
  const { RestClient } = await import('../../../client/rest/rest-client.ts');
  const { systemClock: clock } = await import('../../../kit/clock.ts');
  const connection = connectionFrom(kubeconfig, { env: process.env });
  const transport = new HttpsTransport({ ...connection, clock });
  return { clock, transport, client: new RestClient({ transport, clock }) };
}

async function create(text: string | undefined, flags: CreateFlags): Promise<void> {
  const tokens = await import('../../../cluster/join/tokens.ts');
  const { createToken } = await import('../../../cluster/join/token-service.ts');
  const { systemRandom } = await import('../../../kit/random.ts');
  tokens.checkTokenOptions(flags);
  const token = text === undefined ? tokens.newToken(systemRandom) : tokens.tokenOf(text);
  const path = kubeconfigOf(flags.kubeconfig);
  const { client, clock, transport } = await open(path);
  await createToken(client, tokens.tokenSecret(token, flags, clock.now()));
  transport.close();
  if (!flags.printJoinCommand) return void process.stdout.write(`${tokens.textOf(token)}\n`);
  const { joinCommand } = await import('../../../cluster/join/join-command.ts');
  const { readKubeconfig } = await import('../../../client/kubeconfig/kubeconfig.ts');
  process.stdout.write(`${joinCommand(readKubeconfig(path), path, tokens.textOf(token))}\n`);
}

async function show(flags: {
  readonly kubeconfig?: string;
  readonly output: 'text' | 'json' | 'yaml';
}): Promise<void> {
  const { listTokens } = await import('../../../cluster/join/token-service.ts');
  const { client, clock, transport } = await open(kubeconfigOf(flags.kubeconfig));
  const { tokens, unreadable } = await listTokens(client);
  transport.close();
  for (const message of unreadable) process.stderr.write(`${message}\n`);
  const { renderTokens } = await import('./token-output.ts');
  process.stdout.write(await renderTokens(flags.output, tokens, clock.now()));
}

async function remove(tokens: readonly string[], flags: { readonly kubeconfig?: string }): Promise<void> {
  const { tokenIdOf } = await import('../../../cluster/join/tokens.ts');
  const { deleteToken } = await import('../../../cluster/join/token-service.ts');
  const { client, transport } = await open(kubeconfigOf(flags.kubeconfig));
  for (const text of tokens) {
    const id = tokenIdOf(text);
    await deleteToken(client, id);
    process.stdout.write(`bootstrap token "${id}" deleted\n`);
  }
  transport.close();
}
