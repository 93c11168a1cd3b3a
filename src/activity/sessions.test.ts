import { describe, expect, test } from 'vitest';
import { Sessions } from './sessions.ts';

const certificate = { fingerprint: 'a'.repeat(64), names: [] };

describe('one session, two doors', () => {
  test('the policy question tells the milter session its certificate', () => {
    const sessions = new Sessions();
    const milter = sessions.enter('local', '192.0.2.1', 40_000);
    sessions.noteCertificate('local', '192.0.2.1', 40_000, certificate);
    expect(milter.certificate).toBe(certificate);
    expect(sessions.hasMilter('local', '192.0.2.1', 40_000)).toBe(true);
    expect(sessions.hasMilter('local', '192.0.2.1', 40_001)).toBe(false);
    expect(sessions.hasMilter('203.0.113.5', '192.0.2.1', 40_000)).toBe(false);
  });

  test('a certificate is noted nowhere where two sessions fit', () => {
    const sessions = new Sessions();
    const first = sessions.enter('local', '192.0.2.1', 0);
    const second = sessions.enter('local', '192.0.2.1', 0);
    sessions.noteCertificate('local', '192.0.2.1', 0, certificate);
    expect([first.certificate, second.certificate]).toEqual([undefined, undefined]);
    second.leave();
    sessions.noteCertificate('local', '192.0.2.1', 0, certificate);
    expect(first.certificate).toBe(certificate);
  });

  test('a session that left is forgotten, also when it leaves twice', () => {
    const sessions = new Sessions();
    const session = sessions.enter('local', '192.0.2.1', 40_000);
    session.leave();
    session.leave();
    expect(sessions.hasMilter('local', '192.0.2.1', 40_000)).toBe(false);
    expect(sessions.size).toBe(0);
  });
});
