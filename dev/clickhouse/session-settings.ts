import type { RequestHead } from './request.js';
import { ServerError, UNKNOWN_SETTING } from './server-error.js';

/** Settings that a server has by default, unlike the embedded engine, which is made for a command line. */
const SERVER_DEFAULTS = { implicit_select: '0', allow_introspection_functions: '0' };

/** The engine shows this setting with a running query, which ties it to its request. The engine's own ids can't be chosen. */
export const MARK_SETTING = 'log_comment';

/**
 * The statements to run in a fresh session before the statement of a request. This way, settings and parameters apply to all
 * kinds of statements, and the engine itself checks them.
 */
export function sessionStatements(
  { settings, parameters, database, method }: RequestHead,
  mark: string,
): readonly string[] {
  const entries = [
    ...Object.entries(SERVER_DEFAULTS),
    ...settings,
    [MARK_SETTING, mark] as const,
    ...[...parameters].map(([name, value]) => [`param_${name}`, value] as const),
    // Like a server, which allows GET only to read. It comes last, because no setting can follow it.
    ...(method === 'GET' && !settings.has('readonly') ? [['readonly', '2'] as const] : []),
  ];
  return [
    ...(database === '' ? [] : [`USE ${identifier(database)}`]),
    `SET ${entries.map(([name, value]) => `${settingName(name)} = ${literal(value)}`).join(', ')}`,
  ];
}

export function literal(value: string): string {
  return `'${value.replace(/[\\']/g, '\\$&')}'`;
}

function identifier(name: string): string {
  return `\`${name.replace(/[\\`]/g, '\\$&')}\``;
}

function settingName(name: string): string {
  if (/^\w+$/.test(name)) return name;
  throw new ServerError(UNKNOWN_SETTING, `Unknown setting '${name}'. (UNKNOWN_SETTING)`);
}
