/** Mounts the panel in the webview and connects it to the extension. */
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './base.css';
import './controls.css';
import './panel.css';
import './decisions.css';
import './work.css';
import './editing.css';
import { createPanel, type VsCodeApi } from './connection.ts';
import { PanelContext } from './panel-hooks.ts';

declare function acquireVsCodeApi(): VsCodeApi;

const panel = createPanel(acquireVsCodeApi());
window.addEventListener('message', (event: MessageEvent<unknown>) => panel.receive(event.data));

const root = document.getElementById('root');
if (!root) throw new Error('The page has no element with the id root');
createRoot(root).render(
  <PanelContext value={panel}>
    <App />
  </PanelContext>,
);
panel.send({ type: 'ready' });
