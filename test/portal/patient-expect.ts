// Test support: Playwright's expect, which waits as long as a busy machine needs to draw a page.
import { expect as impatient } from '@playwright/test';

export const expect = impatient.configure({ timeout: 20_000 });
