import type { MutationGroup } from './mutation.ts';

/** What a message must be. */
export const ENVELOPE_MUTATIONS: readonly MutationGroup[] = [
  {
    file: 'shared/envelope.ts',
    tests: ['shared/envelope.test.ts'],
    mutations: [
      [
        'size',
        "if (payload.byteLength > MAX_ENVELOPE_BYTES) throw new ProtocolError('malformed', 'too large');",
        '',
      ],
      [
        'size when sealing',
        'if (envelope.length > MAX_ENVELOPE_BYTES) {',
        'if (envelope.length > MAX_ENVELOPE_BYTES * 99) {',
      ],
      ['five parts', "if (key !== '' || rest.length !== 3 || !isCanonical) {", 'if (!isCanonical) {'],
      [
        'canonical parts',
        "if (key !== '' || rest.length !== 3 || !isCanonical) {",
        "if (key !== '' || rest.length !== 3) {",
      ],
      ['`alg`', "if (alg !== 'ES256' || Object", 'if (Object'],
      ['foreign header members', 'Object.keys(rest).length > 0 || typeof kid', 'typeof kid'],
      [
        '`typ` ends in +jwt',
        "if (typ === type) throw new ProtocolError('malformed', 'unknown type of message');",
        '',
      ],
      [
        'a known sender brings no `jwk`',
        "if (expected.type === 'known' && header.jwk !== undefined) {",
        'if (header.kid === header.type) {',
      ],
      [
        'an unknown sender brings a `jwk`',
        "if (jwk === undefined) throw new ProtocolError('malformed', 'no key to check the signature with');",
        '',
      ],
      [
        '`kid` is that of the key',
        'thumbprint !== wanted || thumbprint !== header.kid',
        'thumbprint !== wanted',
      ],
      [
        'the key is the one that is awaited',
        'thumbprint !== wanted || thumbprint !== header.kid',
        'thumbprint !== header.kid',
      ],
      [
        '`iss` is that of the key',
        "if (common.iss !== header.kid) throw new ProtocolError('not_authentic', 'issuer and key differ');",
        '',
      ],
      [
        '`aud` is us',
        "if (common.aud !== options.audience) throw new ProtocolError('misdirected', 'addressed to another party');",
        '',
      ],
      [
        'the signature',
        'parseJson(await verify(token, jwk))',
        "parseJson(parseBase64url(token.split('.')[1] ?? '') ?? new Uint8Array())",
      ],
    ],
  },
  {
    file: 'shared/crypto.ts',
    tests: ['shared/crypto.test.ts', 'shared/envelope.test.ts'],
    mutations: [
      [
        'the envelope’s algorithms',
        'keyManagementAlgorithms: [ENVELOPE_HEADER.alg],\n    contentEncryptionAlgorithms: [ENVELOPE_HEADER.enc],\n    maxDecompressedLength',
        'maxDecompressedLength',
      ],
      [
        'the envelope’s header',
        'if (cty !== ENVELOPE_HEADER.cty || zip !== ENVELOPE_HEADER.zip || Object.keys(rest).length !== 2) {',
        'if (Object.keys(rest).length > 99) {',
      ],
      [
        'the size that it inflates to',
        'maxDecompressedLength: maxBytes,',
        'maxDecompressedLength: maxBytes * 1_000,',
      ],
      [
        'exact members of a key',
        'if (Object.keys(value).sort().join() !== names.join()) {',
        'if (names.length === 0) {',
      ],
      ['P-256', "jwk.kty !== 'EC' || jwk.crv !== 'P-256' || ", ''],
      [
        'coordinates of their length',
        '!isCoordinate(jwk.x) || !isCoordinate(jwk.y)',
        "typeof jwk.x !== 'string' || typeof jwk.y !== 'string'",
      ],
    ],
  },
  {
    file: 'shared/message-reader.ts',
    tests: ['shared/message.test.ts'],
    mutations: [
      ['claims are read by the schema of their type', 'body: parseFields(schema, rest)', 'body: rest'],
      [
        'common claims are read',
        'const common = parseFields(commonClaims, { iss, aud, iat, jti });',
        'const common = { iss, aud, iat, jti } as CommonClaims;',
      ],
    ],
  },
  {
    file: 'shared/message-fields.ts',
    tests: ['shared/message.test.ts'],
    mutations: [
      ['names of one line', '\\u0000-\\u001f', '\\u0000'],
      ['names in one direction', '\\u202e\\u2066', '\\u202d\\u2066'],
      ['names of whole characters', '\\u2069\\ud800-\\udfff', '\\u2069'],
      [
        'names of their length',
        'export const name = v.pipe(text(MAX_NAME_CHARS), v.regex(NAME));',
        'export const name = v.pipe(v.string(), v.regex(NAME));',
      ],
    ],
  },
  {
    file: 'shared/channel.ts',
    tests: ['shared/channel.test.ts', 'shared/envelope.test.ts'],
    mutations: [
      ['each lane has its key', 'direction} key', "'up'} key"],
      ['each camera has its topics', 'salt: cameraThumbprint,', "salt: '',"],
    ],
  },
  {
    file: 'shared/invite-id.ts',
    tests: ['shared/invite-id.test.ts'],
    mutations: [
      ['an id is of one secret', 'deriveBytes({ secret: bytes,', 'deriveBytes({ secret: bytes.slice(0, 0),'],
      ['an id is of one camera', 'salt: cameraThumbprint,', "salt: '',"],
    ],
  },
];
