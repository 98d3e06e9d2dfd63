import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import './ui/tokens.css';
import './ui/base.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { watchTabs } from './app/other-tabs.js';
import { buildRouter } from './app/router.js';
import { become } from './features/session/session.js';
import { onSignedOut } from './lib/api/client.js';
import { Problem } from './lib/api/problem.js';
import { styleNonce } from './lib/nonce.js';
import { Toasts, TooltipProvider } from './ui/index.js';

// Where Radix's dialogs and menus look for it (the package get-nonce): they add a style that keeps the page behind them still.
Object.assign(globalThis, { __webpack_nonce__: styleNonce() });

const client = new QueryClient({
  defaultOptions: {
    // Asked whatever the browser thinks of its network: the server may be on this machine, and a request that fails is told to the reader.
    queries: {
      networkMode: 'always',
      staleTime: 5_000,
      // A refusal stays one; what could not be reached, or failed inside, is asked for again.
      retry: (count, error) => count < 3 && !(error instanceof Problem && error.status >= 400 && error.status < 500),
    },
    mutations: { networkMode: 'always' },
  },
});
const router = buildRouter(client);
onSignedOut(() => {
  become(client, null);
  void router.invalidate(); // what needs somebody leads to the sign-in page
});
watchTabs(client, () => location.reload());

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <TooltipProvider delayDuration={300}>
        <RouterProvider router={router} />
        <Toasts />
      </TooltipProvider>
    </QueryClientProvider>
  </StrictMode>,
);
