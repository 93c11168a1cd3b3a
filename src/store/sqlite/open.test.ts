import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { alertStoreContract } from '../alert-store-contract.ts';
import { auditStoreContract } from '../audit-store-contract.ts';
import { connectorStoreContract } from '../connector-store-contract.ts';
import { journalStoreContract } from '../journal-store-contract.ts';
import { restrictionStoreContract } from '../restriction-store-contract.ts';
import { snapshotStoreContract } from '../snapshot-store-contract.ts';
import type { MakePlace } from '../store-contract.ts';
import { tokenStoreContract } from '../token-store-contract.ts';
import { openSqliteStore } from './open.ts';

const quiet = {
  log: { info: () => {} },
  onTrouble: () => {},
  onRecovered: () => {},
  batchMs: 20,
  retryMs: 50,
};

const sqlite: MakePlace = async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'cordon-store-'));
  return {
    open: () =>
      openSqliteStore({
        ...quiet,
        directory,
        onTrouble: (trouble) => {
          throw trouble.error;
        },
      }),
    remove: () => rm(directory, { recursive: true }),
  };
};

connectorStoreContract(sqlite);
restrictionStoreContract(sqlite);
journalStoreContract(sqlite);
snapshotStoreContract(sqlite);
auditStoreContract(sqlite);
tokenStoreContract(sqlite);
alertStoreContract(sqlite);
