import type { Candidate, CandidatePair, RTCIceTransport } from '../werift.ts';

/** werift's ICE agent. */
export type IceConnection = RTCIceTransport['connection'];

/** One local socket or TURN allocation, as werift's connection holds it. */
export type IceProtocol = CandidatePair['protocol'];

/** A connectivity check under way. */
export interface Check {
  readonly awaitable: Promise<unknown>;
  readonly resolve: (value?: unknown) => void;
  readonly reject: (error?: unknown) => void;
}

/** The parts of werift's `Connection` that its types hide and the mends need; `ice-internals.test.ts` holds them to it. */
export interface ConnectionInternals {
  nominated: CandidatePair | undefined;
  protocols: IceProtocol[];
  readonly userHistory: Record<string, string>;
  readonly consentFresh: boolean;
  appendLocalCandidate(candidate: Candidate): void;
  ensureProtocol(protocol: IceProtocol): void;
  pairLocalProtocol(protocol: IceProtocol): void;
  queryConsent(): void;
  checkIncoming(...check: unknown[]): void;
  checkStart(pair: CandidatePair): Check;
  checkComplete(pair: CandidatePair): void;
}

export function internalsOf(connection: IceConnection): ConnectionInternals {
  // Privacy in TypeScript is only in the types; the names are checked by a test.
  return connection as unknown as ConnectionInternals;
}
