// A change that a route makes: it needs the right that the route declares, if any.
import type { FastifyRequest } from 'fastify';
import * as operations from '../operations/audited.ts';
import type { ApiPorts } from './ports.ts';

export type AuditedChange<T> = Omit<operations.AuditedChange<T>, 'action'>;

export const audited = <T>(ports: ApiPorts, request: FastifyRequest, change: AuditedChange<T>, act: () => Promise<T>) =>
  operations.audited(ports, request, { ...change, action: request.routeOptions.config.action }, act);

export const authorized = <T>(
  ports: ApiPorts,
  request: FastifyRequest,
  change: AuditedChange<T>,
  act: () => Promise<T>,
) => operations.authorized(ports, request, { ...change, action: request.routeOptions.config.action }, act);
