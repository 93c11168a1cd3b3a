import { afterAll, expect, test } from 'vitest';
import { aTestApi } from '../../test/api-world.ts';
import { aClient } from '../../test/factories.ts';

const { world, ask, close } = await aTestApi();
afterAll(close);

const sighting = (client = aClient()) => ({
  listener: 'milter' as const,
  stage: 'RCPT' as const,
  client,
  envelopeSender: 'postmaster@ours.example',
  queueId: '4X1',
  messageId: '',
});

test('what the doors were asked about a recipient is shown with whose mail it would be', async () => {
  const begun = await ask('provider', 'POST', '/probes', { recipient: 'Doctor@cordon-doctor.invalid' });
  expect(begun).toMatchObject({ status: 201, body: { recipient: 'doctor@cordon-doctor.invalid', sightings: [] } });
  world.ports.probes.note('doctor@cordon-doctor.invalid', () => sighting());
  world.ports.probes.note('doctor@cordon-doctor.invalid', () => sighting(aClient({ clientAddress: '203.0.113.9' })));
  const { body } = await ask('provider', 'GET', `/probes/${begun.body.id}`);
  expect(body.sightings).toEqual([
    expect.objectContaining({
      listener: 'milter',
      clientPort: 40_000,
      queueId: '4X1',
      attributedTo: { connectorName: world.ourConnector.name, basis: 'clientAddress in 192.0.2.0/24' },
    }),
    expect.not.objectContaining({ attributedTo: expect.anything() }),
  ]);
});

test('a tenant is told of no session', async () => {
  const { body } = await ask('provider', 'POST', '/probes', { recipient: 'doctor@cordon-doctor.invalid' });
  expect(await ask('ours', 'GET', `/probes/${body.id}`)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
});
