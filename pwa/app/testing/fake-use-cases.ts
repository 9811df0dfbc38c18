import type { Claim, ClaimState } from '../../pairing/claim-state.ts';
import { Subject } from '../../state/observable.ts';
import type { CameraSummary, KeptPictures, LiveSession, LiveState } from '../../viewing/camera.ts';
import type { UseCases } from '../model.ts';
import { FakeControl } from './fake-control.ts';
import { FakeLending } from './fake-lending.ts';

/** A session whose state a test sets by hand, and which counts what is asked of it. */
export class FakeLiveSession implements LiveSession {
  readonly state = new Subject<LiveState>({ type: 'connecting', step: 'rendezvous' });
  readonly stream = new Subject<MediaStream | null>(null);
  retries = 0;
  isClosed = false;

  openSnapshots(): null {
    return null;
  }

  retry(): void {
    this.retries += 1;
    this.state.set({ type: 'connecting', step: 'rendezvous' });
  }

  close(): void {
    this.isClosed = true;
  }
}

/** The use cases in memory: tests set what happens and read what was asked. */
export class FakeUseCases implements UseCases {
  readonly cameras: Subject<readonly CameraSummary[] | null>;
  readonly claimState = new Subject<ClaimState>({ type: 'claiming', step: 'key' });
  readonly sessions: FakeLiveSession[] = [];
  readonly claims: { readonly link: string; readonly deviceName: string; readonly signal: AbortSignal }[] =
    [];
  /** Digits that were entered. */
  readonly codes: string[] = [];
  readonly lendings: FakeLending[] = [];
  control = new FakeControl();
  readonly kept = {
    areKept: true,
    async setKept(isKept: boolean): Promise<void> {
      this.areKept = isKept;
    },
  };
  /** Whose last picture was to be kept. */
  readonly keptLast: string[] = [];
  isListShown = false;
  /** Makes each session; a test may hand out one that is already live. */
  createSession: (id: string) => FakeLiveSession = () => new FakeLiveSession();
  /** Makes each access list. */
  createLending: (id: string) => FakeLending = () => new FakeLending();

  constructor(cameras: readonly CameraSummary[] | null = []) {
    this.cameras = new Subject(cameras);
  }

  listCameras(): Subject<readonly CameraSummary[] | null> {
    return this.cameras;
  }

  showList(isShown: boolean): void {
    this.isListShown = isShown;
  }

  openCamera(id: string): FakeLiveSession {
    const session = this.createSession(id);
    this.sessions.push(session);
    return session;
  }

  claim(link: string, deviceName: string, { signal }: { signal: AbortSignal }): Claim {
    this.claims.push({ link, deviceName, signal });
    return { state: this.claimState, enterCode: (code) => this.codes.push(code) };
  }

  async openLending(id: string): Promise<FakeLending> {
    const lending = this.createLending(id);
    this.lendings.push(lending);
    return lending;
  }

  async openControl(): Promise<FakeControl> {
    return this.control;
  }

  async openThumbnails(): Promise<KeptPictures> {
    return this.kept;
  }

  keepLastPicture(id: string): void {
    this.keptLast.push(id);
  }

  switchCamera(id: string, isOff: boolean): Promise<void> {
    const off = isOff ? { until: null } : null;
    this.cameras.set(
      (this.cameras.value ?? []).map((camera) => (camera.id === id ? { ...camera, off } : camera)),
    );
    return Promise.resolve();
  }

  forgetCamera(id: string): Promise<void> {
    this.cameras.set((this.cameras.value ?? []).filter((camera) => camera.id !== id));
    return Promise.resolve();
  }

  renameCamera(id: string, name: string): Promise<void> {
    this.cameras.set(
      (this.cameras.value ?? []).map((camera) => (camera.id === id ? { ...camera, name } : camera)),
    );
    return Promise.resolve();
  }
}

/** One camera of the list; what a test does not say is an owner's camera that answers. */
export function buildCamera(changes: Partial<CameraSummary> = {}): CameraSummary {
  return {
    ...{ id: 'front-door', name: 'Front door', presence: 'online', role: 'owner' },
    ...{ terms: { scope: ['owner'], nbf: null, exp: null, hours: null }, ending: null },
    ...{ off: null, watching: 0, picture: null, ...changes },
  };
}

/** A camera that somebody lent to this phone, to watch, listen and keep pictures. */
export function buildLentCamera(
  terms: Partial<CameraSummary['terms']> = {},
  changes: Partial<CameraSummary> = {},
): CameraSummary {
  const usual = { scope: ['watch', 'listen', 'snapshot'], nbf: null, exp: null, hours: null } as const;
  return buildCamera({ role: 'guest', terms: { ...usual, ...terms }, ...changes });
}
