// What a cmdlet says no with: the text, the .NET exception, PowerShell's category and error id that scripts look at. Wordings and
// types are those of the product that Cordon follows (shared reference: microsoft-365.md sections 7 and 8.3).
import { CordonError, type ErrorCode } from '../errors.ts';

/** Names of System.Management.Automation.ErrorCategory. */
export type ErrorCategory =
  | 'NotSpecified'
  | 'InvalidArgument'
  | 'InvalidData'
  | 'InvalidOperation'
  | 'ObjectNotFound'
  | 'PermissionDenied'
  | 'ResourceExists'
  | 'ResourceUnavailable'
  | 'ResourceBusy'
  | 'AuthenticationError'
  | 'LimitsExceeded';

interface Details {
  /** Full name of the .NET exception. */
  readonly type: string;
  readonly category: ErrorCategory;
  /** What PowerShell's FullyQualifiedErrorId begins with. */
  readonly errorId: string;
  /** Of what the error speaks: an id, a name; '' for nothing. */
  readonly target?: string;
  /** HTTP; 400 for nearly everything, as the product does. */
  readonly status?: number;
  /** What the operator should do, where that is not in the text. */
  readonly advice?: string;
}

export class CmdletError extends Error {
  readonly type: string;
  readonly category: ErrorCategory;
  readonly errorId: string;
  readonly target: string;
  readonly status: number;
  readonly advice: string;

  constructor(message: string, { type, category, errorId, target = '', status = 400, advice = '' }: Details) {
    super(message);
    this.name = 'CmdletError';
    this.type = type;
    this.category = category;
    this.errorId = errorId;
    this.target = target;
    this.status = status;
    this.advice = advice;
  }

  /** A value that is none of its parameter's type. */
  static transformation(parameter: string, value: string, type: string, why: string): CmdletError {
    return new CmdletError(
      `Cannot process argument transformation on parameter '${parameter}'. Cannot convert value "${value}" to type "${type}". Error: "${why}"`,
      { ...INVOCATION, type: `${ADMIN_API}ParameterTransformationException`, target: parameter },
    );
  }

  /** A value of the right type that may not be. */
  static validation(parameter: string, why: string): CmdletError {
    return new CmdletError(`Cannot validate argument on parameter '${parameter}'. ${why}`, {
      type: `${ADMIN_API}ParameterValidationException`,
      category: 'InvalidData',
      errorId: 'ParameterArgumentValidationError',
      target: parameter,
    });
  }

  /** Names that no parameter has, or that do not go together. */
  static unknownParameter(names: string): CmdletError {
    return new CmdletError(
      `Parameter set cannot be resolved using the specified named parameters. Invalid cmdlet parameters specified. ${names}`,
      {
        type: `${ADMIN_API}AmbiguousParameterSetException`,
        category: 'InvalidArgument',
        errorId: 'AmbiguousParameterSet',
        target: names,
      },
    );
  }

  static repeated(name: string): CmdletError {
    return new CmdletError(
      `Cannot bind parameter because parameter '${name}' is specified more than once. To provide multiple values to parameters that can accept multiple values, use the array syntax. For example, "-parameter value1,value2,value3".`,
      { ...BINDING, errorId: 'ParameterAlreadyBound', target: name },
    );
  }

  /** Null, or an empty text, for what must have a value. */
  static nothing(name: string, what: 'null' | 'an empty string'): CmdletError {
    const errorId = `ParameterArgumentValidationError${what === 'null' ? 'Null' : 'EmptyString'}NotAllowed`;
    const category = 'InvalidData';
    const text = `Cannot bind argument to parameter '${name}' because it is ${what}.`;
    return new CmdletError(text, { ...BINDING, category, errorId, target: name });
  }

  static missing(names: readonly string[]): CmdletError {
    return new CmdletError(
      `Cannot process command because of one or more missing mandatory parameters: ${names.join(' ')}.`,
      { ...BINDING, errorId: 'MissingMandatoryParameter', target: names.join(' ') },
    );
  }

  /** Unknown, or somebody else's: the same words. */
  static notFound(id: string): CmdletError {
    return new CmdletError(
      `The operation couldn't be performed because object '${id}' couldn't be found on 'Cordon'.`,
      {
        type: 'Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException',
        category: 'ObjectNotFound',
        errorId: 'ManagementObjectNotFoundException',
        target: id,
      },
    );
  }

  static unknownCmdlet(name: string): CmdletError {
    return new CmdletError(
      `The term '${name}' is not recognized as the name of a cmdlet, function, script file, or operable program. Check the spelling of the name, or if a path was included, verify that the path is correct and try again.`,
      {
        type: 'System.Management.Automation.CommandNotFoundException',
        category: 'ObjectNotFound',
        errorId: 'CommandNotFoundException',
        target: name,
        status: 404,
      },
    );
  }
}

const ADMIN_API = 'Microsoft.Exchange.AdminApi.CommandInvocation.';
const BINDING = {
  type: 'System.Management.Automation.ParameterBindingException',
  category: 'InvalidArgument',
} as const;
const INVOCATION = { category: 'InvalidData', errorId: 'ParameterArgumentTransformationError' } as const;

const OF_CODES: Readonly<Partial<Record<ErrorCode, Details>>> = {
  FORBIDDEN: {
    type: 'Microsoft.Exchange.Configuration.Authorization.CmdletAccessDeniedException',
    category: 'PermissionDenied',
    errorId: 'CmdletAccessDeniedException',
    status: 403,
  },
  STORE_UNAVAILABLE: {
    type: 'Microsoft.Exchange.Data.Directory.ADTransientException',
    category: 'ResourceUnavailable',
    errorId: 'ADTransientException',
    status: 503,
  },
  NAME_TAKEN: {
    type: 'Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException',
    category: 'ResourceExists',
    errorId: 'ADObjectAlreadyExistsException',
  },
  IDENTITY_TAKEN: {
    type: 'Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException',
    category: 'ResourceExists',
    errorId: 'ADObjectAlreadyExistsException',
  },
  INVALID_REQUEST: {
    type: 'Microsoft.Exchange.Configuration.Tasks.TaskArgumentException',
    category: 'InvalidArgument',
    errorId: 'TaskArgumentException',
  },
};

const OF_OTHERS: Details = {
  type: 'Microsoft.Exchange.Configuration.Tasks.TaskInvalidOperationException',
  category: 'InvalidOperation',
  errorId: 'TaskInvalidOperationException',
};

/** What the audit log calls it. */
export function codeOf(error: unknown): ErrorCode | 'INTERNAL_ERROR' {
  if (error instanceof CordonError) return error.code;
  if (!(error instanceof CmdletError)) return 'INTERNAL_ERROR';
  return error.category === 'ObjectNotFound' ? 'NOT_FOUND' : 'INVALID_REQUEST';
}

/**
 * A coded error of Cordon in the words that clients of cmdlets expect, `target` named. Anything else is rethrown: it is a mistake of ours, to be
 * logged and told as such.
 */
export function toCmdletError(error: unknown, target: string): CmdletError {
  if (error instanceof CmdletError) return error;
  if (!(error instanceof CordonError)) throw error;
  if (error.code === 'NOT_FOUND' || error.code === 'NOT_RESTRICTED') return CmdletError.notFound(target);
  const { advice, message } = error;
  return new CmdletError(message, { ...(OF_CODES[error.code] ?? OF_OTHERS), target, advice });
}
