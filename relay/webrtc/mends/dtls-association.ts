import { DtlsError, type DtlsErrorCode } from './dtls-error.ts';
import type { DtlsFlight, DtlsHandshake, DtlsRole, DtlsSecrets, HandshakeStep } from './dtls-handshake.ts';
import { openRecord, sealRecord } from './dtls-protection.ts';
import { type ExpectedMessages, HandshakeReassembly, HandshakeType } from './dtls-reassembly.ts';
import { ContentType, type DtlsRecord, encodeRecord, parseRecords } from './dtls-record.ts';
import { ReplayWindow } from './dtls-replay-window.ts';
import { DtlsRetransmission } from './dtls-retransmission.ts';
import type { RecordKeys } from './dtls-secrets.ts';

/** A peer that has not proved itself in this time after the first word is given up. */
export const HANDSHAKE_LIMIT_MS = 15_000;
/** Datagrams of a flight stay below the smallest path MTU in use (IPv6's 1,280 less headers). */
const MAX_DATAGRAM_BYTES = 1200;
/** Application data of one record stays in one datagram's reach; SCTP packets are 1,200 bytes. */
const MAX_DATA_BYTES = 2 ** 14;
/** Data that overtakes the peer's Finished, which may be lost: it says no more than hello before it is answered. */
const MAX_EARLY_DATA = 8;

const AlertLevel = { warning: 1, fatal: 2 } as const;
const CLOSE_NOTIFY = 0;
/** RFC 5246 §7.2.2. */
const ALERTS: Partial<Record<DtlsErrorCode, number>> = {
  handshake_failure: 40,
  bad_certificate: 42,
  decode_error: 50,
  decrypt_error: 51,
};

/** Ways out of an association. */
export interface DtlsHooks {
  /** Sends one datagram to the peer. */
  readonly send: (datagram: Buffer) => void;
  /** Application data of a proved peer. */
  readonly onData: (data: Buffer) => void;
  /** A proved peer ended the session. */
  readonly onClose: () => void;
}

export interface DtlsAssociationOptions {
  /** Which of the two we are. */
  readonly role: DtlsRole;
  /** Messages of the peer; nothing else is looked at. */
  readonly expected: ExpectedMessages;
  /** Makes our side of a handshake; called anew where the peer's first message was of no use. */
  readonly createHandshake: () => DtlsHandshake;
  readonly hooks: DtlsHooks;
}

/**
 * DTLS 1.2 with one peer, in either role. Nothing that is not authentic changes anything once the handshake is over,
 * and in it only what fits its next steps is looked at (RFC 6347 §4.1.2.7).
 */
export class DtlsAssociation {
  /** Resolves when the peer has proved itself, and media may go to it; to a client no sooner than {@link secured}. */
  readonly proved: Promise<DtlsSecrets>;
  /** Settles when both have seen the same handshake, or never can. */
  readonly secured: Promise<DtlsSecrets>;
  readonly #prove: PromiseWithResolvers<DtlsSecrets> = Promise.withResolvers();
  readonly #settle: PromiseWithResolvers<DtlsSecrets> = Promise.withResolvers();
  readonly #options: DtlsAssociationOptions;
  readonly #hooks: DtlsHooks;
  #handshake: DtlsHandshake;
  readonly #reassembly: HandshakeReassembly;
  readonly #retransmission = new DtlsRetransmission();
  readonly #received = new ReplayWindow();
  #limit: NodeJS.Timeout | null = null;
  #state: 'handshake' | 'proved' | 'secured' | 'closed' = 'handshake';
  #keys: RecordKeys | null = null;
  #lastFlight: DtlsFlight | null = null;
  readonly #early: Buffer[] = [];
  readonly #nextSequence: [epoch0: number, epoch1: number] = [0, 0];

  constructor(options: DtlsAssociationOptions) {
    this.#options = options;
    this.#hooks = options.hooks;
    this.#handshake = options.createHandshake();
    this.#reassembly = new HandshakeReassembly(options.expected);
    this.proved = this.#prove.promise;
    this.secured = this.#settle.promise;
    // Whoever waits for the whole handshake is told by the other promise.
    this.proved.catch(() => undefined);
  }

