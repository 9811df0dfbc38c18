import { describe, expect, it } from 'vitest';
import { RTCDtlsTransport, RTCIceGatherer, RTCIceTransport, RTCSctpTransport } from '../werift.ts';
import { containSctp } from './sctp-containment.ts';

function open(): { dtls: RTCDtlsTransport; sctp: RTCSctpTransport } {
  const dtls = new RTCDtlsTransport({}, new RTCIceTransport(new RTCIceGatherer()));
  const sctp = new RTCSctpTransport();
  sctp.setDtlsTransport(dtls);
  return { dtls, sctp };
}

/** Any of these ends a process that leaves its promises to themselves. */
const MALFORMED: Record<string, Buffer> = {
  'an empty datagram': Buffer.alloc(0),
  'a header cut short': Buffer.alloc(11),
  'a wrong checksum': Buffer.alloc(16),
};

/** Resolves with what the handler is told of. */
function faultOf(act: (onFault: (cause: unknown) => void) => void): Promise<unknown> {
  return new Promise(act);
}

describe('sctp containment', () => {
  for (const [name, bytes] of Object.entries(MALFORMED)) {
    it(`hands on ${name}`, async () => {
      const { dtls, sctp } = open();
      const cause = await faultOf((onFault) => {
        containSctp(dtls, sctp, onFault);
        dtls.dataReceiver(bytes);
      });
      expect(cause).toBeInstanceOf(Error);
    });

    it(`is needed: stock werift rejects unheard on ${name}`, async () => {
      const { sctp } = open();
      await expect(handleData(sctp, bytes)).rejects.toThrow(Error);
    });
  }

  it('hands on an acknowledgement for no channel', async () => {
    const { dtls, sctp } = open();
    const cause = await faultOf((onFault) => {
      containSctp(dtls, sctp, onFault);
      sctp.sctp.onReceive.execute(7, 50, Buffer.from([2]));
    });
    expect(cause).toBeInstanceOf(Error);
  });

  it('hands on that a viewer sends more than the window allows', async () => {
    const { dtls, sctp } = open();
    const cause = await faultOf((onFault) => {
      containSctp(dtls, sctp, onFault);
      expect(sctp.sctp).toMatchObject({ advertisedRwnd: 2 ** 20, sackMisOrdered: new Set() });
      Object.assign(sctp.sctp, { advertisedRwnd: -1 });
      dtls.dataReceiver(Buffer.alloc(0));
    });
    expect(cause).toBeInstanceOf(RangeError);
  });

  it('hands on that a viewer asks on and on and takes no answer', async () => {
    const { dtls, sctp } = open();
    const open4 = Buffer.concat([Buffer.from([3, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0]), Buffer.from('chat')]);
    const cause = await faultOf((onFault) => {
      containSctp(dtls, sctp, onFault);
      expect(sctp.sctp).toMatchObject({ outboundQueue: [], sentQueue: [] });
      // Each is acknowledged by DCEP, and there is no association yet to take the acknowledgement.
      for (let count = 0; count < 600; count++) sctp.sctp.onReceive.execute(0, 50, open4);
      dtls.dataReceiver(Buffer.alloc(0));
    });
    expect(cause).toBeInstanceOf(RangeError);
  });

  it('hands on a failure to send, as there is no path yet', async () => {
    const { dtls, sctp } = open();
    const cause = await faultOf((onFault) => {
      containSctp(dtls, sctp, onFault);
      void sctp.sctp.sendChunk(someChunk());
    });
    expect(cause).toBeInstanceOf(Error);
  });
});

/** What werift calls for each datagram, without looking at what becomes of it. */
function handleData({ sctp }: RTCSctpTransport, bytes: Buffer): Promise<void> {
  return (sctp as unknown as { handleData(bytes: Buffer): Promise<void> }).handleData(bytes);
}

function someChunk(): Parameters<RTCSctpTransport['sctp']['sendChunk']>[0] {
  return { type: 10, bytes: Buffer.from([10, 0, 0, 4]) } as Parameters<
    RTCSctpTransport['sctp']['sendChunk']
  >[0];
}
