// The detector's state made durable: a snapshot of each entity and the seq up to which it holds.

export interface Snapshot {
  readonly entityId: string;
  /** The last journal record that is in it. */
  readonly seq: number;
  readonly detectorVersion: number;
  readonly state: Uint8Array;
}

export interface SnapshotStore {
  /** Adds or replaces them, all in one transaction; on disk when it resolves. */
  putSnapshots(snapshots: readonly Snapshot[]): Promise<void>;
  snapshots(): AsyncIterable<readonly Snapshot[]>;
}
