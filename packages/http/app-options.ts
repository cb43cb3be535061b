import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Role } from '@relais/contracts/identity';
import type { ProblemCatalogue } from '@relais/contracts/problems';
import type { CommandContext } from '@relais/event-log/submit';
import type { Database } from '@relais/postgres/database';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Caller } from './caller.ts';

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Routes of a service. */
export type Routes = (app: App) => Promise<void>;

/** Takes the Authorization header; throws HttpProblem (401, 503). See token.ts. */
export type Authenticate = (authorization: string | undefined) => Caller | Promise<Caller>;

export type ProjectionStatus = {
  readonly name: string;
  readonly position: bigint;
  readonly head: bigint;
  readonly caughtUp: boolean;
};

/** A projection, reaction or timer that works for the service but whose state answers no request. */
export type ConsumerStatus = {
  readonly name: string;
  readonly position: bigint;
  readonly head: bigint;
  /** Stopped by an event it cannot deal with: an operator has to look. */
  readonly stopped: boolean;
};

/**
 * What `/health/ready` says: not ready is 503. `checks` are named conditions beside projections. `consumers` are told
 * of only: a service whose reaction has stopped still answers requests as well as any other process of it would.
 */
export type Readiness = {
  readonly projections: readonly ProjectionStatus[];
  readonly consumers?: readonly ConsumerStatus[];
  readonly checks: { readonly [name: string]: boolean };
};

/** The read model behind the GET routes. */
export type ReadModel = {
  /** False until its version has caught up once: reads answer 503. */
  readonly isReadable: () => boolean;
  /** Resolves to true once rows up to `position` are there, to false when `signal` aborts first. */
  readonly waitFor: (position: bigint, signal: AbortSignal) => Promise<boolean>;
  /** Where the log ends: what is beyond was never written. */
  readonly head?: () => Promise<bigint>;
};

export type RateLimit = { readonly requests: number; readonly windowSeconds: number };

export type AppOptions = {
  /** `referrals`, say: names the audience, the document and the logs. */
  readonly service: string;
  readonly title: string;
  readonly description: string;
  /** Mounted under `/v1`. */
  readonly routes: Routes;
  /** At addresses that other programs keep for years, whatever the version of the interface. */
  readonly unversioned?: Routes;
  /** Before the routes: hooks of telemetry, and what is no route of ours. */
  readonly prepare?: (app: App) => Promise<void>;
  /** The service's own refusals; the general problems are added (contracts/http-problems.ts). */
  readonly problems: ProblemCatalogue;
  readonly authenticate: Authenticate;
  /** Keeps the idempotency keys (idempotency.sql). */
  readonly database: Database;
  readonly readModel: ReadModel;
  readonly readiness: () => Promise<Readiness>;
  /** 32 bytes, the same for every process of the service: authenticates cursors. */
  readonly cursorKey: Uint8Array;
  readonly now: () => Date;
  readonly rateLimit?: RateLimit;
  /** Bytes; default 256 KiB. */
  readonly bodyLimit?: number;
  /** For a whole request to arrive; default 15 s. */
  readonly requestTimeoutMs?: number;
  /** From then until it is answered; default 25 s. */
  readonly handlerTimeoutMs?: number;
  /** Where log lines go; default stdout. */
  readonly logTo?: { write(line: string): void };
  readonly logLevel?: 'silent' | 'error' | 'warn' | 'info' | 'debug';
};

/** A command as its headers give it; the body is the route's. */
export type Command = {
  /** Derived from client and Idempotency-Key: the same for every retry. */
  readonly id: string;
  /** Revision of If-Match; undefined for `create`. */
  readonly expected: bigint | undefined;
  /** For `submit`. Spread it to set `purpose`, or `occurredAt` when it was earlier than now. */
  readonly context: CommandContext;
};

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call: these roles, or everybody without a token. Every route says so. */
    access?: 'public' | readonly Role[];
    /** A command that makes a resource, or one that changes it and so wants If-Match. */
    command?: 'create' | 'change';
  }
  interface FastifyRequest {
    /** Who asks; not there on a public route. */
    caller: Caller;
    /** On routes whose config says `command`. */
    command: Command;
    /** The caller's Correlation-Id when that is a UUID, else this request's id. */
    correlationId: string;
  }
}
