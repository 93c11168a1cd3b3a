// Organizations, accepted domains, connectors, exception windows and the pool of identities as queries.
import type { AcceptedDomain, ConnectorStore, ExceptionWindow } from '../attribution/connector-store.ts';
import type { Connector, ConnectorMode, ConnectorType, Organization } from '../attribution/entity.ts';
import type { IdentityKind } from '../attribution/identity.ts';
import type { IdentityAssignment } from '../attribution/identity-pool.ts';
import { CordonError } from '../errors.ts';
import type { ControlDatabase } from './control-database.ts';
import type { ConnectorTable, ExceptionWindowTable } from './tables.ts';

export class Connectors implements ConnectorStore {
  readonly #db: ControlDatabase;

  constructor(db: ControlDatabase) {
    this.#db = db;
  }

  async organizations(): Promise<readonly Organization[]> {
    const rows = await this.#db.read(this.#db.sql.selectFrom('organization').selectAll().orderBy('id'));
    return rows.map(({ id, name, ...row }) => ({
      id,
      name,
      sendingLimits: JSON.parse(row.sending_limits),
      keeping: JSON.parse(row.keeping),
      timeZone: row.time_zone,
      auditLog: row.audit_log === 1,
      links: JSON.parse(row.links),
    }));
  }

  async putOrganization({ id, name, sendingLimits, keeping, timeZone, auditLog, links }: Organization): Promise<void> {
    const columns = {
      name,
      sending_limits: JSON.stringify(sendingLimits),
      keeping: JSON.stringify(keeping),
      time_zone: timeZone,
      audit_log: Number(auditLog),
      links: JSON.stringify(links),
    };
    await this.#db.write(
      this.#db.sql
        .insertInto('organization')
        .values({ id, ...columns })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(columns)),
    );
  }

  async acceptedDomains(): Promise<readonly AcceptedDomain[]> {
    const rows = await this.#db.read(this.#db.sql.selectFrom('accepted_domain').selectAll().orderBy('domain'));
    return rows.map((row) => ({ organizationId: row.organization_id, domain: row.domain }));
  }

  /** Twice is harmless. Throws IDENTITY_TAKEN where another organization has the domain. */
  async addAcceptedDomain({ organizationId, domain }: AcceptedDomain): Promise<void> {
    const [, [owner]] = await this.#db.write(
      this.#db.sql
        .insertInto('accepted_domain')
        .values({ domain, organization_id: organizationId })
        .onConflict((conflict) => conflict.column('domain').doNothing()),
      this.#db.sql.selectFrom('accepted_domain').select('organization_id').where('domain', '=', domain),
    );
    if (owner?.organization_id !== organizationId) {
      throw new CordonError('IDENTITY_TAKEN', `${domain} is taken`);
    }
  }

  async removeAcceptedDomain(organizationId: string, domain: string): Promise<boolean> {
    const [removed] = await this.#db.write(
      this.#db.sql
        .deleteFrom('accepted_domain')
        .where('organization_id', '=', organizationId)
        .where('domain', '=', domain)
        .returning('domain'),
    );
    return removed.length > 0;
  }

  async connectors(): Promise<readonly Connector[]> {
    const rows = await this.#db.read(this.#db.sql.selectFrom('connector').selectAll().orderBy('id'));
    return rows.map(connectorOf);
  }

  async putConnector(connector: Connector): Promise<void> {
    const { id, ...columns } = rowOfConnector(connector);
    await this.#db.write(
      this.#db.sql
        .insertInto('connector')
        .values({ id, ...columns })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(columns)),
    );
  }

  /** Its exception windows go with it. */
  async removeConnector(id: string): Promise<boolean> {
    const [, removed] = await this.#db.write(
      this.#db.sql.deleteFrom('exception_window').where('connector_id', '=', id),
      this.#db.sql.deleteFrom('connector').where('id', '=', id).returning('id'),
    );
    return removed.length > 0;
  }

  async exceptionWindows(): Promise<readonly ExceptionWindow[]> {
    const rows = await this.#db.read(
      this.#db.sql.selectFrom('exception_window').selectAll().orderBy('opens_at').orderBy('id'),
    );
    return rows.map(windowOf);
  }

  async addExceptionWindow(window: ExceptionWindow): Promise<void> {
    await this.#db.write(
      this.#db.sql.insertInto('exception_window').values({
        id: window.id,
        organization_id: window.organizationId,
        connector_id: window.connectorId,
        opens_at: window.from,
        closes_at: window.until,
        reason: window.reason,
        made_by: window.by,
      }),
    );
  }

  async removeExceptionWindow(id: string): Promise<boolean> {
    const [removed] = await this.#db.write(
      this.#db.sql.deleteFrom('exception_window').where('id', '=', id).returning('id'),
    );
    return removed.length > 0;
  }

  async identityAssignments(): Promise<readonly IdentityAssignment[]> {
    const rows = await this.#db.read(this.#db.sql.selectFrom('identity_assignment').selectAll().orderBy('id'));
    return rows.map(({ id, organization_id: organizationId, kind, value, assigned_at: assignedAt }) => ({
      id,
      organizationId,
      kind: kind as IdentityKind,
      value,
      assignedAt,
    }));
  }

  async addIdentityAssignment({ id, organizationId, kind, value, assignedAt }: IdentityAssignment): Promise<void> {
    const row = { id, organization_id: organizationId, kind, value, assigned_at: assignedAt };
    const [added] = await this.#db.write(
      this.#db.sql
        .insertInto('identity_assignment')
        .values(row)
        .onConflict((conflict) => conflict.columns(['kind', 'value']).doNothing())
        .returning('id'),
    );
    if (added.length === 0) throw new CordonError('IDENTITY_TAKEN', `${value} is taken`);
  }

  async removeIdentityAssignment(id: string): Promise<boolean> {
    const [removed] = await this.#db.write(
      this.#db.sql.deleteFrom('identity_assignment').where('id', '=', id).returning('id'),
    );
    return removed.length > 0;
  }
}

