// The few globals that Node and every browser have in common, and nothing more:
// `shared/` compiles against neither DOM nor Node types, so a call that only one side has fails here.

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: 'utf-8', options?: { fatal?: boolean });
  decode(bytes: Uint8Array): string;
}
declare function atob(base64: string): string;
declare function btoa(binary: string): string;

interface CryptoKey {
  readonly type: string;
  readonly extractable: boolean;
  readonly usages: string[];
  readonly algorithm: { name: string };
}
interface CryptoKeyPair {
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}
declare const crypto: {
  getRandomValues<T extends Uint8Array>(bytes: T): T;
  randomUUID(): string;
  readonly subtle: {
    digest(algorithm: 'SHA-256', data: Uint8Array): Promise<ArrayBuffer>;
    importKey(
      format: 'raw',
      bytes: Uint8Array,
      algorithm: 'HKDF',
      extractable: boolean,
      usages: ['deriveBits'],
    ): Promise<CryptoKey>;
    deriveBits(
      algorithm: { name: 'HKDF'; hash: 'SHA-256'; salt: Uint8Array; info: Uint8Array },
      key: CryptoKey,
      bits: number,
    ): Promise<ArrayBuffer>;
    generateKey(
      algorithm: { name: 'ECDSA'; namedCurve: 'P-256' } | { name: 'ECDH'; namedCurve: 'P-256' },
      extractable: boolean,
      usages: string[],
    ): Promise<CryptoKeyPair>;
  };
};

interface AbortSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
declare function setTimeout(callback: () => void, ms: number): unknown;
declare function clearTimeout(timer: unknown): void;
