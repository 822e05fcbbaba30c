/** An error as ClickHouse reports it: its number, and the text for the client. */
export class ServerError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = 'ServerError';
    this.code = code;
  }
}

export const CANNOT_READ_ALL_DATA = 33;
export const BAD_ARGUMENTS = 36;
export const NOT_IMPLEMENTED = 48;
export const LOGICAL_ERROR = 49;
export const SYNTAX_ERROR = 62;
export const UNKNOWN_SETTING = 115;
export const REQUIRED_PASSWORD = 194;
export const SOCKET_TIMEOUT = 209;
export const QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING = 216;
export const QUERY_IS_TOO_LARGE = 229;
export const NOT_ENOUGH_SPACE = 243;
export const ZLIB_INFLATE_FAILED = 354;
export const QUERY_WAS_CANCELLED = 394;
export const AUTHENTICATION_FAILED = 516;

/** Statuses other than 500, as in the server's own handler (src/Server/HTTP/exceptionCodeToHTTPStatus.cpp). */
const CODES_OF_STATUS: Readonly<Record<number, readonly number[]>> = {
  400: [
    6, 8, 15, 25, 26, 27, 36, 37, 38, 41, 44, 53, 62, 72, 117, 123, 167, 168, 223, 321, 376, 427,
    441, 675, 676,
  ],
  401: [194],
  403: [192, 193, 497, 512, 516],
  404: [46, 47, 50, 56, 60, 63, 73, 78, 81, 115, 152, 336, 511],
  408: [159],
  411: [381],
  413: [229],
  501: [48],
  503: [76, 209, 439],
};
const STATUS_OF_CODE = new Map(
  Object.entries(CODES_OF_STATUS).flatMap(([status, codes]) =>
    codes.map((code) => [code, Number(status)] as const),
  ),
);

export function httpStatusOf(code: number): number {
  return STATUS_OF_CODE.get(code) ?? 500;
}

/** The engine throws a text: `Code: 60. DB::Exception: ... (UNKNOWN_TABLE)`. Texts of nested errors enclose each other. */
export function toServerError(error: unknown): ServerError {
  if (error instanceof ServerError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const code = /^Code: (\d+)\. /.exec(text)?.[1];
  if (code === undefined) return new ServerError(LOGICAL_ERROR, `${text} (LOGICAL_ERROR)`);
  return new ServerError(Number(code), unnested(text));
}

/** The text of an error response, in the form that a server uses. */
export function errorText({ code, message }: ServerError, version: string): string {
  return `Code: ${code}. DB::Exception: ${message} (version ${version})\n`;
}

/**
 * The engine reads the data of an insert from a file. So it wraps the exception in a second one with the same code, and names the
 * file. A client of a server sees neither.
 */
function unnested(text: string): string {
  return text
    .replace(/^(?:Code: \d+\. DB::Exception: )+/, '')
    .replace(/(?: \([A-Z0-9_]+\) \(version [^()]*(?:\([^()]*\))?\)\.?)+(?= \([A-Z0-9_]+\)\s*$)/, '')
    .replace(
      /: \(in file\/uri [^()]*\)(: While executing \w+): While executing File: data for INSERT was parsed from file\./,
      '$1: data for INSERT was parsed from query.',
    )
    .trim();
}
