// Completion for fish 3 and later.
import type { Tables } from './model.ts';

export function fishScript({ words, options, values }: Tables): string {
  const caseOf = ([key, list]: readonly [string, readonly string[]]): string =>
    `        case '${key.toLowerCase()}'\n            string split ' ' -- '${list.join(' ')}'`;
  const table = (name: string, map: ReadonlyMap<string, readonly string[]>): string =>
    `function ${name}
    switch (string lower -- "$argv[1]")
${[...map].map(caseOf).join('\n')}
        case '*'
            return 1
    end
    return 0
end
`;
  return `# Completion of cordon for fish, printed by: cordon completion fish
${table('__cordon_words', words)}
${table('__cordon_options', options)}
# Fails for what takes no value.
${table('__cordon_values', values)}
function __cordon_complete
    set -l place ''
    set -l option ''
    set -l before (commandline -opc)
    for word in $before[2..-1]
        set -l below (string trim -- "$place $word")
        if string match -q -- '-*' $word
            set option $word
        else if test -n "$option"; and __cordon_values "$place $option" >/dev/null
            set option ''
        else
            set option ''
            if __cordon_words $below >/dev/null
                set place $below
            end
        end
    end
    set -l current (commandline -ct)
    if test -n "$option"; and __cordon_values "$place $option" >/dev/null
        set -l found (__cordon_values "$place $option" | string match -v '')
        if test (count $found) -eq 0
            __fish_complete_path "$current"
        else
            printf '%s\\n' $found
        end
        return
    end
    __cordon_words $place
    if string match -q -- '-*' "$current"; or test -z "$(__cordon_words $place)"
        __cordon_options $place
    end
end
complete -c cordon -f -a '(__cordon_complete)'
`;
}
