// cordon webhook list | add | remove | test: the programs that hear of alerts.
import type { Command } from 'commander';
import type { Page } from '../api-client.ts';
import { type CommandLine, overApi } from '../command-line.ts';
import type { TestResultView, WebhookView } from '../resources.ts';
import { shown, table } from '../terminal.ts';
import { localTime } from '../times.ts';

export function addWebhookCommands(program: Command, line: CommandLine): void {
  const webhook = program.command('webhook').description('Programs that hear of alerts, over https.');

  overApi(webhook.command('list').description('List the webhooks.'), line, async ({ api, show }) => {
    const { items } = await api.get<Page<WebhookView>>('/webhooks');
    show(items, (rows) =>
      table(
        rows,
        [
          ['URL', (w) => w.url],
          ['ENABLED', (w) => (w.enabled ? 'yes' : 'no')],
          ['CREATED', (w) => localTime(w.createdAt)],
          ['ID', (w) => w.id],
        ],
        'There are no webhooks.',
      ),
    );
  });
  overApi<{ organization?: string }>(
    webhook
      .command('add')
      .description('Create a webhook and print its secret, which is shown only now.')
      .argument('<URL>', 'https, at a public address')
      .option('--organization <ID>', 'whose it is, if there are several'),
    line,
    async ({ api, show, stderr }, [url], { organization: organizationId }) => {
      const made = await api.post<WebhookView & { secret: string }>('/webhooks', { url, organizationId });
      show(made, ({ secret }) => `${secret}\n`);
      stderr.write(`Webhook ${made.id}. Keep the secret, which checks its signatures: it is not shown again.\n`);
    },
  );
  overApi(
    webhook.command('remove').description('Delete a webhook.').argument('<ID>', 'GUID'),
    line,
    async ({ api, show }, [id]) => {
      await api.delete(`/webhooks/${encodeURIComponent(id!)}`);
      show({ id }, () => `webhook ${shown(id!)} is gone.\n`);
    },
  );
  overApi(
    webhook.command('test').description('Send a test over a webhook.').argument('<ID>', 'GUID'),
    line,
    async ({ api, show }, [id]) => {
      const result = await api.post<TestResultView>(`/webhooks/${encodeURIComponent(id!)}/test`, undefined);
      show(result, ({ target, result: came, words }) =>
        came === 'taken' ? `${shown(target)} took it.\n` : `${shown(target)} did not take it: ${shown(words)}\n`,
      );
      if (result.result !== 'taken') line.setExitStatus(1);
    },
  );
}
