// Test support: before any suite runs, the portal is built of the present sources (nothing is done where it is).
import { buildPortal } from '../../scripts/build-portal.ts';

export default function setup(): void {
  buildPortal();
}
