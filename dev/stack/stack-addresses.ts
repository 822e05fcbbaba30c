/** Plain JSON. */
export interface StackAddresses {
  /** `HOST:PORT` */
  readonly temporal: string;
  /** URL; null if it is not known. */
  readonly temporalUi: string | null;
  /** `HOST:PORT`, several separated by commas. */
  readonly kafka: string;
  /** URL, with user and password if they are needed. */
  readonly clickHouse: string;
}
