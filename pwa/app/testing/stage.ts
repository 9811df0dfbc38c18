// Every screen and state without a camera, for looking at: `vite`, then /app/testing/stage.html?scene=NAME.
import '../latchkey-app.ts';
import '../unsupported-page.ts';
import { type SceneName, scenes } from './scenes.ts';

const name = new URLSearchParams(location.search).get('scene') ?? 'welcome';
const scene = name in scenes ? scenes[name as SceneName] : scenes.welcome;
document.body.append(scene());
