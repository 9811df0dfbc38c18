/** Whether a URL's host is this very machine, as browsers see it (Secure Contexts §3.1). */
export function isLocalHost(hostname: string): boolean {
  return /^(localhost|(.+\.)localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
