// `kubectl completion SHELL`: a script by which the shell asks `kubectl __complete` what may follow.
import { defineCommand } from '../../command/command.ts';
import { scripts } from './scripts.ts';

const SHELLS = ['bash', 'fish', 'powershell', 'zsh'] as const;

export default defineCommand({
  use: 'completion SHELL',
  long: `Output shell completion code for the specified shell (bash, zsh, fish, or powershell). The shell code must be evaluated to provide interactive completion of kubectl commands.`,
  examples: `# bash: in this shell, and in all others
source <(kubectl completion bash)
echo 'source <(kubectl completion bash)' >> ~/.bashrc

# zsh
source <(kubectl completion zsh)

# fish
kubectl completion fish | source

# PowerShell
kubectl completion powershell | Out-String | Invoke-Expression`,
  complete: async ({ args }, last) => ({
    candidates: args.length > 0 ? [] : SHELLS.filter((shell) => shell.startsWith(last)),
  }),
  async run({ args, io, usageError }) {
    const [shell] = args;
    if (shell === undefined) throw usageError('Shell not specified.');
    if (args.length > 1) throw usageError('Too many arguments. Expected only the shell type.');
    const known = SHELLS.find((one) => one === shell);
    if (!known) throw usageError(`Unsupported shell type ${JSON.stringify(shell)}.`);
    io.out(scripts[known]);
  },
});
