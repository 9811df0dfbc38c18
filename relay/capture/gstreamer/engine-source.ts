/** Where the engine's pictures come from. */
export type EngineSource =
  | { readonly type: 'test' }
  /** A recorded video, played over and over. */
  | { readonly type: 'file'; readonly path: string }
  /** A Video4Linux device, such as `/dev/video0`. */
  | { readonly type: 'v4l2'; readonly path: string }
  /** The camera of a Raspberry Pi, or any other that libcamera knows; `name` null: the first. */
  | { readonly type: 'pi'; readonly name: string | null }
  /** A camera in the network, `rtsp:`, `rtsps:`, `http:` or `https:`. */
  | { readonly type: 'network'; readonly url: string; readonly login: Login | null };

/** What a network camera wants to know; never logged, and never among a program's arguments. */
export interface Login {
  readonly username: string;
  readonly password: string;
}
