import { describe, expect, it, vi } from 'vitest';
import { toAbsSendTime, toCompactNtp, toNtpTime } from './ntp-time.ts';
import { ntpTime } from './werift.ts';

describe('ntp time', () => {
  it('counts seconds from 1900 and binary fractions', () => {
    expect(toNtpTime(0)).toEqual({ seconds: 2_208_988_800, fraction: 0 });
    expect(toNtpTime(1_700_000_000_250)).toEqual({ seconds: 3_908_988_800, fraction: 2 ** 30 });
  });

  it('wraps in 2036', () => {
    expect(toNtpTime(2_085_978_496_000).seconds).toBe(0);
  });

  it('has a compact form of 16 bits each', () => {
    expect(toCompactNtp({ seconds: 0x1234_5678, fraction: 0x9abc_def0 })).toBe(0x5678_9abc);
  });

  it('has a 24-bit form for abs-send-time that wraps every 64 s', () => {
    expect(toAbsSendTime(1000)).toBe(1 << 18);
    expect(toAbsSendTime(63_999.999)).toBe(0xff_ffff);
    expect(toAbsSendTime(64_000)).toBe(0);
    expect(toAbsSendTime(1_700_000_000_500)).toBe(((1_700_000_000 % 64) << 18) + (1 << 17));
  });

  it('is not what stock werift makes of the fraction', () => {
    const nowMs = 1_900_000_000_700;
    const clock = vi.spyOn(performance, 'now').mockReturnValue(nowMs - performance.timeOrigin);
    try {
      const stock = Number(ntpTime() & 0xffff_ffffn) / 2 ** 32;
      expect(stock).toBeLessThan(0.1);
      expect(toNtpTime(nowMs).fraction / 2 ** 32).toBeCloseTo(0.7);
    } finally {
      clock.mockRestore();
    }
  });
});
