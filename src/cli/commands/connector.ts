// cordon connector list | add | set | remove | discover
import { type Command, Option } from 'commander';
import { CordonError } from '../../errors.ts';
import type { ApiClient, Page } from '../api-client.ts';
import { type CommandLine, overApi } from '../command-line.ts';
import { connectorId } from '../resolve.ts';
import type { ConnectorView, DiscoveredView } from '../resources.ts';
import { quoted, table } from '../terminal.ts';
import { localTime } from '../times.ts';

/** The identity that has no text of its own, on the command line. */
const LOCAL_SUBMISSION = 'local-submission';

interface DraftOptions {
  readonly name?: string;
  readonly address?: readonly string[];
  readonly certificateName?: string;
  readonly fingerprint?: readonly string[];
  readonly login?: readonly string[];
  readonly localSubmission?: boolean;
  readonly domain?: readonly string[];
  readonly type?: string;
  readonly mode?: string;
  readonly comment?: string;
  readonly bulk?: boolean;
  readonly armed?: boolean;
  readonly ndr?: boolean;
  readonly enabled?: boolean;
}

export function addConnectorCommands(program: Command, line: CommandLine): void {
  const connector = program.command('connector').description('The servers, devices and applications that may relay.');

  overApi(connector.command('list').description('List the connectors.'), line, async ({ api, show }) => {
    show(await api.all<ConnectorView>('/connectors', { limit: 1_000 }), listed);
  });

  overApi<DraftOptions & { organization?: string }>(
    withDraftOptions(connector.command('add').description('Create a connector.').argument('<NAME>')).option(
      '--organization <ID>',
      'whose it is, if there are several',
    ),
    line,
    async ({ api, show }, [name], options) => {
      const body = { ...toDraft(options), name, organizationId: options.organization };
      show(await api.post<ConnectorView>('/connectors', body), (made) => `${made.id}\n`);
    },
  );

  overApi<DraftOptions>(
    withDraftOptions(
      connector
        .command('set')
        .description('Change a connector. A list that is given replaces the one it has.')
        .argument('<ID>', 'GUID, or name if unique')
        .option('--name <NAME>', 'another name')
        .option('--enabled', 'recognize it')
        .option('--no-enabled', 'recognize nobody as it; its identities stay taken'),
    ),
    line,
    async ({ api, show }, [id], options) => {
      const body = toDraft(options);
      if (Object.values(body).every((value) => value === undefined)) throw nothingToChange();
      const path = `/connectors/${await connectorId(api, id!)}`;
      show(await api.patch<ConnectorView>(path, body), (changed) => listed([changed]));
    },
  );

  overApi(
    connector.command('remove').description('Delete a connector.').argument('<ID>', 'GUID, or name if unique'),
    line,
    async ({ api, show }, [id]) => {
      const removed = await connectorId(api, id!);
      await api.delete(`/connectors/${removed}`);
      show({ id: removed }, () => `connector ${removed} is deleted.\n`);
    },
  );

  overApi<{ add?: string; name?: string; organization?: string }>(
    connector
      .command('discover')
      .description('List relaying that no connector claims; with --add make a connector of one, in mode observe.')
      .option('--add <IDENTITY>', `its login, certificate fingerprint or client address, or ${LOCAL_SUBMISSION}`)
      .option('--name <NAME>', 'name of the connector, else the identity')
      .option('--organization <ID>', 'whose it is, if there are several'),
    line,
    async ({ api, show }, _args, { add, name, organization }) => {
      const { items } = await api.get<Page<DiscoveredView>>('/connectors/discovered');
      if (add === undefined) return show(items, discovered);
      const named = { name: name ?? add, organizationId: organization };
      show(await claim(api, items, add, named), (made) => listed([made]) + whatNext(made));
    },
  );
}

function withDraftOptions(command: Command): Command {
  return command
    .option('--address <CIDR...>', 'address blocks, at least /16 (IPv4) or /32 (IPv6)')
    .option('--certificate-name <NAME>', "name in the client's certificate; *.example.com for one label")
    .option('--fingerprint <SHA256...>', 'SHA-256 of client certificates')
    .option('--login <LOGIN...>', 'logins that are this connector')
    .option('--local-submission', 'mail handed in on the mail server itself, with sendmail, is this connector')
    .option('--no-local-submission', 'it is not')
    .option('--domain <DOMAIN...>', 'associated accepted domains')
    .addOption(
      new Option('--type <TYPE>', 'Partner: delivers to you, does not relay').choices(['OnPremises', 'Partner']),
    )
    .addOption(new Option('--mode <MODE>', 'what detection does').choices(['enforce', 'observe', 'exempt']))
    .option('--bulk', 'sends to new recipients by nature')
    .option('--no-bulk', 'does not')
    .option('--armed', 'judged from the first message, without days of observation')
    .option('--no-armed', 'observed first, as a new connector is')
    .option('--ndr', 'report refused mail to its sender (for devices that cannot bounce)')
    .option('--no-ndr', 'do not')
    .option('--comment <TEXT>');
}

