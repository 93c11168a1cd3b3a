// What the admin API itself says no with, beside what the cmdlets say.
import { CmdletError, type ErrorCategory } from '../../cmdlets/cmdlet-error.ts';
import { CordonError, type ErrorCode } from '../../errors.ts';

/** The type that the product gives to what never came to a cmdlet. */
export const SERVICE_EXCEPTION = 'Microsoft.Exchange.Admin.OData.Core.ODataServiceException';

interface More {
  readonly status?: number;
  readonly category?: ErrorCategory;
  readonly errorId?: string;
  readonly target?: string;
  readonly advice?: string;
}

/** A request that is wrong before any cmdlet looks at it; 400 unless it says otherwise. */
export function invalidRequest(message: string, more: More = {}): CmdletError {
  return new CmdletError(message, {
    type: SERVICE_EXCEPTION,
    category: 'InvalidArgument',
    errorId: 'InvalidRequest',
    ...more,
  });
}

/** Unknown, and another's, alike. */
export function unknownTenant(tenant: string): CmdletError {
  return invalidRequest(`There is no tenant '${tenant}', or it is not yours.`, {
    status: 404,
    category: 'ObjectNotFound',
    errorId: 'TenantNotFound',
    target: tenant,
    advice: 'Give the id of your organization, or one of its accepted domains.',
  });
}

export function expiredPage(): CmdletError {
  return invalidRequest('Expired or Invalid pagination request. Default Expiry time is 00:30:00', {
    errorId: 'InvalidPaginationRequest',
  });
}

const UNAUTHORIZED = {
  status: 401,
  category: 'AuthenticationError',
  errorId: 'Unauthorized',
  advice: 'Send Authorization: Bearer with a token that `cordon token create` or the portal made.',
} as const;

const OF_SIGN_IN: Readonly<Partial<Record<ErrorCode, More>>> = {
  CROSS_SITE: { status: 403, category: 'PermissionDenied', errorId: 'CrossSite' },
  PASSWORD_CHANGE_NEEDED: { status: 403, category: 'PermissionDenied', errorId: 'PasswordChangeNeeded' },
};

/** What kept the request from coming to a cmdlet; undefined: a mistake of ours. */
export function refusalOf(error: unknown): CmdletError | undefined {
  if (error instanceof CmdletError) return error;
  if (error instanceof CordonError) {
    if (error.code === 'UNAUTHORIZED') return invalidRequest('There is no valid API token.', UNAUTHORIZED);
    const more = OF_SIGN_IN[error.code];
    return more && invalidRequest(error.message, { ...more, advice: error.advice });
  }
  // Fastify's own: a body that is too large, no JSON, or of another type.
  const { statusCode = 500, message } = error as { readonly statusCode?: number; readonly message: string };
  return statusCode >= 400 && statusCode < 500 ? invalidRequest(message, { status: statusCode }) : undefined;
}

/** Without detail: what went wrong is in the log, under the id of the request. */
export function fault(requestId: string): CmdletError {
  return invalidRequest(`Something went wrong inside the guard. Its log has it as request ${requestId}.`, {
    status: 500,
    category: 'NotSpecified' as const,
    errorId: 'InternalServerError',
  });
}
