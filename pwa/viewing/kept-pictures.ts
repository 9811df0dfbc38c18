const refusedKey = 'latchkey.no-last-pictures';

/** Whether the last picture of each camera is kept on this phone; it is unless somebody said no. */
export function areKept(): boolean {
  try {
    return localStorage.getItem(refusedKey) === null;
  } catch {
    return false; // Storage is blocked: nothing could be kept.
  }
}

/** Says whether they shall be kept from now on. */
export function setKept(isKept: boolean): void {
  try {
    if (isKept) localStorage.removeItem(refusedKey);
    else localStorage.setItem(refusedKey, '1');
  } catch {
    return; // Storage is blocked: none are kept anyway.
  }
}
