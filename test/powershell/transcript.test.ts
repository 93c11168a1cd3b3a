// docs/powershell.md shows what the commands of both articles print. The transcript in it is of a run in the engine: `vitest run test/powershell/transcript -u` runs it
// anew, and the test fails when it is stale.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Connected } from './connected.ts';
import { withPowerShell } from './powershell.ts';

const DOCUMENT = path.resolve(import.meta.dirname, '../../docs/powershell.md');
const TRANSCRIPT = /(?<=<!-- transcript -->\n)[\s\S]*(?=<!-- end of the transcript -->)/;
/** The connector of the articles. */
const CONNECTOR = '159eb7c4-75d7-43e2-95fe-ced44b3e0a56';
const JULIA = { kind: 'user', id: 'c7b1a4d2-54f7-4b0e-9d0b-3f8a1f6f2a11', name: 'julia@contoso.com' } as const;

interface Step {
  readonly title: string;
  readonly lines: readonly (string | readonly [line: string, ...answers: readonly string[]])[];
}

const STEPS: readonly Step[] = [
  { title: 'Connecting', lines: ['Connect-Cordon -Uri $env:CORDON_URL -Token $env:CORDON_TOKEN'] },
  {
    title: 'Blocked connectors: view them, view one, unblock it',
    lines: [
      'Get-BlockedConnector',
      `Get-BlockedConnector -ConnectorId ${CONNECTOR} | Format-List`,
      `Remove-BlockedConnector -ConnectorId ${CONNECTOR}`,
      'Get-BlockedConnector',
    ],
  },
  {
    title: 'Blocked users',
    lines: [
      'Get-BlockedSenderAddress',
      'Remove-BlockedSenderAddress -SenderAddress julia@contoso.com -Reason "Password changed, sessions ended"',
      'Get-BlockedSenderAddress -SenderAddress julia@contoso.com',
    ],
  },
  {
    title: 'What does not work, and how scripts see it',
    lines: [
      `Remove-BlockedConnector -ConnectorId ${CONNECTOR}`,
      '$Error[0].FullyQualifiedErrorId',
      '"$($Error[0].CategoryInfo)"',
      `Remove-BlockedConnector -ConnectorId ${CONNECTOR} -ErrorAction SilentlyContinue -ErrorVariable failed; $failed.Count`,
      `Remove-BlockedConnector ${CONNECTOR}`,
      'Remove-BlockedConnector -ConnectorId *',
      `Remove-BlockedConnector -ConnectorId ${CONNECTOR} -ConnectorId ${CONNECTOR}`,
      `"${CONNECTOR}" | Remove-BlockedConnector -ConnectorId ${CONNECTOR}`,
      `Remove-BlockedConnector -ConnectorId ${CONNECTOR} -WhatIf`,
    ],
  },
  {
    title: 'Questions before changes',
    lines: [
      'Remove-InboundConnector "branch office" -WhatIf',
      ['Remove-InboundConnector "branch office"', 'N'],
      '(Get-InboundConnector "branch office").Name',
    ],
  },
  { title: 'Help', lines: ['Get-Help Remove-BlockedConnector', 'Get-Help Remove-BlockedConnector -Parameter Reason'] },
];

withPowerShell('the transcript', () => {
  test('in docs/powershell.md is what a run prints', async () => {
    const document = readFileSync(DOCUMENT, 'utf8');
    expect(document).toMatch(TRANSCRIPT);
    const transcript = await recorded();
    await expect(document.replace(TRANSCRIPT, () => transcript)).toMatchFileSnapshot(DOCUMENT);
  });
});

/** Ids that differ from run to run are told as ids that do not. */
async function recorded(): Promise<string> {
  const connected = await Connected.open('host');
  try {
    const { world } = connected;
    await connected.block(
      { ...JULIA, organizationId: world.ours.id },
      { outboundMail: 214, outboundSpam: 171, messageSeq: 9 },
    );
    world.clock.now += 3_600_000;
    await connected.block(connected.ourConnector, { outboundMail: 1_250, outboundSpam: 1_010, messageSeq: 8 });
    const shown = new Map([[world.ourConnector.id, CONNECTOR]]);
    const asShown = (text: string): string =>
      text.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
        const known = [CONNECTOR, JULIA.id].includes(id) ? id : shown.get(id);
        if (known !== undefined) return known;
        const next = `00000000-0000-4000-8000-${String(shown.size).padStart(12, '0')}`;
        shown.set(id, next);
        return next;
      });
    const real = (line: string): string => line.replaceAll(CONNECTOR, world.ourConnector.id);
    await connected.run(
      `$env:CORDON_URL = '${connected.url}'; $env:CORDON_TOKEN = '${world.secrets.ours}'; filter Format-List { $_ }`,
    );
    const sections: string[] = [];
    for (const { title, lines } of STEPS) {
      const said: string[] = [];
      for (const step of lines) {
        const [line, ...answers] = typeof step === 'string' ? [step] : step;
        const { output } = await connected.run(real(line), ...answers);
        said.push(`PS> ${line}\n${asShown(output)}`);
      }
      const text = said
        .join('')
        .replace(/[ \t]+$/gm, '')
        .trimEnd();
      sections.push(`### ${title}\n\n\`\`\`text\n${text}\n\`\`\`\n`);
    }
    return `\n${sections.join('\n')}\n`;
  } finally {
    await connected.close();
  }
}
