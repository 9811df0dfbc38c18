import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc (USER_HZ, sysconf(_SC_CLK_TCK)): 100 on every Linux we run on. */
const TICKS_PER_SECOND = 100;

/** Seconds of processor time that a process has used, all its threads, user and kernel (proc_pid_stat(5)). */
export function readCpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold blanks; `utime` and `stime` are the 12th and 13th fields after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** Resident memory of a process, MB of 2^20 bytes (proc_pid_status(5), `VmRSS`). */
export function readRssMb(pid: number): number {
  const match = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1] ?? 0) / 1024;
}
