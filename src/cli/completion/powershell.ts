// Completion for PowerShell, where `cordon` is a program like any other. It uses nothing but the engine.
import type { Tables } from './model.ts';

export function powershellScript({ words, options, values }: Tables): string {
  const lineOf = ([key, list]: readonly [string, readonly string[]]): string =>
    `        '${key}' = '${list.join(' ')}'`;
  const table = (map: ReadonlyMap<string, readonly string[]>): string =>
    `@{\n${[...map].map(lineOf).join('\n')}\n    }`;
  return `# Completion of cordon for PowerShell, printed by: cordon completion powershell
Register-ArgumentCompleter -Native -CommandName cordon, cordon.cmd -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    # Keys are found in any case.
    $words = ${table(words)}
    $options = ${table(options)}
    $values = ${table(values)}
    $path = ''
    $option = ''
    foreach ($element in $commandAst.CommandElements) {
        if ($element.Extent.StartOffset -eq $commandAst.Extent.StartOffset -or $element.Extent.EndOffset -ge $cursorPosition) { continue }
        $word = $element.Extent.Text
        $below = "$path $word".Trim()
        if ($word.StartsWith('-')) { $option = $word }
        elseif ($option -ne '' -and $values.ContainsKey("$path $option")) { $option = '' }
        else {
            $option = ''
            if ($words.ContainsKey($below)) { $path = $below }
        }
    }
    $candidates = if ($option -ne '' -and $values.ContainsKey("$path $option")) { $values["$path $option"] }
    elseif ($wordToComplete.StartsWith('-') -or $words[$path] -eq '') { $options[$path] }
    else { $words[$path] }
    foreach ($candidate in $candidates.Split(' ', [StringSplitOptions]::RemoveEmptyEntries)) {
        if ($candidate.StartsWith($wordToComplete, [StringComparison]::OrdinalIgnoreCase)) {
            [System.Management.Automation.CompletionResult]::new($candidate)
        }
    }
}
`;
}
