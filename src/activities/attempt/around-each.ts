export type Activity = (input: never) => Promise<unknown>;

/** The same activities under the same names, with something done around each. */
export function aroundEach<A extends { readonly [Name in keyof A]: Activity }>(
  activities: A,
  around: (activity: Activity) => Activity,
): A {
  const entries = Object.entries<Activity>(activities);
  return Object.fromEntries(entries.map(([name, activity]) => [name, around(activity)])) as A;
}
