import type { Plugin } from 'vite';

/** Puts the Content-Security-Policy into the built page, for hosts that send no headers. */
export function contentSecurityPolicy(policy: string): Plugin {
  return {
    name: 'latchkey:content-security-policy',
    apply: 'build',
    transformIndexHtml() {
      const attrs = { 'http-equiv': 'Content-Security-Policy', content: policy };
      return [{ tag: 'meta', attrs, injectTo: 'head-prepend' }];
    },
  };
}
