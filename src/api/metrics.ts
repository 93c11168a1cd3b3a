// The counters as Prometheus reads them.
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { ApiPorts } from './ports.ts';

/** A registry that reads the counters when it is asked; nothing is kept twice. */
export function openMetrics(ports: ApiPorts): Registry {
  const { counters, directory, restrictions, notifications, filterAnswers, mailLogAnswers } = ports;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const total = (name: string, help: string, labelNames: readonly string[], read: () => readonly Sample[]) =>
    new Counter({
      name,
      help,
      labelNames: [...labelNames],
      registers: [registry],
      collect() {
        this.reset();
        for (const { labels, value } of read()) this.inc(labels, value);
      },
    });
  const now = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });

  total('cordon_decisions_total', 'Answers to mail servers.', ['listener', 'action'], () =>
    byTwo(counters.decisions, 'listener', 'action'),
  );
  total('cordon_messages_total', 'Messages by what became of them.', ['outcome'], () =>
    byOne(counters.messages, 'outcome'),
  );
  total('cordon_restricted_total', 'Restrictions made.', ['kind', 'cause'], () =>
    byTwo(counters.restricted, 'kind', 'cause'),
  );
  total('cordon_unblocked_total', 'Restrictions ended.', ['kind'], () => byOne(counters.unblocked, 'kind'));
  total('cordon_alerts_total', 'Alerts raised.', ['policy', 'severity'], () =>
    byTwo(counters.alertsRaised, 'policy', 'severity'),
  );
  total('cordon_notifications_total', 'Tries to tell somebody, by what came of them.', ['channel', 'result'], () =>
    byTwo(counters.notifications, 'channel', 'result'),
  );
  total('cordon_sign_ins_total', 'Sign-ins of people.', ['result'], () => byOne(counters.signIns, 'result'));
  total('cordon_audit_records_total', 'Audit records by whether the disk took them.', ['result'], () =>
    byOne(counters.auditRecords, 'result'),
  );
  total('cordon_uncertain_total', 'Answers given by whenUncertain.', [], () => [
    { labels: {}, value: counters.uncertain },
  ]);
  if (filterAnswers !== undefined) {
    const help = "Messages by the content filter's word, why it gave none, or why it was not asked.";
    total('cordon_content_filter_answers_total', help, ['result'], () => byOne(filterAnswers(), 'result'));
  }
  if (mailLogAnswers !== undefined) {
    const help = 'Answers in the mail logs: joined to a message, unjoined, or of a message given up.';
    total('cordon_feedback_answers_total', help, ['result'], () => byOne(mailLogAnswers(), 'result'));
  }
  now('cordon_restricted_entities', 'Restricted now.', () => restrictions.active.size);
  now('cordon_outbox_deliveries', 'Notifications that wait or are on their way.', () => notifications.depth);
  now('cordon_connectors', 'Configured connectors.', () => directory.connectors().length);
  return registry;
}

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function byOne(counts: Readonly<Record<string, number>>, label: string): Sample[] {
  return Object.entries(counts).map(([name, value]) => ({ labels: { [label]: name }, value }));
}

function byTwo(
  counts: Readonly<Record<string, Readonly<Record<string, number>>>>,
  outer: string,
  inner: string,
): Sample[] {
  return Object.entries(counts).flatMap(([name, row]) =>
    byOne(row, inner).map(({ labels, value }) => ({ labels: { [outer]: name, ...labels }, value })),
  );
}
