// `kubectl options`: the flags that every command has.
import { join } from 'node:path';
import { defineCommand } from '../../command/command.ts';
import { globalFlags } from '../../command/global-flags.ts';
import { optionsHelp } from '../../command/help.ts';

export default defineCommand({
  use: 'options [flags]',
  async run({ io }) {
    const cache = io.env.KUBECACHEDIR || join(io.env.HOME || '/', '.kube', 'cache');
    io.out(optionsHelp({ ...globalFlags, 'cache-dir': { ...globalFlags['cache-dir'], shown: cache } }));
  },
});
