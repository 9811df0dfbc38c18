import { html, nothing } from 'lit';
import '../viewing/cameras-page.ts';
import '../viewing/live-page.ts';
import type { CameraSummary, LiveSession } from '../viewing/camera.ts';
import type { ClaimController } from './claim-controller.ts';
import type { LaterPart } from './later-controller.ts';
import type { UseCases } from './model.ts';
import type { Route } from './route.ts';
import './welcome-page.ts';

/** What the pages show. */
export interface AppView {
  readonly route: Route;
  /** `null` until the store has been read. */
  readonly cameras: readonly CameraSummary[] | null;
  readonly claim: ClaimController;
  readonly useCases: UseCases | null;
  /** The link the app was opened with and has not used; empty for none. */
  readonly link: string;
  /** Whether a key made here would stay behind in the browser. */
  readonly isInstallFirst: boolean;
  readonly isInstallOffered: boolean;
  /** Loads the code of a page that is now drawn. */
  readonly load: (part: LaterPart) => void;
  /** The viewing of a camera whose page is shown; null while nothing can be opened. */
  readonly openCamera: (id: string) => LiveSession | null;
}

/** The page of the route; what it asks for comes as events that bubble up to the app. */
export function renderPage(view: AppView) {
  const { route, load } = view;
  switch (route.page) {
    case 'home':
      return renderHome(view);
    case 'scan':
      load('pairing');
      return html`<scan-page data-page tabindex="-1"></scan-page>`;
    case 'link':
      load('pairing');
      return html`<link-page data-page tabindex="-1"></link-page>`;
    case 'claim':
      load('pairing');
      return html`<claim-page data-page tabindex="-1" link=${view.claim.link} .state=${view.claim.state}></claim-page>`;
    case 'camera':
      return renderLive(view, route.id);
    case 'lend':
    case 'loan':
    case 'access':
    case 'log':
      load('lending');
      return renderLending(view, route);
    case 'settings':
    case 'health':
      load('control');
      return html`<control-pages
        data-page
        tabindex="-1"
        view=${route.page}
        .cameraId=${route.id}
        .cameras=${view.cameras}
        .useCases=${view.useCases}
      ></control-pages>`;
    default:
      return route satisfies never;
  }
}

function renderHome({ cameras, link, isInstallFirst, isInstallOffered, load }: AppView) {
  if (cameras === null) return nothing;
  if (cameras.length > 0) {
    if (isInstallOffered) load('install');
    return html`<cameras-page data-page tabindex="-1" .cameras=${cameras}>
      ${isInstallOffered ? html`<install-card slot="install"></install-card>` : nothing}
    </cameras-page>`;
  }
  if (!isInstallFirst) return html`<welcome-page data-page tabindex="-1"></welcome-page>`;
  load('ios_install');
  return html`<ios-install-page data-page tabindex="-1" .link=${link}></ios-install-page>`;
}

function renderLive({ cameras, claim, openCamera }: AppView, id: string) {
  const isFresh = claim.state.type === 'claimed' && claim.state.cameraId === id;
  return html`<live-page
    data-page
    tabindex="-1"
    .cameraId=${id}
    .camera=${cameras?.find((each) => each.id === id) ?? null}
    .checkCode=${isFresh ? claim.checkCode : ''}
    .openCamera=${openCamera}
  ></live-page>`;
}

function renderLending({ cameras, useCases }: AppView, route: Extract<Route, { id: string }>) {
  return html`<lending-pages
    data-page
    tabindex="-1"
    view=${route.page}
    .cameraId=${route.id}
    .loanId=${route.page === 'loan' ? route.loan : ''}
    .cameras=${cameras}
    .useCases=${useCases}
  ></lending-pages>`;
}
