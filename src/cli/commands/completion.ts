// `tiphys completion bash|zsh|fish`: a script for the shell, made from the commands themselves.
import { Argument, Command } from 'commander';

interface Words {
  readonly path: string;
  readonly words: readonly string[];
}

/** For each command path (`image load`), what may follow it. */
function vocabulary(command: Command, path: string[] = []): Words[] {
  const options = command.options.flatMap((o) =>
    [o.long, o.short].filter((flag) => flag !== undefined && flag !== null),
  );
  const names = command.commands.map((c) => c.name());
  const here = { path: path.join(' '), words: [...names, ...options, '--help'] };
  return [here, ...command.commands.flatMap((c) => vocabulary(c, [...path, c.name()]))];
}

const bash = (words: readonly Words[]) => `_tiphys() {
  local current path word
  current="\${COMP_WORDS[COMP_CWORD]}"
  path=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) path="\${path:+$path }$word" ;; esac
  done
  case "$path" in
${words.map((w) => `    "${w.path}") COMPREPLY=($(compgen -W "${w.words.join(' ')}" -- "$current")) ;;`).join('\n')}
    *) COMPREPLY=($(compgen -f -- "$current")) ;;
  esac
}
complete -o default -F _tiphys tiphys
`;

const fish = (words: readonly Words[]) =>
  words
    .map(({ path, words: next }) => {
      const condition = path
        ? path
            .split(' ')
            .map((word) => `__fish_seen_subcommand_from ${word}`)
            .join('; and ')
        : '__fish_use_subcommand';
      return `complete -c tiphys -n '${condition}' -a '${next.join(' ')}'\n`;
    })
    .join('');

export const completionCommand = (program: Command): Command =>
  new Command('completion')
    .description('Print a completion script: source <(tiphys completion bash)')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .action((shell: 'bash' | 'zsh' | 'fish') => {
      const words = vocabulary(program);
      if (shell === 'fish') process.stdout.write(fish(words));
      else
        process.stdout.write(
          `${shell === 'zsh' ? 'autoload -U +X bashcompinit && bashcompinit\n' : ''}${bash(words)}`,
        );
    });
