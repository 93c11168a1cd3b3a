// Completion for zsh.
import type { Tables } from './model.ts';

export function zshScript({ words, options, values }: Tables): string {
  const caseOf = ([key, list]: readonly [string, readonly string[]]): string =>
    `    '${key.toLowerCase()}') reply=(${list.join(' ')}) ;;`;
  const table = (name: string, map: ReadonlyMap<string, readonly string[]>): string =>
    `${name}() {\n  case \${(L)1} in\n${[...map].map(caseOf).join('\n')}\n    *) return 1 ;;\n  esac\n}\n`;
  return `#compdef cordon
# Completion of cordon for zsh, printed by: cordon completion zsh
${table('_cordon_words', words)}
${table('_cordon_options', options)}
# Fails for what takes no value.
${table('_cordon_values', values)}
_cordon() {
  emulate -L zsh
  # Not path: that is zsh's own.
  local place='' option='' word below current=\${words[CURRENT]}
  local -a reply
  for word in "\${(@)words[2,CURRENT-1]}"; do
    below=\${place:+$place }$word
    if [[ $word == -* ]]; then
      option=$word
    elif [[ -n $option ]] && _cordon_values "$place $option"; then
      option=''
    else
      option=''
      if _cordon_words "$below"; then place=$below; fi
    fi
  done
  reply=()
  if [[ -n $option ]] && _cordon_values "$place $option"; then
    if (( ! \${#reply} )); then
      _files
      return
    fi
  elif [[ $current == -* ]]; then
    _cordon_options "$place"
  else
    _cordon_words "$place"
    if (( ! \${#reply} )); then _cordon_options "$place"; fi
  fi
  # Cmdlets and their parameters are taken in any case.
  compadd -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}' -- $reply
}
compdef _cordon cordon
`;
}
