// Every page and its address. A page's code is loaded when it is first opened.
import { createBrowserRouter, type RouteObject } from 'react-router';
import { Frame } from './frame/frame.tsx';
import { NotFound } from './frame/not-found.tsx';
import { PageFailed } from './frame/page-failed.tsx';
import { loadAllStrings } from './strings/strings.tsx';

interface PageModule {
  readonly default: () => React.JSX.Element;
}

/** A page's module exports its component as `default`. `isFirst`: its words are in the first bundle. */
function page(path: string, load: () => Promise<PageModule>, isFirst = false): RouteObject {
  const lazy = async () => {
    const [module] = await Promise.all([load(), isFirst || loadAllStrings()]);
    return { Component: module.default };
  };
  return { path, lazy };
}

export const router = createBrowserRouter([
  {
    element: <Frame />,
    errorElement: <PageFailed />,
    children: [
      {
        errorElement: <PageFailed />,
        hydrateFallbackElement: <></>,
        children: [
          page('/', () => import('./pages/home/home.tsx')),
          page('/restrictedentities', () => import('./pages/restricted-entities/restricted-entities.tsx'), true),
          page('/restrictedentities/:entityId/incidents/:incidentId', () => import('./pages/evidence/evidence.tsx')),
          page('/alertpolicies', () => import('./pages/alert-policies/alert-policies.tsx')),
          page('/alerts', () => import('./pages/alerts/alerts.tsx')),
          page('/audit', () => import('./pages/audit/audit.tsx')),
          page('/connectors', () => import('./pages/connectors/connectors.tsx')),
          page('/connectors/:connectorId', () => import('./pages/connectors/connector.tsx')),
          page('/messagetrace', () => import('./pages/message-trace/message-trace.tsx')),
          page('/explorer', () => import('./pages/explorer/explorer.tsx')),
          page('/permissions', () => import('./pages/permissions/permissions.tsx')),
          page('/settings', () => import('./pages/settings/settings.tsx')),
          page('/settings/:section', () => import('./pages/settings/settings.tsx')),
          { path: '*', element: <NotFound /> },
        ],
      },
    ],
  },
]);