  /** Says the first word, where that is ours, and starts the time limit; idempotent. */
  begin(): void {
    const first = this.#handshake.first;
    if (this.#state !== 'handshake' || this.#lastFlight || !first) return;
    this.#limit ??= setTimeout(() => this.#giveUp(), HANDSHAKE_LIMIT_MS);
    this.#repeatUntilAnswered({ clear: [first], sealed: [] });
  }

  /** Takes one datagram from the peer's address, whoever wrote it; the first one starts the time limit. */
  receive(datagram: Buffer): void {
    if (this.#state === 'handshake') this.#limit ??= setTimeout(() => this.#giveUp(), HANDSHAKE_LIMIT_MS);
    for (const record of parseRecords(datagram)) {
      if (this.#state === 'closed') return;
      if (record.epoch === 0) this.#receiveClear(record);
      else if (record.epoch === 1) this.#receiveSealed(record);
    }
  }

  /** Sends the flight that the peer has not answered again at once: there was no way to send it until now. */
  repeat(): void {
    if (this.#state === 'handshake' && this.#lastFlight) this.#repeatUntilAnswered(this.#lastFlight);
  }

  /**
   * Sends application data.
   * @throws DtlsError closed when the peer is not proved, or no longer there.
   */
  send(data: Buffer): void {
    if (this.#state !== 'secured') throw new DtlsError('closed', 'no secured session');
    if (data.length > MAX_DATA_BYTES) throw new TypeError('data larger than a DTLS record');
    this.#hooks.send(this.#record(ContentType.applicationData, 1, data));
  }

  /** Says goodbye to a proved peer, ends all timers. */
  close(): void {
    if (this.#state === 'secured' || this.#state === 'proved')
      this.#sendAlert(AlertLevel.warning, CLOSE_NOTIFY);
    this.#end(new DtlsError('closed', 'closed by us'));
  }

  /** Only the handshake is read in the clear: anyone can write an alert. */
  #receiveClear(record: DtlsRecord): void {
    if (this.#state !== 'handshake' || record.type !== ContentType.handshake) return;
    this.#reassembly.add(record.fragment, record.epoch);
    this.#advance();
  }

  #receiveSealed(record: DtlsRecord): void {
    if (!this.#keys || !this.#received.isFresh(record.sequence)) return;
    const plain = openRecord(this.#keys[this.#options.role === 'server' ? 'client' : 'server'], record);
    if (!plain) return;
    this.#received.mark(record.sequence);
    if (record.type === ContentType.handshake) this.#receiveFinished(plain);
    else if (this.#state === 'secured') this.#receiveSecured(record.type, plain);
    else this.#keepEarly(record.type, plain);
  }

  /** Once secured, a client's Finished under our keys means that our last flight was lost (RFC 6347 §4.2.4). */
  #receiveFinished(plain: Buffer): void {
    if (this.#state === 'secured') {
      const isAsking = this.#options.role === 'server' && plain[0] === HandshakeType.finished;
      if (isAsking) this.#sendFlight();
      return;
    }
    this.#reassembly.add(plain, 1);
    this.#advance();
  }

  /** Of a peer that has proved itself, and whose Finished is yet to come. */
  #keepEarly(type: number, plain: Buffer): void {
    if (this.#state !== 'proved') return;
    if (type === ContentType.alert && isEnd(plain))
      this.#end(new DtlsError('closed', 'closed by the peer before its Finished'));
    const isKept = type === ContentType.applicationData && this.#early.length < MAX_EARLY_DATA;
    if (isKept) this.#early.push(plain);
  }

  #receiveSecured(type: number, plain: Buffer): void {
    if (type === ContentType.applicationData) {
      this.#hooks.onData(plain);
    } else if (type === ContentType.alert && isEnd(plain)) {
      this.#end(new DtlsError('closed', 'closed by the peer'));
      this.#hooks.onClose();
    }
  }

  #advance(): void {
    for (let next = this.#reassembly.shift(); next; next = this.#reassembly.shift()) {
      try {
        this.#perform(this.#handshake.accept(next));
      } catch (error) {
        if (!(error instanceof DtlsError)) throw error;
        if (next.sequence === 0) this.#startAgain();
        else this.#fail(error);
      }
    }
  }

  /** A hello of no use may be anyone's; the peer's own may still come. */
  #startAgain(): void {
    this.#reassembly.restart();
    this.#handshake = this.#options.createHandshake();
  }

  #perform(step: HandshakeStep): void {
    switch (step.type) {
      case 'wait':
        return;
      case 'flight':
        this.#repeatUntilAnswered(step.flight);
        return;
      case 'again':
        this.#reassembly.continueWith(step.expected);
        this.#repeatUntilAnswered(step.flight);
        return;
      case 'keys':
        this.#keys = step.keys;
        return;
      case 'proved':
        this.#keys = step.keys;
        this.#state = 'proved';
        this.#repeatUntilAnswered(step.flight);
        this.#prove.resolve(step.secrets);
        return;
      case 'secured':
        this.#secure(step.secrets, step.flight);
        return;
      default:
        step satisfies never;
    }
  }

  #secure(secrets: DtlsSecrets, flight: DtlsFlight | null): void {
    this.#retransmission.stop();
    this.#stopLimit();
    this.#state = 'secured';
    this.#lastFlight = flight;
    this.#sendFlight();
    this.#prove.resolve(secrets);
    this.#settle.resolve(secrets);
    // After whoever waits for the end of the handshake, in whose turn receivers are made.
    if (this.#early.length > 0) setImmediate(() => this.#deliverEarly());
  }

  #deliverEarly(): void {
    for (const data of this.#early.splice(0)) if (this.#state === 'secured') this.#hooks.onData(data);
  }

  #repeatUntilAnswered(flight: DtlsFlight): void {
    this.#lastFlight = flight;
    this.#retransmission.start(() => this.#sendFlight());
  }

  #giveUp(): void {
    this.#fail(new DtlsError('timeout', 'the peer has not proved itself in time'));
  }

  #stopLimit(): void {
    if (this.#limit) clearTimeout(this.#limit);
  }

  #fail(error: DtlsError): void {
    const alert = ALERTS[error.code];
    if (alert !== undefined) this.#sendAlert(AlertLevel.fatal, alert);
    this.#end(error);
  }

