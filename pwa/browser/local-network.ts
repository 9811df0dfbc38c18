/** Whether this page may reach devices on the phone's own network (Local Network Access §3.1); `unknown` where browsers do not ask. */
export type LocalNetworkAccess = PermissionState | 'unknown';

/** The name of the permission, newest first: later drafts have one for devices and one for this machine. */
const NAMES = ['local-network', 'local-network-access'];
/** Addresses and names that are not of the public internet, as far as a name can tell. */
const LOCAL_HOST =
  /^(?:localhost|.*\.local|127\..*|10\..*|192\.168\..*|172\.(?:1[6-9]|2\d|3[01])\..*|169\.254\..*|\[::1\]|\[f[cde].*)$/iu;

/** Asks the browser, which does not ask anybody for it. */
export async function queryLocalNetworkAccess(
  permissions: Pick<Permissions, 'query'> | undefined = navigator.permissions,
): Promise<LocalNetworkAccess> {
  for (const name of NAMES) {
    try {
      const status = await permissions?.query({ name: name as PermissionName }); // newer than the types
      if (status) return status.state;
    } catch {
      // A name that this browser does not know.
    }
  }
  return 'unknown';
}

/** Whether a page from there is on a local network itself, so that no browser asks. */
export function isLocalHost(hostname: string): boolean {
  return LOCAL_HOST.test(hostname);
}
