// `kubectl config get-contexts`.
import { defineCommand } from '../../command/command.ts';
import { boolFlag, stringFlag } from '../../command/flag.ts';
import { combined } from '../../errors/errors.ts';
import { TabWriter } from '../../printers/tabwriter.ts';
import { completionOf } from './completion.ts';
import { ConfigStore } from './store.ts';

export default defineCommand({
  use: 'get-contexts [(-o|--output=)name)]',
  long: 'Display one or many contexts from the kubeconfig file.',
  examples: `# List all the contexts in your kubeconfig file
kubectl config get-contexts

# Describe one context in your kubeconfig file
kubectl config get-contexts my-context`,
  flags: {
    'no-headers': boolFlag(
      false,
      "When using the default or custom-column output format, don't print headers (default print headers).",
    ),
    output: stringFlag('', 'Output format. One of: (name).', { short: 'o' }),
  },
  complete: completionOf('contexts'),
  async run({ args, flags, io, session }) {
    const { output } = flags;
    if (output !== '' && output !== 'name')
      throw new Error(
        `--output ${output} is not available in kubectl config get-contexts; resetting to default output format`,
      );
    const store = new ConfigStore(io, session.flags);
    const contexts = store.entries('contexts');
    const current = store.current();
    const wanted = args.length > 0 ? args : [...contexts.keys()];
    const errors = wanted
      .filter((name) => !contexts.has(name))
      .map((name) => new Error(`context ${name} not found`));
    const writer = new TabWriter({ write: (text) => io.out(text) });
    const line = (cells: readonly unknown[]) => writer.write(`${cells.join('\t')}\n`);
    if (output === '' && !flags['no-headers']) line(['CURRENT', 'NAME', 'CLUSTER', 'AUTHINFO', 'NAMESPACE']);
    for (const name of wanted.filter((one) => contexts.has(one)).sort()) {
      const { cluster = '', user = '', namespace = '' } = contexts.get(name) ?? {};
      line(output === 'name' ? [name] : [name === current ? '*' : ' ', name, cluster, user, namespace]);
    }
    writer.flush();
    if (errors.length > 0) throw combined(errors);
  },
});
