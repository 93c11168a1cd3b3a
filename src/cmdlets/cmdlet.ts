// What a cmdlet is: one entry of the table from which come the wire endpoint, the commands, the PowerShell module with its help, the
// manual page and the test of rights.
import type { Action } from '../access/roles.ts';
import type { OperationPorts } from '../operations/ports.ts';
import type { Requester } from '../operations/requester.ts';
import type { Parameter } from './parameter.ts';

export type PropertyType = 'Guid' | 'String' | 'DateTime' | 'Boolean' | 'Int32' | 'Int64' | 'String[]' | 'Object';
/** null: empty. Object: JSON. */
export type Value = string | number | boolean | Date | readonly string[] | null | object;
/** One object of the output: its properties in the order of the table. */
export type Row = Readonly<Record<string, Value>>;

export interface Property {
  readonly name: string;
  readonly type: PropertyType;
  readonly help: string;
}

export interface CmdletPorts extends OperationPorts {
  readonly version: string;
  /** Where the API answers; '' while it does not. */
  readonly url: () => string;
}

/** Rows by their keys. */
export interface RowRange {
  /** Itself excluded. */
  readonly after: string;
  /** Itself included. */
  readonly last: string;
}

/** One invocation. */
export interface Call {
  readonly ports: CmdletPorts;
  readonly requester: Requester;
  /** The organization that the client named: everything is looked up and made in it. */
  readonly organizationId: string;
  /**
   * Of a further page of an answer whose first page was asked for by the same requester with the same parameters: the rows that are left. It is run
   * for these, so that neither time nor -ResultSize cuts them anew; and what the first page has warned of is not said again.
   */
  readonly left?: RowRange | undefined;
  /** Told beside the output. */
  warn(text: string): void;
}

export type Parameters = Readonly<Record<string, Parameter>>;
export type ArgumentsOf<P extends Parameters> = {
  readonly [N in keyof P]: P[N] extends Parameter<infer T> ? T : never;
};

export interface Example {
  readonly command: string;
  readonly says: string;
}

interface Definition<P extends Parameters> {
  /** Verb-Noun. */
  readonly name: string;
  /** One sentence. */
  readonly synopsis: string;
  /** What else whoever types it must know. */
  readonly description?: string;
  readonly parameters: P;
  /** The right that it needs. */
  readonly action: Action;
  /** True: it changes something, and its refusal leaves an audit record. */
  readonly isChange: boolean;
  /** It has -WhatIf and -Confirm; High asks before it acts unless told not to. */
  readonly shouldProcess?: {
    readonly impact: 'High' | 'Medium';
    /** The question: what would be done to what. */
    asks(given: ArgumentsOf<P>, call: Call): string;
  };
  /** Name of what it puts out, for example BlockedConnector; undefined: nothing. */
  readonly outputType?: string;
  readonly output: readonly Property[];
  readonly examples: readonly Example[];
  /**
   * The right to run it is there. Rows come sorted by `keyOf`. Rejects with CmdletError or CordonError; the target of the
   * error is what `targetOf` says.
   */
  run(given: ArgumentsOf<P>, call: Call): Promise<readonly Row[]>;
  /** Of what an error speaks. */
  targetOf?(given: ArgumentsOf<P>): string;
  /** Unique, ascending in the order of the rows: where the next page goes on, whatever came or went meanwhile. */
  readonly keyOf?: (row: Row) => string;
  /** It goes on where the run before ended: all rows of a run are one page, since it must not be run again for the next one. */
  readonly runsOnce?: true;
}

export type Cmdlet = Definition<Parameters>;

/** Gives `run` the types of its parameters. */
export function cmdlet<const P extends Parameters>(definition: Definition<P>): Cmdlet {
  return definition as unknown as Cmdlet;
}
