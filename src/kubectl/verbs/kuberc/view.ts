// `kubectl kuberc view`.
import { existsSync } from 'node:fs';
import { choicesOf } from '../../changes/printing.ts';
import { defineCommand } from '../../command/command.ts';
import { globalFlags } from '../../command/global-flags.ts';
import { readStdin } from '../../io/io.ts';
import { EMPTY, loadPreferences, placeOf, savePreferences } from '../../kuberc/preferences.ts';
import { printerOf, printFlags } from '../../printers/print-flags.ts';

export default defineCommand({
  use: 'view',
  long: 'Display the contents of the kuberc file in the specified output format.',
  examples: `# View kuberc configuration in YAML format (default)
kubectl kuberc view

# View kuberc configuration in JSON format
kubectl kuberc view --output json

# View a specific kuberc file
kubectl kuberc view --kuberc /path/to/kuberc`,
  flags: {
    ...printFlags,
    kuberc: globalFlags.kuberc,
    output: { ...printFlags.output, initial: 'yaml', shown: 'yaml' },
  },
  async run({ flags, io }) {
    const place = placeOf(flags.kuberc, io);
    if (!place) throw new Error('KUBERC is disabled via KUBERC=off environment variable');
    if (!existsSync(place.path)) {
      if (place.explicit) throw new Error(`kuberc file not found at ${place.path}`);
      io.out(
        `kuberc file not found at ${place.path}\nWould you like to generate a default kuberc file with recommended options? (y/N): `,
      );
      if ((await readStdin(io)).trim().toLowerCase() !== 'y') return;
      savePreferences(place.path, RECOMMENDED);
      io.out(`Updated ${place.path}\n`);
      return;
    }
    const { preferences = EMPTY } = loadPreferences(place.path);
    const printer = await printerOf(choicesOf(flags), { cwd: io.cwd, env: io.env, keepOrder: true });
    const { apiVersion, kind, ...rest } = preferences;
    printer.print(
      { kind, apiVersion, ...rest, defaults: preferences.defaults ?? [], aliases: preferences.aliases ?? [] },
      { write: (text) => io.out(text) },
    );
  },
});

const RECOMMENDED = {
  ...EMPTY,
  defaults: [
    { command: 'apply', options: [{ name: 'server-side', default: 'true' }] },
    { command: 'delete', options: [{ name: 'interactive', default: 'true' }] },
  ],
};
