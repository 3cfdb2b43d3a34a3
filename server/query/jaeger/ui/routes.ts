import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import express, { type Request, type Response, Router } from 'express';
import { Fault } from '../../../errors/fault.ts';
import type { EdgeLogger } from '../../../platform/fault-report.ts';
import { handleFaults } from '../../../platform/http-faults.ts';
import { createSpace } from '../../../space/space.ts';
import { PREFIXES } from '../../request.ts';
import { respondGoError, respondNotFound } from '../respond-error.ts';
import { baseOf, cleanPath, isApiPath, placeOf } from './place.ts';
import { type IndexFacts, isJaegerIndex, presentIndex, type UiCapabilities } from './present-index.ts';
import { parseUiConfig, UI_CONFIG_SETTING, type UiConfig } from './ui-config.ts';
import { WatchedFile } from '../../../platform/watched-file.ts';

export interface UiOptions {
  /** The built UI: `index.html` and `static/`. */
  readonly directory: string;
  /** The UI's configuration, a `.json` or `.js` file. */
  readonly config?: string | undefined;
  readonly capabilities: UiCapabilities;
  readonly version: string;
  readonly logger: EdgeLogger;
}

const UI_DIR_SETTING = 'SPANHOUSE_UI_DIR';
const INDEX = 'index.html';
/** Where Jaeger's own archives have it: who unpacks one by hand points at the folder above. */
const FOLDER_IN_ARCHIVE = join('packages', 'jaeger-ui', 'build');
/** `name-3f9a0c1b.js`: its content never changes under this name. */
const HASHED_NAME = /-[\w-]{8}\.\w+$/;
const FAVICON = /^favicon.*\.ico$/;
const FOREVER = 'public, max-age=31536000, immutable';
const ASK_FIRST = 'no-cache';

/**
 * The stock Jaeger UI, of any release, at the root and under the path of every space. Comes after every other route:
 * what is no file and no path of an API is a page of the UI. Throws a Fault when there is no UI to be served.
 */
export function createUiRoutes(options: UiOptions): Router {
  const { logger } = options;
  const directory = resolve(options.directory);
  const pageOf = openPages({ ...options, directory });
  const files = express.static(join(directory, 'static'), {
    index: false,
    redirect: false,
    setHeaders: (response: Response, path: string) => {
      response.setHeader('cache-control', HASHED_NAME.test(path) ? FOREVER : ASK_FIRST);
    },
  });
  const favicon = findFavicon(directory);

  const router = Router();
  for (const prefix of PREFIXES) {
    router.use(`${prefix}/static`, files, notFound);
    router.get(`${prefix}/favicon.ico`, (_request, response, next) => {
      if (favicon === undefined) respondNotFound(response);
      else response.sendFile(favicon, { root: directory, cacheControl: false }, next);
    });
  }
  router.get('/{*path}', (request, response) => respondPage(pageOf, request, response));
  router.use(
    handleFaults(logger, (fault, _request, response) => {
      respondGoError(response, fault.kind.http, fault.message);
    }),
  );
  return router;
}

type PageOf = (base: string) => Promise<string>;

/** The page and its configuration, read again when they change. */
function openPages({ directory, config, capabilities, version, logger }: UiOptions): PageOf {
  const onRefused = (thrown: unknown): void => {
    logger.warn(
      { err: thrown },
      'a file of the UI has changed and cannot be used; what was there before stays',
    );
  };
  const noteIndex = (page: string): string => {
    if (!isJaegerIndex(page)) {
      logger.warn(
        { directory },
        'the index.html of the UI has none of the marks by which it learns of its server',
      );
    }
    return page;
  };
  const index = openIndex(directory, noteIndex, onRefused);
  const uiConfig = config === undefined ? undefined : openConfig(config, onRefused);
  return async (base) => {
    const facts: IndexFacts = { base, config: await uiConfig?.value(), capabilities, version };
    return presentIndex(await index.value(), facts);
  };
}

function openIndex(
  directory: string,
  note: (page: string) => string,
  onRefused: (thrown: unknown) => void,
): WatchedFile<string> {
  try {
    return new WatchedFile(join(directory, INDEX), note, onRefused);
  } catch (cause) {
    const inside = join(directory, FOLDER_IN_ARCHIVE);
    const hint = existsSync(join(inside, INDEX))
      ? `point it at ${inside}`
      : 'point it at a built Jaeger UI ("npm run ui" fetches one)';
    const message = `${UI_DIR_SETTING} is ${JSON.stringify(directory)}, but no ${INDEX} can be read there: ${hint}`;
    throw new Fault('failed-precondition', message, { setting: UI_DIR_SETTING, cause });
  }
}

function openConfig(path: string, onRefused: (thrown: unknown) => void): WatchedFile<UiConfig> {
  try {
    return new WatchedFile(path, (text) => parseUiConfig(path, text), onRefused);
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    const message = `${UI_CONFIG_SETTING} is ${JSON.stringify(path)}, but that file cannot be read`;
    throw new Fault('failed-precondition', message, { setting: UI_CONFIG_SETTING, cause });
  }
}

/** Builds have it among their hashed files; browsers and scripts ask for it at the root. */
function findFavicon(directory: string): string | undefined {
  return ['.', 'static']
    .filter((folder) => existsSync(join(directory, folder)))
    .flatMap((folder) => readdirSync(join(directory, folder)).map((name) => ({ folder, name })))
    .filter(({ name }) => FAVICON.test(name))
    .map(({ folder, name }) => join(folder, name))[0];
}

async function respondPage(pageOf: PageOf, request: Request, response: Response): Promise<void> {
  const place = placeOf(request.path);
  if (isApiPath(place)) {
    respondNotFound(response);
    return;
  }
  // A name that no space can have is refused here, once, and not by every call of a page that cannot work.
  if (place.space !== undefined) createSpace(...decoded(place.space));
  const elsewhere = elsewhereOf(request.path, place.rest);
  if (elsewhere !== undefined) {
    response.redirect(301, elsewhere + request.url.slice(request.path.length));
    return;
  }
  response.setHeader('cache-control', ASK_FIRST);
  response.setHeader('x-content-type-options', 'nosniff');
  response.type('html').send(await pageOf(baseOf(place)));
}

function decoded(names: readonly [string, string, string]): [string, string, string] {
  return names.map(decodeURIComponent) as [string, string, string];
}

/** Where a path leads that is not written as it should be. */
function elsewhereOf(path: string, rest: string): string | undefined {
  const clean = cleanPath(path);
  if (clean !== path) return clean;
  // Relative references in the page count from the last slash.
  return rest === '' ? `${path.slice(path.lastIndexOf('/') + 1)}/` : undefined;
}

function notFound(_request: Request, response: Response): void {
  respondNotFound(response);
}
