// Test support: Debian's Chromium, headless, driven by Playwright. It reaches nothing but this machine. Chromium without its own window is a program of
// its own there, which starts and draws in about half the time of the whole browser that hides its window; where only that one is, it is taken.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from '@playwright/test';

const CHROMIUM = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((file) => existsSync(file));
/** `npm test` installs it where it may. */
export const hasChromium = CHROMIUM !== undefined;

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** `executablePath`: another than that. Rejects where there is none. */
export function openBrowser(executablePath = CHROMIUM): Promise<Browser> {
  if (executablePath === undefined) return Promise.reject(new Error('Chromium is not installed'));
  return chromium.launch({ executablePath, args: FLAGS });
}
