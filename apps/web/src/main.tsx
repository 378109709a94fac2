import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/buyer.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { openSession } from './session/session.ts';
import { applyTheme, keptTheme } from './theme/theme.ts';

applyTheme(keptTheme());
const root = document.querySelector('#page');
if (root === null) throw new Error('index.html has no element #page.');
createRoot(root).render(
  <StrictMode>
    <App session={openSession()} />
  </StrictMode>,
);
