/** The part of the Trusted Types API we use (W3C Trusted Types §2.3), which TypeScript's DOM library lacks. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

/** The name to allow in `trusted-types` of the Content-Security-Policy. */
export const trustedTypesPolicyName = 'latchkey';

const policy = readTrustedTypes()?.createPolicy(trustedTypesPolicyName, { createScriptURL: checkScriptUrl });

/**
 * Lets a script of our own origin become a worker where `require-trusted-types-for 'script'` holds.
 * @throws TypeError for a URL of another origin.
 */
export function trustedScriptUrl(url: string): string {
  return policy ? policy.createScriptURL(url) : checkScriptUrl(url);
}

function checkScriptUrl(url: string): string {
  if (new URL(url, location.href).origin !== location.origin)
    throw new TypeError('a script of another origin');
  return url;
}

function readTrustedTypes(): TrustedTypes | undefined {
  return (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
}
