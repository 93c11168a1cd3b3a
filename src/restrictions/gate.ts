// A gate: a place where restricted mail is held back, and which can be asked whether it still does it.

export interface Gate {
  /** postfix-policy, milter and smtp-relay: the doors. postfix-maps: what Postfix reads while nobody answers. */
  readonly name: string;
  /** Of several nodes: whose it is. */
  readonly node?: string | undefined;
  /** Resolves to true when the gate refuses nothing because of the entity, to false where it still does and nothing is under way. Never rejects. */
  letsPass(entityId: string): Promise<boolean>;
}
