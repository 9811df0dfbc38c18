/** How a command ends, by sysexits(3). */
export const EXIT = {
  ok: 0,
  /** Nothing was done because somebody said no; or `doctor` found a fault. */
  no: 1,
  /** The command line makes no sense. */
  usage: 64,
  /** What is stored cannot be trusted. */
  data: 65,
  /** There is no such entry. */
  noEntry: 67,
  /** The camera does not run, or does not answer. */
  unavailable: 69,
  /** The disk does not let us. */
  io: 74,
  /** Somebody else is at it: try again later. */
  inUse: 75,
  /** It belongs to another user, or may not be done at all. */
  notAllowed: 77,
  config: 78,
} as const;