function rowOfConnector(connector: Connector): ConnectorTable {
  return {
    id: connector.id,
    organization_id: connector.organizationId,
    name: connector.name,
    enabled: Number(connector.enabled),
    type: connector.type,
    sender_ip_addresses: JSON.stringify(connector.senderIpAddresses),
    tls_sender_certificate_name: connector.tlsSenderCertificateName,
    client_certificate_fingerprints: JSON.stringify(connector.clientCertificateFingerprints),
    sasl_usernames: JSON.stringify(connector.saslUsernames),
    local_submission: Number(connector.localSubmission),
    associated_accepted_domains: JSON.stringify(connector.associatedAcceptedDomains),
    comment: connector.comment,
    mode: connector.mode,
    bulk: Number(connector.bulk),
    armed: Number(connector.armed),
    ndr: Number(connector.ndr),
    sending_limits: JSON.stringify(connector.sendingLimits),
    created_at: connector.createdAt,
  };
}

function connectorOf(row: ConnectorTable): Connector {
  return {
    kind: 'connector',
    id: row.id,
    organizationId: row.organization_id,
    name: row.name,
    enabled: row.enabled === 1,
    type: row.type as ConnectorType,
    senderIpAddresses: JSON.parse(row.sender_ip_addresses),
    tlsSenderCertificateName: row.tls_sender_certificate_name,
    clientCertificateFingerprints: JSON.parse(row.client_certificate_fingerprints),
    saslUsernames: JSON.parse(row.sasl_usernames),
    localSubmission: row.local_submission === 1,
    associatedAcceptedDomains: JSON.parse(row.associated_accepted_domains),
    comment: row.comment,
    mode: row.mode as ConnectorMode,
    bulk: row.bulk === 1,
    armed: row.armed === 1,
    ndr: row.ndr === 1,
    sendingLimits: JSON.parse(row.sending_limits),
    createdAt: row.created_at,
  };
}

function windowOf(row: ExceptionWindowTable): ExceptionWindow {
  return {
    id: row.id,
    organizationId: row.organization_id,
    connectorId: row.connector_id,
    from: row.opens_at,
    until: row.closes_at,
    reason: row.reason,
    by: row.made_by,
  };
}
