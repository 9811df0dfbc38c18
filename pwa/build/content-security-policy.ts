import type { Plugin } from 'vite';

/** Puts the Content-Security-Policy into the built page, for hosts that send no headers. A page cannot itself say who may frame it. */
export function contentSecurityPolicy(policy: string): Plugin {
  return {
    name: 'latchkey:content-security-policy',
    apply: 'build',
    transformIndexHtml() {
      const attrs = {
        'http-equiv': 'Content-Security-Policy',
        content: policy.replace(/; frame-ancestors [^;]*/, ''),
      };
      return [{ tag: 'meta', attrs, injectTo: 'head-prepend' }];
    },
  };
}
