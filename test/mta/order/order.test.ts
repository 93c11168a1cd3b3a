// Where main.cf asks the policy server decides whether Cordon can refuse anything.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GuardedRelay } from '../guarded-relay.ts';
import { describeWithPostfix, type Postfix } from '../postfix.ts';
import { sendMail } from '../smtp-client.ts';
import { swaks } from '../swaks.ts';

describeWithPostfix('the order of restrictions in main.cf', () => {
  let relay: GuardedRelay;
  let tooLate: Postfix;
  beforeAll(async () => {
    relay = await GuardedRelay.start({ blocks: ['policy-first'] });
    tooLate = await relay.addPostfix(['policy-too-late']);
    await relay.restrict(await relay.addConnector({ name: 'branch', senderIpAddresses: ['192.0.2.10'] }));
  });
  afterAll(() => relay?.stop());

  const mail = { from: 'anna@contoso.example', to: ['bob@far.example'] };
  const branch = { xclient: 'ADDR=192.0.2.10' };

  test('before the permits, Cordon refuses', async () => {
    const sent = await sendMail(relay.postfix.port, mail, branch);
    expect(sent.recipients[0]).toMatch(/^550 5\.7\.711 /);
  });

  test('and who is not restricted still has to be permitted by Postfix', async () => {
    const stranger = await sendMail(relay.postfix.port, mail, { xclient: 'ADDR=198.51.100.7' });
    expect(stranger.recipients).toEqual(['554 5.7.1 <bob@far.example>: Relay access denied']);
    const neighbour = await sendMail(relay.postfix.port, mail, { xclient: 'ADDR=192.0.2.11' });
    expect(neighbour.end).toMatch(/^250 /);
  });

  test('after permit_mynetworks, it is never asked: the mistake that the manual warns of', async () => {
    expect((await sendMail(tooLate.port, mail, branch)).end).toMatch(/^250 /);
  });

  test('a submission service in master.cf has a list of its own, and asks by it', async () => {
    const submission = await relay.addPostfix(['policy'], ['submission']);
    const anna = { xclient: 'ADDR=198.51.100.7 LOGIN=anna' };
    expect((await sendMail(submission.port, mail, anna)).end).toMatch(/^250 /);
    await relay.restrict(await relay.userId('anna'));
    expect((await sendMail(submission.port, mail, anna)).recipients[0]).toMatch(/^550 5\.1\.2 .*AS\(42004\)$/);
    const nobody = await sendMail(submission.port, mail, { xclient: 'ADDR=192.0.2.11' });
    expect(nobody.recipients[0]).toMatch(/^554 5\.7\.1 /);
  });

  test('swaks shows an administrator the same', async () => {
    const to = ['--from', mail.from, '--to', mail.to[0]!];
    const refused = await swaks(relay.postfix.port, '--xclient', 'ADDR=192.0.2.10', ...to);
    expect(refused.status).toBe(24);
    expect(refused.transcript).toContain(
      '<** 550 5.7.711 <bob@far.example>: Recipient address rejected: Access denied, bad inbound connector. AS(2204).',
    );
  });
});
