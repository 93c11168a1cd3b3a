// What PowerShell's binder says no with, word for word: https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_parameters
import { CmdletError } from '../../cmdlets/cmdlet-error.ts';

function bindingError(errorId: string, message: string, target: string, advice = ''): CmdletError {
  const type = 'System.Management.Automation.ParameterBindingException';
  return new CmdletError(message, { type, category: 'InvalidArgument', errorId, target, advice });
}

export const unknownParameter = (name: string): CmdletError =>
  bindingError('NamedParameterNotFound', `A parameter cannot be found that matches parameter name '${name}'.`, name);

export const ambiguousParameter = (name: string, matches: readonly string[]): CmdletError =>
  bindingError(
    'AmbiguousParameter',
    `Parameter cannot be processed because the parameter name '${name}' is ambiguous. Possible matches include: ${matches.map((match) => `-${match}`).join(' ')}.`,
    name,
  );

/** `isColon`: `-Name:` and nothing, as bash makes of -Confirm:$false. */
export const missingArgument = (name: string, type: string, isColon: boolean): CmdletError =>
  bindingError(
    'MissingArgument',
    `Missing an argument for parameter '${name}'. Specify a parameter of type '${type}' and try again.`,
    name,
    isColon
      ? `A shell takes $false for a variable of its own: type '-${name}:$false' in quotes, or -${name}:false.`
      : '',
  );

export const unexpectedArgument = (text: string): CmdletError =>
  bindingError(
    'PositionalParameterNotFound',
    `A positional parameter cannot be found that accepts argument '${text}'.`,
    text,
  );

export const missingElement = (name: string): CmdletError =>
  bindingError('MissingExpression', "Missing expression after ',' in pipeline element.", name);

export const unconvertibleNull = (name: string, type: string): CmdletError =>
  bindingError(
    'ParameterArgumentTransformationError',
    `Cannot process argument transformation on parameter '${name}'. Cannot convert null to type "${type}".`,
    name,
  );
