import type { MutationGroup } from './mutation.ts';

/** Where the picture comes from. */
export const CAPTURE_MUTATIONS: readonly MutationGroup[] = [
  {
    file: 'relay/capture/sources/parse-source.ts',
    tests: ['relay/capture/sources/parse-source.test.ts'],
    mutations: [
      ['a name is no command of the engine', 'CONTROLS.test(text) ? null : ', ''],
      ['a password is not shown', "text.replace(/:.*@/s, ':…@')", 'text'],
      ['a password is not kept in the address', "  url.username = url.password = '';\n", ''],
    ],
  },
  {
    file: 'relay/capture/gstreamer/device-modes.ts',
    tests: ['relay/capture/gstreamer/device-modes.test.ts'],
    mutations: [['what a device says is no pipeline', 'v.regex(/^[A-Z0-9_]{1,16}$/i)', 'v.maxLength(100)']],
  },
];
