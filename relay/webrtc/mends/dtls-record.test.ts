import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openRecord, sealRecord } from './dtls-protection.ts';
import { ContentType, type DtlsRecord, encodeRecord, parseRecords } from './dtls-record.ts';

const RECORD = { type: ContentType.handshake, epoch: 0, sequence: 7, fragment: Buffer.from('fragment') };

const anyRecord: fc.Arbitrary<DtlsRecord> = fc.record({
  type: fc.nat(255),
  epoch: fc.nat(65535),
  sequence: fc.nat(2 ** 48 - 1),
  fragment: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
});

describe('records', () => {
  it('come back as they were sent, several in a datagram', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 5 }), (records) => {
        expect(parseRecords(Buffer.concat(records.map(encodeRecord)))).toEqual(records);
      }),
    );
  });

  it('of another protocol version are left out', () => {
    const other = encodeRecord(RECORD);
    other.writeUInt16BE(0x0303, 1);
    expect(parseRecords(Buffer.concat([other, encodeRecord(RECORD)]))).toEqual([RECORD]);
  });

  it('cut short are left out', () => {
    const whole = encodeRecord(RECORD);
    for (let length = 0; length < whole.length; length++) {
      expect(parseRecords(whole.subarray(0, length))).toEqual([]);
    }
  });

  it('larger than a record may be are left out', () => {
    expect(parseRecords(encodeRecord({ ...RECORD, fragment: Buffer.alloc(2 ** 14 + 2049) }))).toEqual([]);
  });

  it('are read up to 32 of a datagram', () => {
    const many = Array.from({ length: 40 }, () => encodeRecord({ ...RECORD, fragment: Buffer.alloc(0) }));
    expect(parseRecords(Buffer.concat(many))).toHaveLength(32);
  });
});

describe('sealed records', () => {
  const key = { key: randomBytes(16), iv: randomBytes(4) };

  it('open to what was sealed', () => {
    fc.assert(
      fc.property(anyRecord, (record) => {
        expect(openRecord(key, sealRecord(key, record))).toEqual(record.fragment);
      }),
    );
  });

  it('do not open under another type, epoch, number or key, or with any byte changed', () => {
    const sealed = sealRecord(key, RECORD);
    const { fragment } = sealed;
    expect(openRecord(key, { ...sealed, type: ContentType.alert })).toBeNull();
    expect(openRecord(key, { ...sealed, epoch: 1 })).toBeNull();
    expect(openRecord(key, { ...sealed, sequence: 8 })).toBeNull();
    expect(openRecord({ ...key, key: randomBytes(16) }, sealed)).toBeNull();
    for (let at = 0; at < fragment.length; at++) {
      const changed = Buffer.from(fragment);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(openRecord(key, { ...sealed, fragment: changed })).toBeNull();
    }
  });

  it('too short for a tag do not open', () => {
    for (let length = 0; length < 24; length++) {
      expect(openRecord(key, { ...RECORD, fragment: Buffer.alloc(length) })).toBeNull();
    }
  });
});
