// The tables of the control data, as Kysely sees them: the same in SQLite and PostgreSQL. Times are integer milliseconds,
// truths 0 or 1, lists and structures JSON text, ids text; nothing is left to a date type or a JSON type of one database.

export interface OrganizationTable {
  id: string;
  name: string;
  sending_limits: string;
  keeping: string;
  time_zone: string;
  audit_log: number;
  links: string;
}

export interface AcceptedDomainTable {
  domain: string;
  organization_id: string;
}

export interface ConnectorTable {
  id: string;
  organization_id: string;
  name: string;
  enabled: number;
  type: string;
  sender_ip_addresses: string;
  tls_sender_certificate_name: string;
  client_certificate_fingerprints: string;
  sasl_usernames: string;
  local_submission: number;
  associated_accepted_domains: string;
  comment: string;
  mode: string;
  bulk: number;
  armed: number;
  ndr: number;
  sending_limits: string;
  created_at: number;
}

export interface ExceptionWindowTable {
  id: string;
  organization_id: string;
  connector_id: string;
  opens_at: number;
  closes_at: number;
  reason: string;
  made_by: string;
}

export interface IdentityAssignmentTable {
  id: string;
  organization_id: string;
  kind: string;
  value: string;
  assigned_at: number;
}

export interface EntityEpochTable {
  entity_id: string;
  epoch: number;
}

export interface RestrictionTable {
  id: string;
  incident_id: string;
  organization_id: string;
  entity_id: string;
  entity_kind: string;
  entity_name: string;
  epoch: number;
  restricted_at: number;
  until: number | null;
  cause: string;
  reason: string;
  evidence: string | null;
  restricted_by: string;
  ended_at: number | null;
  ended_by: string | null;
  end_reason: string | null;
  grace_hours: number | null;
  learn: number | null;
}

export interface AlertTable {
  id: string;
  /** When it was raised. */
  at: number;
  organization_id: string | null;
  policy_id: string;
  policy: string;
  activity: string;
  severity: string;
  category: string;
  status: string;
  assignee: string | null;
  classification: string | null;
  entity_id: string | null;
  entity_kind: string | null;
  entity_name: string | null;
  incident_id: string | null;
  summary: string;
  first_activity_at: number;
  last_activity_at: number;
  hit_count: number;
  activity_count: number;
  notified: number;
  resolved_at: number | null;
}

export interface AlertActivityTable {
  id: string;
  alert_id: string;
  organization_id: string | null;
  number: number;
  at: number;
  activity: string;
  cause: string;
  operation: string;
  made_by: string;
  object: string;
  client_address: string;
  words: string;
  incident_id: string | null;
  notified: number;
  not_told_because: string | null;
}

export interface AlertCommentTable {
  id: string;
  alert_id: string;
  organization_id: string | null;
  at: number;
  made_by: string;
  text: string;
}

export interface AlertPolicyTable {
  id: string;
  organization_id: string | null;
  name: string;
  type: string;
  activity: string;
  enabled: number;
  severity: string;
  category: string;
  comment: string;
  conditions: string;
  threshold: number;
  window_minutes: number;
  notify: number;
  recipients: string;
  daily_limit: number;
}

/** Notifications of an entity by a policy in a calendar day. */
export interface AlertDayTable {
  subject: string;
  policy_id: string;
  day: string;
  organization_id: string | null;
  count: number;
  at: number;
}

/** Restrictions that were looked at, whether or not there is an alert. */
export interface AlertIncidentTable {
  incident_id: string;
  organization_id: string;
  at: number;
}

/** Notifications that no channel has taken over yet. */
export interface OutboxEventTable {
  id: string;
  at: number;
  organization_id: string | null;
  payload: string;
}

export interface AuditRecordTable {
  id: string;
  at: number;
  organization_id: string;
  operation: string;
  made_by: string;
  client_address: string;
  object_id: string;
  parameters: string;
  result: string;
  user_type: string;
  user_key: string;
  changes: string | null;
  /** Null in what was written before there were chains. */
  sequence: number | null;
  mac: string | null;
  salt: string | null;
  commitment: string | null;
  erasure_mac: string | null;
}

export interface AuditChainTable {
  organization_id: string;
  base_sequence: number;
  base_mac: string;
  base_proof: string;
}

export interface ApiTokenTable {
  id: string;
  name: string;
  organization_id: string | null;
  roles: string;
  made_by: string | null;
  secret_hash: string;
  created_at: number;
  expires_at: number | null;
  last_used_at: number | null;
}

export interface OutboxDeliveryTable {
  id: string;
  event_id: string;
  organization_id: string;
  channel: string;
  target: string;
  payload: string;
  attempts: number;
  next_at: number;
  created_at: number;
}

export interface WebhookTable {
  id: string;
  organization_id: string;
  url: string;
  enabled: number;
  created_at: number;
}

export interface AccountTable {
  id: string;
  name: string;
  name_key: string;
  mail: string | null;
  organization_id: string | null;
  roles: string;
  kind: string;
  issuer: string | null;
  subject: string | null;
  password_hash: string | null;
  must_change_password: number;
  totp_secret: string | null;
  totp_step: number | null;
  enabled: number;
  created_at: number;
  last_sign_in_at: number | null;
}

export interface SessionTable {
  id: string;
  account_id: string;
  secret_hash: string;
  created_at: number;
  seen_at: number;
  client_address: string;
  user_agent: string;
}

export interface SignInFailureTable {
  key: string;
  kind: string;
  count: number;
  at: number;
}

export interface ControlTables {
  organization: OrganizationTable;
  accepted_domain: AcceptedDomainTable;
  connector: ConnectorTable;
  exception_window: ExceptionWindowTable;
  identity_assignment: IdentityAssignmentTable;
  entity_epoch: EntityEpochTable;
  restriction: RestrictionTable;
  alert: AlertTable;
  alert_activity: AlertActivityTable;
  alert_comment: AlertCommentTable;
  alert_policy: AlertPolicyTable;
  alert_day: AlertDayTable;
  alert_incident: AlertIncidentTable;
  outbox_event: OutboxEventTable;
  audit_record: AuditRecordTable;
  audit_chain: AuditChainTable;
  api_token: ApiTokenTable;
  outbox_delivery: OutboxDeliveryTable;
  webhook: WebhookTable;
  account: AccountTable;
  session: SessionTable;
  sign_in_failure: SignInFailureTable;
}