/** Only what was given; commander's names are the operator's, the API's are the connector's. */
function toDraft(options: DraftOptions) {
  return {
    name: options.name,
    senderIpAddresses: options.address,
    tlsSenderCertificateName: options.certificateName,
    clientCertificateFingerprints: options.fingerprint,
    saslUsernames: options.login,
    localSubmission: options.localSubmission,
    associatedAcceptedDomains: options.domain,
    type: options.type,
    mode: options.mode,
    comment: options.comment,
    bulk: options.bulk,
    armed: options.armed,
    ndr: options.ndr,
    enabled: options.enabled,
  };
}

function nothingToChange(): CordonError {
  return new CordonError('INVALID_REQUEST', 'nothing to change: give at least one option');
}

/** Makes a connector that is recognized by the identity that was named. */
function claim(
  api: ApiClient,
  found: readonly DiscoveredView[],
  identity: string,
  named: { readonly name: string; readonly organizationId: string | undefined },
): Promise<ConnectorView> {
  const chosen = found.find((one) =>
    [one.saslUsername, one.certificateFingerprint, whereFrom(one)].some((known) => known === identity),
  );
  if (chosen === undefined)
    throw new CordonError('NOT_FOUND', `${identity} is not in the list of \`cordon connector discover\``);
  const { saslUsername, certificateFingerprint, clientAddress, localSubmission } = chosen;
  const by =
    identity === saslUsername
      ? { saslUsernames: [saslUsername] }
      : identity === certificateFingerprint
        ? { clientCertificateFingerprints: [certificateFingerprint] }
        : localSubmission
          ? { localSubmission }
          : { senderIpAddresses: [clientAddress] };
  return api.post('/connectors', { ...named, mode: 'observe', ...by });
}

/** What `--add` calls it. */
function whereFrom({ localSubmission, clientAddress }: DiscoveredView): string {
  return localSubmission ? LOCAL_SUBMISSION : clientAddress;
}

function whatNext({ name }: ConnectorView): string {
  const called = quoted(name);
  return `
It is observed: judged, and never blocked. Leave it so for a week, then look and let it be guarded:
  cordon trace --entity ${called}
  cordon alerts
  cordon connector set ${called} --mode enforce
`;
}

function listed(rows: readonly ConnectorView[]): string {
  return table(
    rows,
    [
      ['NAME', (c) => c.name],
      ['STATE', stateOf],
      ['MODE', (c) => c.mode],
      ['TYPE', (c) => c.type],
      ['RECOGNIZED BY', identitiesOf],
      ['ID', (c) => c.id],
    ],
    'There are no connectors yet: `cordon connector discover` lists who relays.',
  );
}

function stateOf({ enabled, restricted, standing }: ConnectorView): string {
  if (restricted) return 'restricted';
  if (!enabled) return 'disabled';
  return standing === undefined || standing.level === 'clear'
    ? 'clear'
    : `${standing.level} ${standing.sum.toFixed(1)}`;
}

function identitiesOf(connector: ConnectorView): string {
  const { senderIpAddresses, tlsSenderCertificateName, clientCertificateFingerprints, saslUsernames } = connector;
  return [
    ...saslUsernames,
    ...clientCertificateFingerprints.map((fingerprint) => `${fingerprint.slice(0, 16)}…`),
    ...(tlsSenderCertificateName === '' ? [] : [tlsSenderCertificateName]),
    ...(connector.localSubmission ? [LOCAL_SUBMISSION] : []),
    ...senderIpAddresses,
  ].join(', ');
}

function discovered(rows: readonly DiscoveredView[]): string {
  const [first] = rows;
  const listing = table(
    rows,
    [
      ['ADDRESS', whereFrom],
      ['HOST', (d) => d.clientName],
      ['LOGIN', (d) => d.saslUsername],
      ['CERTIFICATE', (d) => d.certificateName],
      ['FINGERPRINT', (d) => d.certificateFingerprint],
      ['RECIPIENTS', (d) => String(d.recipients)],
      ['LAST SEEN', (d) => localTime(d.lastSeen)],
    ],
    'Nobody relays without a connector.',
  );
  if (first === undefined) return listing;
  const identity = first.saslUsername || first.certificateFingerprint || whereFrom(first);
  return `${listing}\nMake a connector of one, for example: cordon connector discover --add ${quoted(identity)} --name NAME\n`;
}
