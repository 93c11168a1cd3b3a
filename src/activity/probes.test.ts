import { expect, test } from 'vitest';
import { aClient } from '../../test/factories.ts';
import { Probes, type Sighting } from './probes.ts';

const sighting = (queueId = '4X1'): Sighting => ({
  listener: 'milter',
  stage: 'RCPT',
  client: aClient(),
  envelopeSender: 'anna@ours.example',
  queueId,
  messageId: '',
});

test('a probe is told of its own recipient, however that is written, and of no other', () => {
  const probes = new Probes(() => 0);
  probes.begin('1', 'Doctor@PROBE.invalid');
  probes.note('doctor@probe.invalid', () => sighting());
  probes.note('anna@probe.invalid', () => sighting());
  expect(probes.get('1')).toMatchObject({ sightings: [sighting()], until: 120_000 });
  expect(probes.get('2')).toBeUndefined();
});

test('it is over after two minutes', () => {
  let now = 0;
  const probes = new Probes(() => now);
  probes.begin('1', 'doctor@probe.invalid');
  now = 120_000;
  expect(probes.get('1')).toBeUndefined();
});

test('neither many probes nor many questions fill the memory', () => {
  const probes = new Probes(() => 0);
  for (let i = 0; i < 60; i++) probes.begin(String(i), 'doctor@probe.invalid');
  for (let i = 0; i < 200; i++) probes.note('doctor@probe.invalid', () => sighting(String(i)));
  expect(probes.get('9')).toBeUndefined();
  expect(probes.get('59')?.sightings).toHaveLength(100);
});
