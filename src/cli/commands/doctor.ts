// cordon doctor: is the guard really asked? It looks, probes, and says of each finding what to type.
import type { Command } from 'commander';
import { loadConfig } from '../../config/load.ts';
import { connect } from '../api-client.ts';
import type { CommandLine, DoctorOptions, Finding } from '../command-line.ts';
import { EXIT } from '../exit-codes.ts';
import { json, type Output, shown } from '../terminal.ts';

interface DoctorArguments
  extends Pick<DoctorOptions, 'postfixConfig' | 'smtp' | 'probeFrom' | 'probeDomain' | 'sendTo' | 'notify'> {
  readonly config?: string;
  readonly data?: string;
  readonly url?: string;
  readonly token?: string;
  readonly json?: boolean;
}

const DESCRIPTION = `Prove that the guard is asked, and say of each finding what to type. Run it on the mail server.

It reads Postfix's settings (postconf) and opens an SMTP session to each of its services, which names a recipient twice and ends
without DATA: nothing is sent, and the guard tells which of its doors was asked. With --send-to it also sends two real messages, one
over SMTP and one with sendmail, to an address of yours, and a test notification there and over all webhooks: only that proves the
end of a message, local submission, and the path of alerts. --notify sends a test to those who are told of alerts.`;

export function addDoctorCommand(program: Command, line: CommandLine, version: string): void {
  program
    .command('doctor')
    .summary('prove that the guard is asked')
    .description(DESCRIPTION)
    .option('--config <FILE>', 'configuration of the guard (CORDON_CONFIG; else cordon.yaml, if there is one)')
    .option('--data <DIR>', 'data directory (else dataDirectory of the configuration)')
    .option('--url <URL>', 'where the guard is (CORDON_URL; else the HTTP port of cordon.yaml)')
    .option(
      '--token <SECRET>',
      'API token of the provider; better in CORDON_TOKEN; else admin.token of the data directory',
    )
    .option('--postfix-config <DIR>', "Postfix's configuration directory, if it is not the default one")
    .option('--smtp <HOST:PORT>', 'where Postfix takes mail, instead of each service of master.cf')
    .option('--probe-from <ADDRESS>', 'envelope sender of the probes, else postmaster of your first accepted domain')
    .option('--probe-domain <DOMAIN>', 'domain of the recipient that is asked about', 'cordon-doctor.invalid')
    .option('--send-to <ADDRESS>', 'send two real messages there; must be in one of your accepted domains')
    .option('--notify', 'send a test notification to everybody who is told of alerts, webhooks included', false)
    .option('--json', 'print JSON')
    .action(async (options: DoctorArguments) => {
      const file = options.config ?? line.env.CORDON_CONFIG;
      const dataDirectory = options.data ?? line.env.CORDON_DATA;
      const config = await loadConfig({ file, environment: line.env, dataDirectory });
      const { url, token } = options;
      const findings: Finding[] = [];
      await line.doctor({
        ...options,
        config,
        version,
        connect: () => connect({ url, token, data: config.dataDirectory, config: file, environment: line.env }),
        onFinding: (finding) => {
          findings.push(finding);
          if (options.json !== true) tell(finding, line.stdout);
        },
      });
      const failed = findings.filter(({ level }) => level === 'failed').length;
      line.stdout.write(options.json === true ? json(findings) : `\n${summary(findings.length, failed)}\n`);
      if (failed > 0) line.setExitStatus(EXIT.failed);
    });
}

const MARKS = { ok: 'ok    ', note: 'note  ', failed: 'FAILED' } as const;
const CHECK_WIDTH = 20;

function tell({ level, check, says, type }: Finding, output: Output): void {
  output.write(`${MARKS[level]}  ${check.padEnd(CHECK_WIDTH)}  ${shown(says)}\n`);
  for (const command of type?.split('\n') ?? []) output.write(`${' '.repeat(8)}type: ${shown(command)}\n`);
}

function summary(all: number, failed: number): string {
  return failed === 0 ? `${all} findings, none failed: the guard is asked.` : `${failed} of ${all} findings failed.`;
}