  #end(error: DtlsError): void {
    this.#state = 'closed';
    this.#retransmission.stop();
    this.#stopLimit();
    this.#prove.reject(error);
    this.#settle.reject(error);
  }

  /** Every sending makes new records, as their numbers are never used twice. */
  #sendFlight(): void {
    const { clear, sealed } = this.#lastFlight ?? { clear: [], sealed: [] };
    const records = clear.map((message) => this.#record(ContentType.handshake, 0, message));
    if (sealed.length > 0) records.push(this.#record(ContentType.changeCipherSpec, 0, Buffer.from([1])));
    records.push(...sealed.map((message) => this.#record(ContentType.handshake, 1, message)));
    if (records.length > 0) this.#sendPacked(records);
  }

  #sendPacked(records: Buffer[]): void {
    let datagram = Buffer.alloc(0);
    for (const record of records) {
      if (datagram.length > 0 && datagram.length + record.length > MAX_DATAGRAM_BYTES) {
        this.#hooks.send(datagram);
        datagram = Buffer.alloc(0);
      }
      datagram = Buffer.concat([datagram, record]);
    }
    this.#hooks.send(datagram);
  }

  #sendAlert(level: number, description: number): void {
    const epoch = this.#state === 'secured' || this.#state === 'proved' ? 1 : 0;
    this.#hooks.send(this.#record(ContentType.alert, epoch, Buffer.from([level, description])));
  }

  #record(type: number, epoch: 0 | 1, fragment: Buffer): Buffer {
    const record = { type, epoch, sequence: this.#nextSequence[epoch], fragment };
    this.#nextSequence[epoch] += 1;
    if (epoch === 0) return encodeRecord(record);
    if (!this.#keys) throw new TypeError('no keys yet');
    return encodeRecord(sealRecord(this.#keys[this.#options.role], record));
  }
}

/** Whether an alert ends the session: close_notify or any fatal one (RFC 5246 §7.2). */
function isEnd(alert: Buffer): boolean {
  return alert.length === 2 && (alert[0] === AlertLevel.fatal || alert[1] === CLOSE_NOTIFY);
}
