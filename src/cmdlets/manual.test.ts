import { describe, expect, test } from 'vitest';
import { type Cmdlet, cmdlet } from './cmdlet.ts';
import { parametersOf, printManual, syntaxOf, whoMay } from './manual.ts';
import { boolean, flag, guid, oneOf, text } from './parameter.ts';
import { CMDLETS, cmdletNamed } from './table.ts';

test('docs/cmdlets.md is the one that the table gives; `vitest run src/cmdlets -u` writes it anew', async () => {
  await expect(printManual(CMDLETS)).toMatchFileSnapshot('../../docs/cmdlets.md');
});

const sample: Cmdlet = cmdlet({
  name: 'Set-Sample',
  synopsis: 'Change a sample.',
  parameters: {
    Loud: flag({ help: 'Says more' }),
    Kind: oneOf(['Big', 'Small'], { help: 'How big.', action: 'identities.assign' }),
    Owner: text({ required: true, help: 'Whose it is.', aliases: ['Holder'] }),
    Culture: text({ help: 'A language.', ignored: 'everything is in English' }),
    Filter: boolean({ position: 1, help: 'a|b, or *.c and *.d' }),
    Identity: guid({ required: true, position: 0, pipeline: 'ByPropertyName', help: 'Which <one>.' }),
  },
  action: 'alert-policies.write',
  isChange: true,
  shouldProcess: { impact: 'High', asks: () => 'Sure?' },
  output: [],
  examples: [{ command: 'Set-Sample 1 -Owner me', says: 'Gives it to me.' }],
  run: async () => [],
});

describe('the syntax line', () => {
  test('of Remove-BlockedConnector is the one of the article', () => {
    expect(syntaxOf(cmdletNamed('Remove-BlockedConnector')!)).toBe(
      'Remove-BlockedConnector -ConnectorId <Guid> [-Reason <String>] [<CommonParameters>]',
    );
  });

  test('has what has a position first, then what is required, then the rest', () => {
    expect(syntaxOf(sample)).toBe(
      'Set-Sample [-Identity] <Guid> [[-Filter] <Boolean>] -Owner <String> [-Loud] [-Kind <String>] [-Culture <String>] [-WhatIf] [-Confirm] [<CommonParameters>]',
    );
  });
});

describe('the help of a parameter', () => {
  const help = (name: string) => parametersOf(sample).find((parameter) => parameter.name === name);

  test('says what the table says', () => {
    expect(help('Identity')).toMatchObject({ type: 'Guid', isRequired: true, position: 0, pipeline: 'ByPropertyName' });
    expect(help('Owner')).toMatchObject({ aliases: ['Holder'], position: undefined, pipeline: undefined });
    expect(help('Kind')).toMatchObject({ values: ['Big', 'Small'], needs: 'identities.assign' });
    expect(help('Loud')?.help).toBe('Says more.');
  });

  test('says that and why it does nothing', () => {
    expect(help('Culture')?.help).toBe('A language. It does nothing here: everything is in English.');
  });
});

test.each([
  ['restricted-entities.read', 'every role'],
  [
    'restricted-entities.write',
    'Global Administrator, Organization Management, Provider Administrator or Security Administrator',
  ],
  ['organizations.write', 'Provider Administrator over all organizations'],
  [
    'identities.assign',
    "Provider Administrator over all organizations; of an installation's only organization Global Administrator or Organization Management",
  ],
] as const)('%s belongs to %s', (action, who) => {
  expect(whoMay(action)).toBe(who);
});

test('the page says of a cmdlet all that there is to say', () => {
  const page = printManual([sample]);
  expect(page).toContain('| [Set-Sample](#set-sample) | Change a sample. | Global Administrator, ');
  expect(page).toContain('```powershell\nSet-Sample\n    [-Identity] <Guid>\n    [[-Filter] <Boolean>]\n');
  expect(page).toContain('It asks before it acts');
  expect(page).toContain('| `-Identity` | Guid | True | 0 | True (ByPropertyName) | Which \\<one>. |');
  expect(page).toContain(String.raw`| a\|b, or \*.c and \*.d. |`);
  expect(page).toMatch(
    /How big\. Values: `Big`, `Small`\. Only for Provider Administrator.* \(`identities\.assign`\)\. \|/,
  );
  expect(page).toContain('**Output:** none.');
  expect(page).toContain('Gives it to me.\n\n```powershell\nSet-Sample 1 -Owner me\n```');
});
