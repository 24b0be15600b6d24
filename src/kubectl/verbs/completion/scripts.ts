// The scripts of `kubectl completion`. Each asks the program itself (`__complete`), whose answer ends with a line `:N`: 2 no space behind the
// candidate, 4 no files, 8 the candidates are extensions of files.

const BASH = `# bash completion for kubectl
__start_kubectl() {
  local line words cur out directive candidates prefix
  line=\${COMP_LINE:0:COMP_POINT}
  read -ra words <<<"$line"
  case "$line" in *[[:space:]]) words+=("") ;; esac
  cur=\${words[\${#words[@]}-1]}
  out=$("\${words[0]}" __completeNoDesc "\${words[@]:1}" 2>/dev/null) || return
  directive=\${out##*:}
  out=\${out%:*}
  COMPREPLY=()
  if ((directive & 8)); then
    local IFS=$'\\n' extension
    for extension in $out; do COMPREPLY+=($(compgen -f -X "!*.$extension" -- "$cur")); done
    COMPREPLY+=($(compgen -d -- "$cur"))
    compopt -o filenames
    return
  fi
  mapfile -t candidates <<<"\${out%$'\\n'}"
  # Words end at these characters for bash: what stands before the last of them is not part of the reply.
  prefix=""
  case "$COMP_WORDBREAKS" in *:*) case "$cur" in *:*) prefix=\${cur%"\${cur##*:}"} ;; esac ;; esac
  case "$cur" in -*=*) cur=\${cur#*=} ;; esac
  local candidate
  for candidate in "\${candidates[@]}"; do
    case "$candidate" in "") ;; "$cur"*) COMPREPLY+=("\${candidate#"$prefix"}") ;; esac
  done
  if ((directive & 2)); then compopt -o nospace; fi
  if ((!(directive & 4) && \${#COMPREPLY[@]} == 0)); then compopt -o default; fi
}
complete -F __start_kubectl kubectl kubectl-tiphys
`;

const ZSH = `#compdef kubectl kubectl-tiphys
compdef _kubectl kubectl kubectl-tiphys

# zsh completion for kubectl
_kubectl() {
  local out directive line
  local -a candidates lines asked
  asked=("\${words[@]:1:$((CURRENT - 1))}")
  out=$("\${words[1]}" __complete "\${asked[@]}" 2>/dev/null) || return
  directive=\${out##*:}
  out=\${out%:*}
  lines=("\${(@f)out}")
  if ((directive & 8)); then
    _files -g "*.(\${(j:|:)lines:#})"
    return
  fi
  for line in "\${lines[@]}"; do
    [[ -z $line ]] && continue
    if [[ $line == *$'\\t'* ]]; then
      candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    else
      candidates+=("\${line//:/\\\\:}")
    fi
  done
  if ((\${#candidates} > 0)); then
    if ((directive & 2)); then _describe -V kubectl candidates -S ''; else _describe -V kubectl candidates; fi
  elif ((!(directive & 4))); then
    _files
  fi
}

if [ "$funcstack[1]" = "_kubectl" ]; then _kubectl; fi
`;

const FISH = `# fish completion for kubectl
function __kubectl_ask
  set -l words (commandline -opc)
  set -l last (commandline -ct)
  set -g __kubectl_directive 0
  for line in ($words[1] __complete $words[2..-1] "$last" 2>/dev/null)
    if string match -qr '^:[0-9]+$' -- $line
      set -g __kubectl_directive (string sub -s 2 -- $line)
    else
      echo $line
    end
  end
end

function __kubectl_candidates
  set -l found (__kubectl_ask)
  if test (math "bitand($__kubectl_directive, 8)") -ne 0
    __fish_complete_suffix .$found
  else if test (count $found) -eq 0; and test (math "bitand($__kubectl_directive, 4)") -eq 0
    __fish_complete_path (commandline -ct)
  else
    string join \\n -- $found
  end
end

for program in kubectl kubectl-tiphys
  complete -c $program -e
  complete -c $program -f -k -a '(__kubectl_candidates)'
end
`;

const POWERSHELL = `# powershell completion for kubectl
Register-ArgumentCompleter -Native -CommandName 'kubectl', 'kubectl-tiphys' -ScriptBlock {
  param($WordToComplete, $CommandAst, $CursorPosition)
  $words = @($CommandAst.CommandElements | Where-Object { $_.Extent.EndOffset -le $CursorPosition } | ForEach-Object { $_.ToString() })
  $program, $rest = $words
  if ($WordToComplete -eq '') { $rest = @($rest) + '""' }
  $lines = @(& $program __complete @rest 2>$null)
  if ($lines.Count -eq 0) { return }
  $directive = [int]($lines[-1].Substring(1))
  $lines | Select-Object -SkipLast 1 | ForEach-Object {
    $name, $description = $_ -split "\`t", 2
    if (-not $description) { $description = $name }
    $text = if ($directive -band 2) { $name } else { "$name " }
    [System.Management.Automation.CompletionResult]::new($text, $name, 'ParameterValue', $description)
  }
}
`;

export const scripts = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL } as const;
