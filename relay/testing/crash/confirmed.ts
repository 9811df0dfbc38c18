/** What a phone was told, so that a camera must still know it after any crash. */
export type Confirmed =
  | { readonly type: 'camera'; readonly thumbprint: string }
  | { readonly type: 'granted'; readonly name: string; readonly gid: string; readonly psk: string }
  | { readonly type: 'extended'; readonly gid: string; readonly exp: number }
  | { readonly type: 'revoked'; readonly name: string }
  | { readonly type: 'switched'; readonly isOff: boolean }
  | { readonly type: 'adjusted'; readonly width: number }
  | { readonly type: 'finished' };
