// Completion for bash 3.2 and later.
import type { Tables } from './model.ts';

export function bashScript({ words, options, values }: Tables): string {
  const caseOf = ([key, list]: readonly [string, readonly string[]]): string =>
    `    '${key}') echo '${list.join(' ')}' ;;`;
  const table = (name: string, map: ReadonlyMap<string, readonly string[]>): string =>
    `${name}() {\n  case "$1" in\n${[...map].map(caseOf).join('\n')}\n    *) return 1 ;;\n  esac\n}\n`;
  return `# Completion of cordon for bash, printed by: cordon completion bash
${table('_cordon_words', words)}
${table('_cordon_options', options)}
# Fails for what takes no value.
${table('_cordon_values', values)}
_cordon() {
  local current=\${COMP_WORDS[COMP_CWORD]} path='' option='' word i below candidates='' restore
  # Cmdlets and their parameters are taken in any case.
  restore=$(shopt -p nocasematch)
  shopt -s nocasematch
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    # bash makes words of its own of -Name:value and --name=value.
    if [[ $word == [:=] ]]; then continue; fi
    below=\${path:+$path }$word
    if [[ $word == -* ]]; then
      option=$word
    elif [[ -n $option ]] && _cordon_values "$path $option" > /dev/null; then
      option=''
    else
      option=''
      if _cordon_words "$below" > /dev/null; then path=$below; fi
    fi
  done
  if [[ $current == [:=] ]]; then current=''; fi
  if [[ -n $option ]] && candidates=$(_cordon_values "$path $option"); then
    :
  elif [[ $current == -* ]]; then
    candidates=$(_cordon_options "$path")
  else
    candidates=$(_cordon_words "$path")
    if [[ -z $candidates ]]; then candidates=$(_cordon_options "$path"); fi
  fi
  COMPREPLY=()
  for word in $candidates; do
    if [[ $word == "$current"* ]]; then COMPREPLY+=("$word"); fi
  done
  $restore
}
complete -o default -F _cordon cordon
`;
}
